"""The one way to write (temporary file, fsync, rename: a fault leaves the old file whole), and hashing.

A full disk, a place that cannot be written to and a device where a file belongs end in a `FileError`.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

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
    make_folder(path.parent)
    try:
        with explained(path, num_bytes):
            temporary.unlink(missing_ok=True)  # a link that a stranger left under this name would be followed
            write(temporary)
            with temporary.open("rb+") as handle:
                os.fsync(handle.fileno())
            temporary.replace(path)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def require_replaceable(path: Path) -> None:
    """Refuse to put a file where a folder, a device, a pipe, a socket or a link to nothing is.

    Raises:
        FileError: names it.
    """
    with explained(path):
        if path.is_dir():
            raise FileError(f"{path} is a folder and is not replaced by a file; give another name")
    require_ordinary(path)


def require_ordinary(path: Path) -> None:
    """Refuse to write where something is that is neither a regular file nor a folder.

    Raises:
        FileError: names it.
    """
    with explained(path):
        if path.is_symlink() and not path.exists():
            raise FileError(f"{path} is a link to nothing; remove it, or give another name")
        if path.exists() and not path.is_file() and not path.is_dir():
            raise FileError(f"{path} is no regular file and is not replaced; give another name")


def make_folder(path: Path) -> Path:
    """Make a folder and those above it, where they are not there yet; returns it.

    Raises:
        FileError: something else is there, there is no room, or the place cannot be written to.
    """
    require_ordinary(path)
    with explained(path):
        if path.is_file():
            raise FileError(
                f"{path} is a file, and a folder is needed there; give another name, or remove it"
            )
        path.mkdir(parents=True, exist_ok=True)
    return path


def open_in_place(path: Path, mode: str, buffering: int = -1) -> IO[bytes]:
    """Open a file of ours that is added to or locked, not replaced; made if need be. Never through a link.

    Args:
        path: its folder is made, too.
        mode: a binary one that writes, as of `open`.
        buffering: as of `open`; 0: what cannot be written is told at once, and not when the file is closed.

    Raises:
        FileError: as `write_atomically`, and where it is a link: its target would be changed.
    """
    make_folder(path.parent)
    require_replaceable(path)
    if path.is_symlink():
        raise FileError(f"{path} is a link, and its target is left alone; remove the link")
    with explained(path):
        handle: IO[bytes] = path.open(mode, buffering)
        return handle


def require_room(path: Path, num_bytes: int, spare_bytes: int = 0) -> None:
    """Stop before something is made that the disk has no room for.

    Args:
        path: where it is to be.
        num_bytes: its size.
        spare_bytes: left free beyond that.

    Raises:
        FileError: says what is needed and what there is.
    """
    free = free_bytes(path)
    if free is not None and free < num_bytes + spare_bytes:
        raise FileError(no_room(path, num_bytes + spare_bytes))


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


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A folder for files that nobody keeps; gone with the block.

    Raises:
        FileError: there is no room where the system keeps such files (`TMPDIR`).
    """
    place = Path(os.environ.get("TMPDIR", "/tmp"), "lentigo's temporary files")
    with explained(place), tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


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
    """Write UTF-8 text atomically, with LF line ends on every system.

    Raises:
        FileError: as `write_atomically`, and where the text holds a name that is not UTF-8.
    """
    try:
        content = text.encode("utf-8")
    except UnicodeEncodeError as error:
        start = max(error.start - 40, 0)
        raise FileError(
            f"{path} cannot be written: a name in it is not UTF-8 ({text[start : error.end]!a}); "
            "rename that file or folder"
        ) from error
    write_bytes(path, content)


def write_json(path: Path, value: Any) -> None:
    """Write JSON atomically, indented; NaN is refused because JSON has none (use None: "undefined").

    Raises:
        FileError: as `write_text`.
    """
    write_text(path, json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def sha256_of(path: Path) -> str:
    """Hash a file's bytes; hexadecimal."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def sha256_of_text(text: str) -> str:
    """Hash a text as UTF-8; hexadecimal."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
