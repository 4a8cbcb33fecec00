"""HAM10000 as its publisher gives it in, a `SourceTable` out.

`HAM10000_metadata.csv` (lesion_id, image_id, dx, dx_type, age, sex, localization) and the images in one
folder or in the two parts of the download. The classes are those of ISIC 2018: akiec is AKIEC, never AK. How
a diagnosis was confirmed (`dx_type`) is not read: it would tell a model what no image shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from lentigo.data.metadata.column_names import plain_id
from lentigo.data.sources.official import compare_with_official
from lentigo.data.sources.reading.image_files import image_paths
from lentigo.data.sources.reading.named_tables import name_unread_files
from lentigo.data.sources.table import SourceTable, match_classes, of_set, source_table
from lentigo.data.tables import read_numbered_table
from lentigo.settings.errors import DataError

TABLE_NAMES = ("HAM10000_metadata.csv", "HAM10000_metadata")
"""The second is what the archive's own download calls it."""
COLUMNS = ("lesion_id", "image_id", "dx", "age", "sex", "localization")


def recognises(folder: Path) -> bool:
    """Whether a folder holds the metadata."""
    return find_table(folder) is not None


def find_table(folder: str | Path) -> Path | None:
    """The metadata in a folder, or None."""
    return next((path for name in TABLE_NAMES if (path := Path(folder) / name).is_file()), None)


def read(folder: str | Path, class_map: Mapping[str, str] | None = None) -> SourceTable:
    """Read the metadata and find the images, whichever part they lie in.

    Args:
        folder: holds the metadata, and the images itself or in folders such as `HAM10000_images_part_1`.
        class_map: what else a `dx` means.

    Raises:
        DataError: no metadata.
        TableError: the table is damaged, contradicts itself or has an unknown `dx`; names lines.
    """
    table_file = find_table(folder)
    if table_file is None:
        raise DataError(f"{folder} has no table of HAM10000; expected {' or '.join(TABLE_NAMES)}")
    raw = read_numbered_table(table_file, COLUMNS)
    codes = match_classes(sorted(set(raw["dx"]) - {""}), class_map)
    raw["image_id"] = raw["image_id"].map(plain_id)
    rows = raw[["image_id", "lesion_id", "sex"]].assign(
        age_years=raw["age"].where(raw["age"].str.lower() != "nan", ""),
        site=raw["localization"],
        source="HAM",
        path=image_paths(Path(folder), raw["image_id"].tolist()),
    )
    rows["class"] = raw["dx"].map(codes).fillna("")
    facts = {"source": "ham10000", "tables": [table_file.name]}
    name_unread_files(Path(folder), table_file)
    official = compare_with_official(TABLE_NAMES[0], rows["class"])
    return of_set(source_table(rows, Path(folder), {**facts, "official": official}), "ham10000")
