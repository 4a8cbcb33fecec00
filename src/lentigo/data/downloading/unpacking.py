"""A stranger's zip in; its files in a folder out, all of them or none.

Whatever would be written outside the folder, or be far larger than the archive, is refused before anything
unfolds; the checksum of every member is compared as it is read.
"""

from __future__ import annotations

import re
import shutil
import stat
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from lentigo.settings.errors import DownloadError
from lentigo.settings.files import explained, make_folder, require_room
from lentigo.settings.phases import Steps

MOST_MEMBERS = 1_000_000
MOST_RATIO = 1_000
"""Of one member unfolded to what it takes in the archive."""
MOST_TOTAL_RATIO = 50
"""Of the whole; images are packed already, so that theirs is about 1."""
_SMALL = 10**8
"""Bytes; below, the whole may be of any ratio."""
_CLUTTER = re.compile(r"(^|/)(__MACOSX/|\._|\.DS_Store$|Thumbs\.db$)")
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError, ValueError)
_BLOCK = 2**20


def unpack(archive: Path, folder: Path, steps: Steps | None = None) -> list[str]:
    """Unpack an archive into a folder that is not there yet.

    Args:
        archive: a zip file.
        folder: is made. A single folder that the archive holds becomes this one.
        steps: called with files done and in all.

    Returns:
        What it holds: paths within `folder`, sorted.

    Raises:
        DownloadError: it is no zip, damaged, or not to be trusted; nothing of it is left.
        FileError: there is no room, or something is there; nothing of it is left.
    """
    half = folder.with_name(f"{folder.name}.half")
    shutil.rmtree(half, ignore_errors=True)
    try:
        with _opened(archive) as opened:
            members = _members(archive, opened)
            require_room(folder, sum(one.file_size for one in members))
            for done, member in enumerate(members, 1):
                _extract(archive, opened, member, half / member.filename)
                if steps is not None:
                    steps(done, len(members))
        return _put_in_place(half, folder)
    except _DAMAGED as error:
        raise DownloadError(f"{_called(archive)} is a damaged zip ({_short(error)})") from error
    finally:
        shutil.rmtree(half, ignore_errors=True)


def check(archive: Path) -> None:
    """Read a zip that stays packed (`.npz`) and compare its checksums; raises as `unpack`."""
    try:
        with _opened(archive) as opened:
            for member in _members(archive, opened):
                _read_through(archive, opened, member)
    except _DAMAGED as error:
        raise DownloadError(f"{_called(archive)} is a damaged zip ({_short(error)})") from error


def _read_through(archive: Path, opened: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    done = 0
    with opened.open(member) as source:
        while block := source.read(_BLOCK):
            done += len(block)
    if done != member.file_size:
        raise DownloadError(_shorter(archive, member))


def _opened(archive: Path) -> zipfile.ZipFile:
    with archive.open("rb") as handle:
        start = handle.read(512).lstrip()
    if start[:1] == b"<":
        raise DownloadError(
            f"{_called(archive)} is a web page and no zip: its server has put a page before it"
        )
    return zipfile.ZipFile(archive)


def _members(archive: Path, opened: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """Files but clutter, each of them harmless."""
    infos = opened.infolist()
    if len(infos) > MOST_MEMBERS:
        raise DownloadError(f"{_called(archive)} holds {len(infos):,} files, more than {MOST_MEMBERS:,}")
    if problem := next(filter(None, map(_problem, infos)), ""):
        raise DownloadError(f"{_called(archive)} is not to be trusted, not unpacked: {problem}")
    _refuse_bombs(archive, infos)
    members = [one for one in infos if not one.is_dir() and not _CLUTTER.search(one.filename)]
    _refuse_collisions(archive, members)
    return members


def _problem(info: zipfile.ZipInfo) -> str:
    name, kind = info.filename, stat.S_IFMT(info.external_attr >> 16)
    place = PurePosixPath(name)
    if place.is_absolute() or ".." in place.parts or "\\" in info.orig_filename or ":" in name.split("/")[0]:
        return f"{info.orig_filename!r} leads out of its folder"
    if "\0" in info.orig_filename or not place.parts:
        return f"{info.orig_filename!r} is no name of a file"
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return f"{name!r} is a link or a device"
    if info.flag_bits & 1:
        return f"{name!r} is encrypted"
    if info.file_size > MOST_RATIO * max(info.compress_size, 1):
        return f"{name!r} would unfold to {info.file_size:,} bytes from {info.compress_size:,}"
    return ""


def _refuse_bombs(archive: Path, infos: Sequence[zipfile.ZipInfo]) -> None:
    total, packed = sum(one.file_size for one in infos), archive.stat().st_size
    if total > max(MOST_TOTAL_RATIO * packed, _SMALL):
        raise DownloadError(
            f"{_called(archive)} is not to be trusted, not unpacked: it would unfold to {total:,} bytes "
            f"from {packed:,}"
        )


def _refuse_collisions(archive: Path, members: Sequence[zipfile.ZipInfo]) -> None:
    """Two files of one name: some systems take letters in either case for the same."""
    seen: set[str] = set()
    for one in members:
        if one.filename.lower() in seen:
            raise DownloadError(f"{_called(archive)} is not to be trusted: {one.filename!r} is in it twice")
        seen.add(one.filename.lower())


def _extract(archive: Path, opened: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path) -> None:
    make_folder(path.parent)
    with explained(path):
        target = path.open("wb")
    try:
        with opened.open(member) as source:
            while block := source.read(_BLOCK):
                with explained(path, member.file_size):
                    target.write(block)
    finally:
        with explained(path, member.file_size):  # the last bytes wait in a buffer until now
            target.close()
    if path.stat().st_size != member.file_size:
        raise DownloadError(_shorter(archive, member))


def _shorter(archive: Path, member: zipfile.ZipInfo) -> str:
    return f"{_called(archive)} is a damaged zip ({member.filename!r} is shorter than it says)"


def _put_in_place(half: Path, folder: Path) -> list[str]:
    make_folder(half)
    inside = list(half.iterdir())
    whole = inside[0] if len(inside) == 1 and inside[0].is_dir() else half
    with explained(folder):
        whole.rename(folder)
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def _called(archive: Path) -> str:
    """What it will be called; while it is fetched it has one suffix more."""
    return archive.name.removesuffix(".part")


def _short(error: BaseException) -> str:
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__
