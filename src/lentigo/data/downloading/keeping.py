"""A public set in; the folder that holds it, with a record of every file, licence and attribution, out.

Whatever stops this, a file is there whole and checked, or not under its name; the same command goes on.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lentigo.data.downloading.transfer import fetch
from lentigo.data.downloading.unpacking import unpack
from lentigo.data.downloading.verification import verify, verify_members
from lentigo.data.sources.sets.public_set import LICENCES, PublicSet, RemoteFile
from lentigo.settings.errors import DownloadError, FileError
from lentigo.settings.files import make_folder, require_room, sha256_of, write_json, write_text
from lentigo.settings.phases import Phases, steps_of
from lentigo.settings.processes.locks import open_lock, try_lock
from lentigo.settings.reading import read_json

RECORD = "download.json"
TERMS = "LICENCE-AND-CITATION.txt"
_LOCK = ".downloading"
SMALL_BYTES = 10**6
"""A larger archive holds images, a smaller one tables."""


@dataclass
class Kept:
    """The folder of a set, and what of it is there."""

    folder: Path
    files: dict[str, Any] = field(default_factory=dict)
    """Name of a file -> kept_as, num_bytes, sha256 and address, once it is there whole."""

    def has(self, file: RemoteFile) -> bool:
        """Whether a file is there, unpacked and checked."""
        return file.name in self.files and (self.folder / file.kept_as).exists()

    def note(self, file: RemoteFile, fetched: Path, address: str) -> None:
        """Write down what a checked file is."""
        self.files[file.name] = {
            "kept_as": file.kept_as,
            "num_bytes": fetched.stat().st_size,
            "sha256": sha256_of(fetched),
            "address": address,
        }


def keep_set(
    chosen: PublicSet, folder: Path, progress: Phases | None = None, tables_only: bool = False
) -> list[str]:
    """Fetch, check and unpack what is not there yet.

    Args:
        chosen: with files.
        folder: is made if need be.
        progress: called with (phase, done, total).
        tables_only: leave archives of images out.

    Returns:
        Names of the files that were fetched or unpacked now.

    Raises:
        DownloadError: a file cannot be had, or is not the one published; or another command is at it.
        FileError: there is no room.
    """
    kept = Kept(make_folder(folder), _recorded(folder / RECORD))
    files = [file for file in chosen.files if not (tables_only and _is_images(file))]
    missing = [file for file in files if not kept.has(file)]
    with open_lock(folder / _LOCK) as lock:
        if not try_lock(lock.fileno()):
            raise DownloadError(
                f"another command is downloading into {folder}; wait for it, or give another --out"
            )
        require_room(folder, sum(_needed(kept.folder, file) for file in missing))
        write_text(folder / TERMS, terms(chosen))
        for file in missing:
            _keep(chosen, kept, file, progress)
    return [file.name for file in missing]


def terms(chosen: PublicSet) -> str:
    """What lies beside the images: whose they are, on which terms, and how they are cited."""
    link = LICENCES.get(chosen.licence, "")
    lines = [
        chosen.title,
        f"Licence: {chosen.licence}{f' ({link})' if link else ''}",
        f"Page: {chosen.page}",
        f"Cite and attribute: {chosen.citation}",
        "",
        *(f"{file.name}: {file.addresses[0]}" for file in chosen.files),
    ]
    return "\n".join(lines) + "\n"


def _keep(chosen: PublicSet, kept: Kept, file: RemoteFile, progress: Phases | None) -> None:
    """One file; what came wrong is thrown away, what somebody else put there is left."""
    place = kept.folder / file.kept_as
    own = kept.folder / file.name
    part = own.with_name(f"{own.name}.part")
    if place.exists() and place != own:
        raise DownloadError(
            f"{place} is there, and not by this command; move it away, or give another folder with --out"
        )
    try:
        address = (
            ""
            if own.is_file()
            else fetch(file.addresses, part, file.num_bytes, steps_of(progress, f"fetching {file.name} (MB)"))
        )
    except DownloadError as error:
        raise DownloadError(f"{error}\n{_by_hand(chosen, kept.folder, file)}") from error
    fetched = part if address else own
    try:
        _check_and_place(kept, file, fetched, address, progress)
    except DownloadError as error:
        if address:
            _throw_away(part)
        raise DownloadError(f"{error}. {_what_now(chosen, kept.folder, file, address)}") from error


def _check_and_place(
    kept: Kept, file: RemoteFile, fetched: Path, address: str, progress: Phases | None
) -> None:
    steps_of(progress, f"checking {file.name}")
    verify(fetched, file)
    place = kept.folder / file.kept_as
    if file.is_archive:
        members = unpack(fetched, place, steps_of(progress, f"unpacking {file.name}"))
        try:
            verify_members(members, file)
        except DownloadError:
            shutil.rmtree(place)
            raise
    kept.note(file, fetched, address)
    if not file.is_archive:
        fetched.replace(place)
    write_json(kept.folder / RECORD, {"files": kept.files})
    if file.is_archive:
        fetched.unlink()
    if address:
        _throw_away(place.with_name(f"{file.name}.part"))


def _throw_away(part: Path) -> None:
    part.unlink(missing_ok=True)
    part.with_name(f"{part.name}.json").unlink(missing_ok=True)


def _recorded(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        files = read_json(path).get("files")
    except FileError:
        return {}  # the files are checked again
    return files if isinstance(files, dict) else {}


def _needed(folder: Path, file: RemoteFile) -> int:
    """Bytes that a file will still take: itself, and what it holds, which is about as much."""
    part = folder / f"{file.name}.part"
    there = part.stat().st_size if part.is_file() else 0
    return max(file.num_bytes - there, 0) + (file.num_bytes if file.is_archive else 0)


def _is_images(file: RemoteFile) -> bool:
    return file.is_archive and file.num_bytes > SMALL_BYTES


def _by_hand(chosen: PublicSet, folder: Path, file: RemoteFile) -> str:
    return (
        "The same command goes on where it stopped, once the network is there (behind a proxy, set "
        f"HTTPS_PROXY). Or fetch {file.name} elsewhere from {chosen.page}, put it into {folder}, and give "
        f"the same command: it is checked and unpacked ({folder / TERMS} lists all files with addresses)"
    )


def _what_now(chosen: PublicSet, folder: Path, file: RemoteFile, address: str) -> str:
    if address:
        return (
            f"It was thrown away: give the same command again; if that ends so too, see {chosen.page} for "
            "whether the set has changed"
        )
    return f"It lay in {folder / file.name} and is left there: take it away and give the same command again"
