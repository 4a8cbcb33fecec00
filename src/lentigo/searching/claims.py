"""Who works on what: a file in, a claim on it out, held until it is released or its process ends.

A claim is a lock of the operating system, so one whose owner was killed is free at once, and whether a trial
has a living owner can be asked by trying to claim it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from lentigo.settings.processes.locks import open_lock, try_lock

WAIT_SECONDS = 0.05


class Claim:
    """A file locked by this process; use it as a context, or release it."""

    def __init__(self, handle: IO[bytes]) -> None:
        self._handle = handle

    def release(self) -> None:
        """Let others have it."""
        self._handle.close()

    def __enter__(self) -> Claim:
        return self

    def __exit__(self, *_error: object) -> None:
        self.release()


def try_claim(path: Path) -> Claim | None:
    """Claim a file, which is made if need be; None where a living process holds it; raises as `open_lock`."""
    handle = open_lock(path)
    if try_lock(handle.fileno()):
        return Claim(handle)
    handle.close()
    return None


@contextmanager
def claimed(path: Path) -> Iterator[None]:
    """Wait for a claim, hold it for a moment."""
    while (claim := try_claim(path)) is None:
        time.sleep(WAIT_SECONDS)
    with claim:
        yield
