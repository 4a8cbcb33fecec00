"""Anybody's list of images in, a table of what it says out: a CSV in nearly any form, or a folder of images.

Unlike the sources that a manifest is made of, a list may be wrong: images repeated, labels that contradict
each other, classes that nobody knows. It is read as it stands, for finding that out is the audit's work.
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import numpy as np
import pandas as pd

from lentigo.data.images.pixels import SUFFIXES
from lentigo.data.sources.columns import (
    fact_columns,
    hot_classes,
    image_column,
    label_columns,
    one_hot_columns,
    plain_id,
    plain_name,
)
from lentigo.data.sources.image_files import find_images
from lentigo.data.sources.isic import source_names
from lentigo.data.sources.tree import is_part_name
from lentigo.data.tables import read_numbered_table
from lentigo.data.taxonomy import find_class
from lentigo.settings.errors import DataError, TableError
from lentigo.settings.toml import did_you_mean

COLUMNS = (
    "image_id",
    "path",
    "class",
    "lesion_id",
    "patient_id",
    "duplicate_group",
    "age_years",
    "sex",
    "site",
    "source",
    "part",
)
"""All text; empty means unknown. `path` is what the list calls the image where that is more than an id."""

PART_NAMES = ("part", "split", "subset", "set", "fold", "partition")
"""What lists call the part of an image; any column whose every value is the name of a part is one too."""
UNKNOWN = ("nan", "unknown", "none", "na", "n/a")


def read_list(path: str | Path, metadata: str | Path | None = None) -> pd.DataFrame:
    """Read a list of images.

    Args:
        path: a CSV file with a column of images (see `columns.IMAGE_NAMES`) and perhaps lesions, patients,
            metadata and classes (one column, or one a class); or a folder, whose sub-folders are classes.
        metadata: a second table with the rest, joined by image.

    Returns:
        `COLUMNS`, one row an entry of the list, in its order.

    Raises:
        DataError: no such file or folder, or a folder without images.
        TableError: the table is damaged or names no images; names lines.
    """
    path = Path(path)
    table = _read_folder(path) if path.is_dir() else _read_table(path)
    if metadata is not None:
        table = _joined(table, _read_table(Path(metadata)))
    return _filled(table)


def list_of(raw: pd.DataFrame, name: str) -> pd.DataFrame:
    """As `read_list`, of a table of text that is at hand; `name` says which in errors."""
    return _filled(_listed(raw.reset_index(drop=True), name))


def _filled(table: pd.DataFrame) -> pd.DataFrame:
    """All `COLUMNS`, empty for unknown."""
    table = table.reindex(columns=list(COLUMNS)).fillna("")
    for name in ("age_years", "sex", "site", "lesion_id", "patient_id"):
        table[name] = table[name].where(~table[name].str.strip().str.lower().isin(UNKNOWN), "")
    official = table["image_id"].str.fullmatch(r"ISIC_\d{7}(_downsampled)?")
    table["source"] = np.where(table["source"] == "", source_names(table, official), table["source"])
    return table


def _read_table(path: Path) -> pd.DataFrame:
    return _listed(read_numbered_table(path, ()).reset_index(drop=True), path)


def _listed(raw: pd.DataFrame, path: str | Path) -> pd.DataFrame:
    image = image_column(raw)
    if image is None:
        near = did_you_mean("image", list(raw.columns))
        raise TableError(f"{path} names no images; expected a column image, image_id or isic_id{near}")
    found = pd.DataFrame({"image_id": raw[image].map(plain_id), "path": raw[image]})
    if (found["image_id"] == "").any():
        line = int(np.flatnonzero(found["image_id"] == "")[0]) + 2
        raise TableError(f"{path}, line {line}: the column {image} is empty")
    facts = fact_columns(raw)
    for name in COLUMNS[3:-1]:
        found[name] = raw[facts[name]] if name in facts else ""
    part = _part_column(raw, image)
    found["part"] = raw[part] if part else ""
    found["class"] = _classes(raw, {image, *facts.values(), *([part] if part else [])})
    return found


def _part_column(raw: pd.DataFrame, image: str) -> str | None:
    """The column that says the part: by its name, else by its values."""
    others = [str(name) for name in raw if name != image]
    named = [name for name in others if plain_name(name) in PART_NAMES]
    by_value = [name for name in others if all(is_part_name(text) for text in set(raw[name]))]
    return next(iter([*named, *by_value]), None)


def _classes(raw: pd.DataFrame, spare: set[str]) -> pd.Series[str]:
    """The class of each row by our code where it is known, else as it stands; empty where there is none."""
    named = [name for name in label_columns(raw) if name not in spare]
    if named:
        codes = {text: find_class(text) or text for text in set(raw[named[0]])}
        return pd.Series([codes[text] for text in raw[named[0]]], index=raw.index)
    hot = one_hot_columns(raw, spare)
    if not hot:
        return pd.Series("", index=raw.index)
    return pd.Series([find_class(name) or name for name in hot_classes(raw, hot)], index=raw.index)


def _joined(table: pd.DataFrame, metadata: pd.DataFrame) -> pd.DataFrame:
    """Empty cells filled from the metadata of the same image; its first row counts."""
    more = metadata.drop_duplicates("image_id").set_index("image_id").reindex(table["image_id"])
    filled = {
        name: table[name].where(table[name] != "", more[name].fillna("").to_numpy()) for name in COLUMNS[2:]
    }
    return table.assign(**filled)


def _read_folder(folder: Path) -> pd.DataFrame:
    files = [
        path.relative_to(folder)
        for path in sorted(folder.rglob("*"))
        if path.suffix.lower() in SUFFIXES and path.is_file()
    ]
    if not files:
        raise DataError(f"{folder} holds no images; accepted: {', '.join(sorted(SUFFIXES))}")
    classes = [path.parts[0] if len(path.parts) > 1 else "" for path in files]
    rows = {
        "image_id": [path.stem for path in files],
        "path": [path.as_posix() for path in files],
        "class": [find_class(name) or name for name in classes],
    }
    return pd.DataFrame(rows, dtype=str).reindex(columns=list(COLUMNS)).fillna("")


def find_files(table: pd.DataFrame, folder: Path) -> list[Path | None]:
    """The file of each row of a list: as the list calls it, else by its id anywhere below the folder.

    A path that leaves the folder (`..`, absolute) is no file of it, whatever the list says.
    """
    by_id = find_images(folder)
    return [
        folder / path if _is_inside(path) and (folder / path).is_file() else _by_id(folder, by_id, image_id)
        for path, image_id in zip(table["path"], table["image_id"], strict=True)
    ]


def _is_inside(path: str) -> bool:
    return path != "" and "\0" not in path and not {"..", "/"} & set(PurePosixPath(path).parts)


def _by_id(folder: Path, by_id: dict[str, str], image_id: str) -> Path | None:
    found = by_id.get(image_id) or by_id.get(image_id.removesuffix("_downsampled"))
    return folder / found if found else None
