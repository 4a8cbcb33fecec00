"""Writing so that a fault leaves the old file whole: temporary file, fsync, rename; and hashing."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from lentigo.settings.errors import FileError

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_FULL_TEXT = os.strerror(errno.ENOSPC)


def write_atomically(path: Path, write: Callable[[Path], object], num_bytes: int = 0) -> None:
    """Let `write` fill a temporary file beside `path`, then put it in place in one step.

    The temporary file keeps the suffixes of `path`, since some writers choose the format by them.

    Args:
        path: a new file, or a regular one that is replaced.
        write: called with the temporary file.
        num_bytes: how large it will be, where that is known; said when there is no room.

    Raises:
        FileError: there is no room, the place cannot be written to, or at `path` is no regular file.
    """
    require_replaceable(path)
    temporary = path.with_name(f".tmp-{os.getpid()}-{path.name}")
    try:
        with explained(path, num_bytes):
            path.parent.mkdir(parents=True, exist_ok=True)
            write(temporary)
            with temporary.open("rb+") as handle:
                os.fsync(handle.fileno())
            temporary.replace(path)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def require_replaceable(path: Path) -> None:
    """Refuse to put a file where a folder, a device or a pipe is.

    Raises:
        FileError: names it.
    """
    with explained(path):
        if path.exists() and not path.is_file():
            kind = "a folder" if path.is_dir() else "no regular file"
            raise FileError(f"{path} is {kind} and is not replaced by a file; give another name")


@contextmanager
def explained(path: Path, num_bytes: int = 0) -> Iterator[None]:
    """Turn the system's refusal to write into an error that says what to do.

    Raises:
        FileError: from an `OSError` inside the block, or another one that tells of a full disk.
    """
    try:
        yield
    except OSError as error:
        raise FileError(_refusal(path, error, num_bytes)) from error
    except RuntimeError as error:  # HDF5 says it so when it closes a file
        if _FULL_TEXT not in str(error):
            raise
        raise FileError(no_room(path, num_bytes)) from error


def _refusal(path: Path, error: OSError, num_bytes: int) -> str:
    if error.errno in _FULL or _FULL_TEXT in str(error):
        return no_room(path, num_bytes)
    return f"{path} cannot be written ({error.strerror or error}); give another place, or mend this one"


def no_room(path: Path, num_bytes: int = 0) -> str:
    """What is said when a disk is full: the file, what it needs and what there is."""
    free = free_bytes(path)
    there = "" if free is None else f" and {_size(free)} are free"
    needed = f"it needs {_size(num_bytes)}{there}" if num_bytes else f"the disk is full{there}"
    return (
        f"no room to write {path}: {needed}. What was there before is whole; make room and give the same "
        "command again"
    )


def free_bytes(path: Path) -> int | None:
    """What the disk of a file that may not exist yet has free; None where that cannot be told."""
    for folder in (path, *path.absolute().parents):
        with suppress(OSError):
            return shutil.disk_usage(folder).free
    return None


def _size(num_bytes: int) -> str:
    """`12 kB`, `3.4 MB`: rounded up, for it says what is needed."""
    return f"{num_bytes / 1e6:,.1f} MB" if num_bytes >= 10**6 else f"{-(-num_bytes // 1000):,} kB"


def write_bytes(path: Path, content: bytes) -> None:
    """Write bytes atomically; raises as `write_atomically`."""
    write_atomically(path, lambda temporary: temporary.write_bytes(content), len(content))


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text atomically, with LF line ends on every system; raises as `write_atomically`."""
    write_bytes(path, text.encode("utf-8"))


def write_json(path: Path, value: Any) -> None:
    """Write JSON atomically, indented; NaN is refused because JSON has none (use None: "undefined")."""
    write_text(path, json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def sha256_of(path: Path) -> str:
    """Hash a file's bytes; hexadecimal."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def sha256_of_text(text: str) -> str:
    """Hash a text as UTF-8; hexadecimal."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
