"""One writer at a time: a lock on an open file that goes with its process, however that ends."""

from __future__ import annotations

import sys


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
