"""One writer at a time: a lock on an open file that goes with its process, however that ends."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO

from lentigo.settings.files import open_in_place


def open_lock(path: Path) -> IO[bytes]:
    """Open a file to lock, made with its folder if need be.

    Raises:
        FileError: it cannot be made: no room, no right to, or something else is there.
    """
    return open_in_place(path, "a+b", buffering=0)


def try_lock(descriptor: int) -> bool:
    """Lock an open file for this process; False where another one holds it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
