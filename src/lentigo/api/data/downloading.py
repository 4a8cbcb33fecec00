"""The name of a public set in; its files in a folder, checked, with their licence, out."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path

from lentigo.data.downloading.keeping import keep_set
from lentigo.data.sources.sets.public_set import LICENCES, PublicSet
from lentigo.data.sources.sets.table import SETS, set_named
from lentigo.settings.errors import DownloadError
from lentigo.settings.phases import Phases


@dataclass(frozen=True)
class Downloaded:
    """What is there now."""

    folder: Path
    fetched: tuple[str, ...]
    """Files that were not there before."""
    command: str
    """What makes a manifest of it."""


def download(
    name: str, out: str | Path, *, tables_only: bool = False, progress: Phases | None = None
) -> Downloaded:
    """Fetch a public set from its official addresses; a command that was stopped goes on where it was.

    Args:
        name: one of `SETS`.
        out: the folder for its files.
        tables_only: leave the images out.
        progress: called with (phase, done, total).

    Raises:
        SettingsError: there is no such set.
        DownloadError: it is to be fetched by hand, cannot be reached, or what came is not what was published.
        FileError: there is no room.
    """
    chosen = set_named(name)
    if not chosen.files:
        raise DownloadError(
            f"{chosen.title} cannot be fetched by a command: {chosen.by_hand}. Its page: {chosen.page}. "
            f"Then: {chosen.command.format(folder='FOLDER')}"
        )
    fetched = keep_set(chosen, Path(out), progress, tables_only)
    command = chosen.command.format(folder=shlex.quote(str(out)))
    return Downloaded(Path(out), tuple(fetched), f"{command} --tables-only" if tables_only else command)


def announcement(chosen: PublicSet, tables_only: bool = False) -> list[str]:
    """What is said before anything is fetched: size, licence, citation, page."""
    link = LICENCES.get(chosen.licence, "")
    size = f", about {told_size(chosen.num_bytes)}" if chosen.files else ""
    size = ", its tables alone" if tables_only else size
    return [
        f"{chosen.title}: {chosen.num_images:,} images{size}",
        f"licence: {chosen.licence}{f' ({link})' if link else ''}",
        f"cite: {chosen.citation}",
        f"page: {chosen.page}",
    ]


def told_size(num_bytes: int) -> str:
    """`2.6 GB`, `602 MB`."""
    return f"{num_bytes / 1e9:.1f} GB" if num_bytes >= 10**9 else f"{max(num_bytes / 1e6, 0.1):.3g} MB"


def listing() -> list[dict[str, object]]:
    """Every set: name, title, num_images, num_bytes (0: to be fetched by hand), licence and page."""
    return [
        {
            "name": name,
            "title": row.title,
            "num_images": row.num_images,
            "num_bytes": row.num_bytes,
            "licence": row.licence,
            "page": row.page,
        }
        for name, row in SETS.items()
    ]
