"""Forms that images and labels come in; one module and one row each. A folder in, a `SourceTable` out.

To add one: a module with `read(folder, class_map) -> SourceTable` and perhaps `recognises(folder) -> bool`, a
row here, a test beside the others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from lentigo.data.sources import archive, dermamnist, folder, ham10000, isic, known, labels, ph2
from lentigo.data.sources.table import SourceTable
from lentigo.settings.errors import DataError, SettingsError
from lentigo.settings.toml import did_you_mean

GUESS, FALLBACK, LABELS = "guess", "folder", "labels"

Reader = Callable[[str | Path, Mapping[str, str] | None], SourceTable]


@dataclass(frozen=True)
class Source:
    """One row of the table."""

    read: Reader
    recognises: Callable[[Path], bool] = lambda _folder: False
    """Whether a folder is in this form, told by the tables that lie in it; by default it is never guessed."""


SOURCES: dict[str, Source] = {
    "isic": Source(isic.read, isic.recognises),
    "ham10000": Source(ham10000.read, ham10000.recognises),
    "archive": Source(archive.read, archive.recognises),
    "derm7pt": Source(known.DERM7PT.read, known.DERM7PT.recognises),
    "pad-ufes-20": Source(known.PAD_UFES_20.read, known.PAD_UFES_20.recognises),
    "milk10k": Source(known.MILK10K.read, known.MILK10K.recognises),
    "isic-2020": Source(known.ISIC_2020.read, known.ISIC_2020.recognises),
    "isic-2024": Source(known.ISIC_2024.read, known.ISIC_2024.recognises),
    "bcn20000": Source(known.BCN20000.read, known.BCN20000.recognises),
    "fitzpatrick17k": Source(known.FITZPATRICK17K.read, known.FITZPATRICK17K.recognises),
    "ph2": Source(ph2.read, ph2.recognises),
    "dermamnist": Source(dermamnist.read, dermamnist.recognises),
    "labels": Source(labels.read, labels.recognises),
    "folder": Source(folder.read),
}
"""Where several recognise a folder, the first of them reads it; where none does, `FALLBACK`."""


def source_named(name: str, path: str | Path) -> Source:
    """Find a row of the table; of `guess`, the one whose form a folder is in.

    Raises:
        SettingsError: there is no such source; names those there are.
        DataError: there is no such folder.
    """
    chosen = guess_source(path) if name == GUESS else name
    if chosen not in SOURCES:
        hint = did_you_mean(name, [GUESS, *SOURCES])
        raise SettingsError(
            f"there is no source {name!r}{hint}; choose {GUESS} or one of {', '.join(SOURCES)}"
        )
    return SOURCES[chosen]


def read_by_label(path: str | Path, class_map: Mapping[str, str] | None, label: str) -> SourceTable:
    """Read images by a column of a table that says their class; raises as `labels.read`."""
    place = Path(path)
    found = known.known_in(place) if place.is_dir() else None
    return found.read(place, class_map, label) if found else labels.read(place, class_map, label)


def read_given(path: str | Path, class_map: Mapping[str, str] | None = None, label: str = "") -> SourceTable:
    """Read images with the division that somebody else gave them: by their table, else by their folders.

    Raises:
        DataError: as the readers; or nothing says a part or a fold.
        TableError: as the readers.
    """
    place = Path(path)
    if place.suffix.lower() == dermamnist.SUFFIX and place.is_file():
        found = dermamnist.read(place, class_map)
    elif place.is_file() or labels.recognises(place):
        meant = known.classes_of(place) if place.is_dir() else {}
        found = labels.read(place, class_map, label, meant)
    else:
        found = folder.read(place, class_map)
    if not (found.table["given"] != "").any():
        raise DataError(
            f"{path}: nothing says which part each image is in; expected folders such as train and test or "
            "fold_0, a column such as split, or a table for each part; `lentigo split` divides them anew"
        )
    return found


def guess_source(path: str | Path) -> str:
    """Which source a folder is in the form of, by the tables that lie in it; `folder` where none does.

    Raises:
        DataError: there is no such folder.
    """
    path = Path(path)
    if path.is_file():
        return dermamnist.KEY if path.suffix.lower() == dermamnist.SUFFIX else LABELS
    if not path.is_dir():
        raise DataError(f"{path} is not a folder; expected tables and images of ISIC, or class folders")
    return next((name for name, source in SOURCES.items() if source.recognises(path)), FALLBACK)
