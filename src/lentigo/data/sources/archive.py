"""A folder downloaded from the ISIC archive (isic-cli) in, a `SourceTable` out.

`metadata.csv` begins with isic_id, attribution and copyright_license; the images lie beside it as
`<isic_id>.jpg`. The diagnosis is `diagnosis`, or, in newer downloads, a path of ever finer names from
`diagnosis_1` on, of which the finest that names a class is taken. Licences are per image and are kept so.
"""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from lentigo.data.metadata.column_names import plain_id, plain_name
from lentigo.data.metadata.lesion_views import views_of_types
from lentigo.data.sources.reading.image_files import image_paths
from lentigo.data.sources.reading.named_tables import name_unread_files
from lentigo.data.sources.reading.tree import read_tree
from lentigo.data.sources.table import SKIPPED, SourceTable, match_classes, source_table
from lentigo.data.tables import read_header, read_numbered_table, warn
from lentigo.data.taxonomy import find_class
from lentigo.settings.errors import DataError, TableError

TABLE_NAME = "metadata.csv"
REQUIRED = ("isic_id", "attribution", "copyright_license")
OPTIONAL = (
    *("age_approx", "anatom_site_general", "anatom_site_1", "sex", "lesion_id", "patient_id", "image_type"),
)
LEVELS = ("diagnosis", *(f"diagnosis_{level}" for level in (5, 4, 3, 2)))
"""Columns of the diagnosis, finest first. `diagnosis_1` only says benign or malignant."""
OTHER_NAMES = {
    "solar or actinic keratosis": "AK",
    "melanoma in situ": "MEL",
    "melanoma invasive": "MEL",
    "melanoma metastasis": "MEL",
    "melanoma, nos": "MEL",
    "squamous cell carcinoma in situ": "SCC",
    "squamous cell carcinoma, invasive": "SCC",
    "squamous cell carcinoma, nos": "SCC",
    "benign soft tissue proliferations - vascular": "VASC",
    "angioma": "VASC",
    "hemangioma": "VASC",
    "angiokeratoma": "VASC",
}
"""The archive's names of the classes of ISIC 2019 that the taxonomy does not know."""


def recognises(folder: str | Path) -> bool:
    """Whether a folder is a download of the archive."""
    return find_table(folder) is not None


def find_table(folder: str | Path) -> Path | None:
    """The table of a download, in whatever folder everything lies; None where there is none."""
    root = read_tree(folder).root
    place = next((path for path in root.glob("*.csv") if path.name.lower() == TABLE_NAME), None)
    names = {plain_name(name) for name in read_header(place)} if place else set()
    # that of ISIC 2024's crops says no diagnosis
    is_of_crops = "tbptiletype" in names and not names & set(map(plain_name, LEVELS))
    return place if "isicid" in names and not is_of_crops else None


def read(folder: str | Path, class_map: Mapping[str, str] | None = None) -> SourceTable:
    """Read the metadata; images that have no diagnosis are left out, and counted.

    Args:
        folder: holds `metadata.csv` and the images.
        class_map: what else a diagnosis means.

    Raises:
        DataError: no metadata, or nothing with a diagnosis.
        TableError: the table is damaged or a diagnosis is unknown; names them.
    """
    table_file = find_table(folder)
    if table_file is None:
        raise DataError(f"{folder} has no {TABLE_NAME}; expected a download of the ISIC archive (isic-cli)")
    raw = _usable(table_file, _read_table(table_file))
    rows = pd.DataFrame(
        {
            "image_id": raw["isic_id"],
            "class": _classes(raw, class_map),
            "age_years": _first(raw, ("age_approx",)),
            "site": _first(raw, ("anatom_site_general", "anatom_site_1")),
            "licence": raw["copyright_license"],
            "view": views_of_types(raw["image_type"]) if "image_type" in raw else "",
            "source": "ISIC archive",
            "path": image_paths(table_file.parent, raw["isic_id"].tolist()),
            **{name: _first(raw, (name,)) for name in ("lesion_id", "patient_id", "sex")},
        },
        index=raw.index,
    )
    name_unread_files(table_file.parent, table_file)
    attributions = dict(sorted(Counter(raw["attribution"]).items()))
    facts = {"source": "archive", "tables": [TABLE_NAME], "attributions": attributions}
    return source_table(rows, table_file.parent, facts)


def _read_table(table_file: Path) -> pd.DataFrame:
    """The table under the archive's own names, however its header has been spelled since."""
    raw = read_numbered_table(table_file, ())
    own = {plain_name(name): name for name in (*REQUIRED, *LEVELS, *OPTIONAL)}
    raw = raw.rename(columns={name: own.get(plain_name(name), name) for name in raw})
    if missing := [name for name in REQUIRED if name not in raw]:
        raise TableError(
            f"{table_file} lacks the columns {', '.join(missing)} of the ISIC archive's downloads"
        )
    return raw.assign(isic_id=raw["isic_id"].map(plain_id))


def _usable(table_file: Path, raw: pd.DataFrame) -> pd.DataFrame:
    """Rows with a diagnosis."""
    levels = [name for name in LEVELS if name in raw]
    if not levels:
        raise TableError(f"{table_file} has no column of diagnoses; expected one of {', '.join(LEVELS)}")
    is_bare = (raw[levels] == "").all(axis=1)
    if is_bare.any():
        warn(f"{table_file}: {int(is_bare.sum())} of {len(raw)} images have no diagnosis and are left out")
    if is_bare.all():
        raise DataError(f"{table_file}: none of the images has a diagnosis")
    return raw[~is_bare]


def _classes(raw: pd.DataFrame, class_map: Mapping[str, str] | None) -> list[str]:
    """The class of each row: of the finest diagnosis that names one."""
    levels = [name for name in LEVELS if name in raw]
    known = {**OTHER_NAMES, **{name.lower(): code for name, code in (class_map or {}).items()}}
    rows = raw[levels].to_numpy(dtype=object).tolist()
    codes = {text: known.get(text.lower()) or find_class(text) for row in rows for text in row if text}
    unknown = Counter(_finest(row) for row in rows if not any(codes.get(text) for text in row))
    if sum(unknown.values()) == len(rows):
        match_classes(sorted(unknown))  # raises, with the remedy
    if unknown:
        told = ", ".join(f"{name} ({count})" for name, count in unknown.most_common(12))
        first = shlex.quote(next(iter(unknown)))
        warn(
            f"{sum(unknown.values())} of {len(rows)} images have a diagnosis outside the classes and are "
            f"left out: {told}. To take them in, say what they are: `--map {first}=CLASS`"
        )
    return [next((str(codes[text]) for text in row if codes.get(text)), SKIPPED) for row in rows]


def _finest(row: Sequence[str]) -> str:
    return next(text for text in row if text)


def _first(raw: pd.DataFrame, names: Sequence[str]) -> pd.Series:
    """The first of some columns that is there; empty where none is."""
    found = next((name for name in names if name in raw), None)
    return pd.Series("", index=raw.index) if found is None else raw[found]
