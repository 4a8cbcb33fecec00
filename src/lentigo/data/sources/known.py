"""Public sets that lie on the disk as a plain table and images; one row each, told by a table's columns.

A row says what the set calls its classes where the taxonomy does not know the name. Everything else is read
as any table of labels is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lentigo.data.metadata.column_names import plain_name
from lentigo.data.sources import labels
from lentigo.data.sources.reading.tree import read_tree
from lentigo.data.sources.table import SourceTable
from lentigo.data.tables import read_numbered_table
from lentigo.data.taxonomy import CLASSES, MILK10K_ORDER
from lentigo.settings.errors import TableError


@dataclass(frozen=True)
class KnownSet:
    """One public set."""

    name: str
    """In full, with its reference."""
    columns: frozenset[str]
    """Columns that one of its tables has and no other set's does; letters and digits only."""
    classes: Mapping[str, str] = field(default_factory=dict)
    """What it calls a class -> our code, or a class of its own."""

    def recognises(self, folder: Path) -> bool:
        """Whether one of the tables below a folder is this set's."""
        tree = read_tree(folder)
        return any(self.columns <= _header(tree.root / path) for path in tree.tables)

    def read(self, folder: str | Path, class_map: Mapping[str, str] | None = None) -> SourceTable:
        """Read it as `labels.read` does; what `class_map` says goes before what the set is known to mean."""
        found = labels.read(folder, class_map, known=self.classes)
        return SourceTable(found.table, found.image_root, {**found.facts, "set": self.name})


DERM7PT = KnownSet(
    "Derm7pt (Kawahara and others, IEEE JBHI 2019)",
    frozenset({"derm", "clinic", "sevenpointscore", "diagnosis"}),
    dict.fromkeys(("lentigo", "melanosis", "miscellaneous"), "MISC"),
)
PAD_UFES_20 = KnownSet(
    "PAD-UFES-20 (Pacheco and others, Data in Brief 2020): clinical photographs by telephone",
    frozenset({"imgid", "diagnostic", "fitspatrick", "biopsed"}),
    {"ACK": "AK", "SEK": "BKL", "NEV": "NV"},
)
MILK10K = KnownSet(
    "MILK10k (ISIC, living challenge): a clinical and a dermoscopic image of each lesion",
    frozenset({"lesionid", "imagetype", "isicid", "skintoneclass"}),
    {name: name for name in MILK10K_ORDER if name not in CLASSES},
)


SETS = (DERM7PT, PAD_UFES_20, MILK10K)


def classes_of(folder: Path) -> Mapping[str, str]:
    """What the names of classes mean in the set that a folder is; empty for none of them."""
    return next((one.classes for one in SETS if one.recognises(folder)), {})


def _header(path: Path) -> frozenset[str]:
    try:
        return frozenset(plain_name(name) for name in read_numbered_table(path, ()).columns)
    except TableError:
        return frozenset()
