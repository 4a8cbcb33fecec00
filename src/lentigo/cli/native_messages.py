"""Keeps the chatter of native libraries off the terminal; everything else they say still gets there.

TensorFlow's C++ side writes start-up notes straight to file descriptor 2, before any of its own settings
count. They pass through a pipe here and known notes are dropped; Python's `sys.stderr` bypasses the pipe.
"""

from __future__ import annotations

import atexit
import os
import sys
import threading
from contextlib import suppress

CHATTER = (
    b"All log messages before absl::InitializeLog",
    b"oneDNN custom operations are on",
    b"cpu_feature_guard",
)


def hide_chatter() -> None:
    """Begin to drop known notes; once a process, and only where stderr is a real file."""
    try:
        is_real = sys.stderr.fileno() == 2
    except (OSError, ValueError, AttributeError):
        return
    if not is_real:
        return
    terminal = os.dup(2)
    sys.stderr = open(terminal, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
    reader, writer = os.pipe()
    os.dup2(writer, 2)
    os.close(writer)
    pump = threading.Thread(target=_pass_on, args=(reader, terminal), daemon=True)
    pump.start()
    atexit.register(_finish, terminal, pump)


def _pass_on(reader: int, terminal: int) -> None:
    with os.fdopen(reader, "rb") as lines:
        for line in lines:
            if not any(note in line for note in CHATTER):
                with suppress(OSError):  # closed or full; reading goes on, for those who write would wait
                    os.write(terminal, line)


def _finish(terminal: int, pump: threading.Thread) -> None:
    """Close the pipe's only writer, so that the last lines come through before the process ends."""
    os.dup2(terminal, 2)
    pump.join(timeout=1)
