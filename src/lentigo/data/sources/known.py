"""Public sets that lie on the disk as a plain table and images; one row each, told by a table's columns.

A row says what the set calls its classes where the taxonomy does not know the name. Everything else is read
as any table of labels is. Licence, citation and page stand in `SETS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from lentigo.data.metadata.column_names import plain_id, plain_name
from lentigo.data.sources import labels
from lentigo.data.sources.reading.columns import image_column
from lentigo.data.sources.reading.tree import read_tree
from lentigo.data.sources.table import SourceTable, of_set
from lentigo.data.tables import read_header, read_numbered_table, warn
from lentigo.data.taxonomy import CLASSES, MILK10K_ORDER


@dataclass(frozen=True)
class KnownSet:
    """One public set."""

    key: str
    """Its row in `SETS`."""
    columns: frozenset[str]
    """Columns that one of its tables has and no other set's does; letters and digits only."""
    classes: Mapping[str, str] = field(default_factory=dict)
    """What it calls a class -> our code, or a class of its own."""
    label: str = ""
    """The column that says the class, where several could."""
    wrong: Mapping[str, str] = field(default_factory=dict)
    """Columns -> what stands there, in lower case, where its makers say that the label is wrong."""

    def recognises(self, folder: Path) -> bool:
        """Whether one of the tables below a folder is this set's."""
        return self.table_in(folder) is not None

    def table_in(self, folder: Path) -> Path | None:
        """The table below a folder that is this set's."""
        tree = read_tree(folder)
        return next(
            (tree.root / path for path in tree.tables if self.columns <= _header(tree.root / path)), None
        )

    def read(
        self, folder: str | Path, class_map: Mapping[str, str] | None = None, label: str = ""
    ) -> SourceTable:
        """Read it as `labels.read` does; what `class_map` says goes before what the set is known to mean."""
        place = self.table_in(Path(folder))
        found = labels.read(folder, class_map, label or (self.label if place else ""), self.classes)
        return of_set(self._without_wrong(place, found) if place else found, self.key)

    def _without_wrong(self, place: Path, found: SourceTable) -> SourceTable:
        """Images but those whose labels the makers call wrong."""
        if not self.wrong:
            return found
        raw = read_numbered_table(place, ())
        key = image_column(raw)
        columns = [name for name in raw if plain_name(name) in self.wrong]
        if key is None or not columns:
            return found
        texts = raw[columns].apply(lambda column: column.str.strip().str.lower())
        is_wrong = (texts == [self.wrong[plain_name(name)] for name in columns]).any(axis=1)
        ids = set(raw[key][is_wrong].map(plain_id))
        kept = found.table[~found.table["image_id"].isin(ids)].reset_index(drop=True)
        if num := len(found.table) - len(kept):
            warn(f"{num} images that {place.name} itself calls wrongly labelled are left out")
        return SourceTable(kept, found.image_root, found.facts)


DERM7PT = KnownSet(
    "derm7pt",
    frozenset({"derm", "clinic", "sevenpointscore", "diagnosis"}),
    dict.fromkeys(("lentigo", "melanosis", "miscellaneous"), "MISC"),
)
PAD_UFES_20 = KnownSet(
    "pad-ufes-20",
    frozenset({"imgid", "diagnostic", "fitspatrick", "biopsed"}),
    {"ACK": "AK", "SEK": "BKL", "NEV": "NV"},
)
MILK10K = KnownSet(
    "milk10k",
    frozenset({"lesionid", "imagetype", "isicid", "skintoneclass"}),
    {name: name for name in MILK10K_ORDER if name not in CLASSES},
)
_NINE = (
    *("inflammatory", "genodermatoses", "benign dermal", "benign epidermal", "benign melanocyte"),
    *("malignant epidermal", "malignant melanoma", "malignant cutaneous lymphoma", "malignant dermal"),
)
"""Fitzpatrick17k's groups of diagnoses; finer than its three, coarser than its 114."""
ISIC_2020 = KnownSet("isic-2020", frozenset({"imagename", "benignmalignant", "anatomsitegeneralchallenge"}))
ISIC_2024 = KnownSet("isic-2024", frozenset({"isicid", "tbptiletype"}), {"0": "benign", "1": "malignant"})
BCN20000 = KnownSet("bcn20000", frozenset({"bcnfilename", "diagnosis"}))
FITZPATRICK17K = KnownSet(
    "fitzpatrick17k",
    frozenset({"md5hash", "fitzpatrickscale", "threepartitionlabel"}),
    {name: name for name in _NINE},
    label="three_partition_label",
    wrong={"qc": "3 wrongly labelled"},
)


KNOWN = (DERM7PT, PAD_UFES_20, MILK10K, ISIC_2020, ISIC_2024, BCN20000, FITZPATRICK17K)


def classes_of(folder: Path) -> Mapping[str, str]:
    """What the names of classes mean in the set that a folder is; empty for none of them."""
    found = known_in(folder)
    return found.classes if found else {}


def known_in(folder: Path) -> KnownSet | None:
    """The set that a folder is, told by its tables; None for none of them."""
    return next((one for one in KNOWN if one.recognises(folder)), None)


def _header(path: Path) -> frozenset[str]:
    return _header_of(path, path.stat().st_mtime)


@lru_cache(maxsize=2**12)
def _header_of(path: Path, _changed: float) -> frozenset[str]:
    """The same, once for all sets that ask."""
    return frozenset(plain_name(name) for name in read_header(path))
