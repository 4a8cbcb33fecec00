"""Anybody's list of images in, a table of what it says out: a CSV in nearly any form, or a folder of images.

Unlike the sources that a manifest is made of, a list may be wrong: images repeated, labels that contradict
each other, classes that nobody knows. It is read as it stands, for finding that out is the audit's work.
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import numpy as np
import pandas as pd

from lentigo.data.images.pixels import SUFFIXES
from lentigo.data.metadata.column_names import fact_columns, plain_id, plain_name
from lentigo.data.metadata.lesion_views import views_of_types
from lentigo.data.sources import ph2
from lentigo.data.sources.folder import class_folders
from lentigo.data.sources.identity import OFFICIAL_NAME
from lentigo.data.sources.isic import source_names
from lentigo.data.sources.labels import by_image, chosen_tables
from lentigo.data.sources.reading.columns import (
    PART_NAMES,
    given_parts,
    hot_classes,
    image_column,
    label_columns,
    one_hot_columns,
    with_header,
)
from lentigo.data.sources.reading.division import given_division, table_part
from lentigo.data.sources.reading.image_files import image_paths
from lentigo.data.sources.reading.named_tables import NamedTable, add_facts, named_tables
from lentigo.data.sources.reading.original_names import original_names
from lentigo.data.sources.reading.tree import Tree, read_tree
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
    "view",
    "part",
)
"""All text; empty means unknown. `path` is what the list calls the image where that is more than an id."""

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
    official = table["image_id"].str.fullmatch(OFFICIAL_NAME)
    table["source"] = np.where(table["source"] == "", source_names(table, official), table["source"])
    return table


def _read_table(path: Path) -> pd.DataFrame:
    return _listed(with_header(read_numbered_table(path, ())).reset_index(drop=True), path)


def _listed(raw: pd.DataFrame, path: str | Path) -> pd.DataFrame:
    image = image_column(raw)
    if image is None:
        near = did_you_mean("image", list(raw.columns))
        raise TableError(f"{path} names no images; expected a column image, image_id or isic_id{near}")
    return _entries(path, raw, image)


def _entries(path: str | Path, raw: pd.DataFrame, image: str) -> pd.DataFrame:
    """What a table says of each image, in its order."""
    found = pd.DataFrame({"image_id": raw[image].map(plain_id), "path": raw[image]})
    if (found["image_id"] == "").any():
        line = int(np.flatnonzero(found["image_id"] == "")[0]) + 2
        raise TableError(f"{path}, line {line}: the column {image} is empty")
    facts = fact_columns(raw)
    for name in COLUMNS[3:-2]:
        found[name] = raw[facts[name]] if name in facts else ""
    found["view"] = views_of_types(raw[facts["image_type"]]) if "image_type" in facts else ""
    spare = {image, *facts.values()}
    part = _part_column(raw, spare)
    found["part"] = (
        "" if part is None else raw[part] if given_parts(raw[[part]]) is None else given_parts(raw[[part]])
    )
    found["class"] = _classes(raw, spare | ({part} if part else set()))
    return found


def _part_column(raw: pd.DataFrame, spare: set[str]) -> str | None:
    """The column that says the part: by its name, else by its values."""
    others = [str(name) for name in raw if name not in spare]
    named = [name for name in others if plain_name(name) in PART_NAMES]
    by_value = [name for name in others if given_parts(raw[[name]]) is not None]
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
    """Empty cells filled from the metadata of the same image, or of its original; the first row counts."""
    known = metadata.drop_duplicates("image_id").set_index("image_id")
    ids = table["image_id"].tolist()
    made_from = original_names([*ids, *known.index])[: len(ids)]
    more = known.reindex(
        [name if name in known.index else one for name, one in zip(ids, made_from, strict=True)]
    )
    filled = {
        name: table[name].where(table[name] != "", more[name].fillna("").to_numpy()) for name in COLUMNS[2:]
    }
    return table.assign(**filled)


def _read_folder(folder: Path) -> pd.DataFrame:
    """The images of a folder: by its table of labels where it has one, else by its class folders."""
    tree = read_tree(folder)
    if not tree.images:
        raise DataError(f"{folder} holds no images; accepted: {', '.join(sorted(SUFFIXES))}")
    if ph2.recognises(folder):
        return ph2.read(folder).table.reindex(columns=list(COLUMNS)).fillna("")
    tables = named_tables(tree)
    is_labelled = any(table.labels for table in tables)
    found = _by_table(tree, tables, folder) if is_labelled else _by_folder(tree)
    shift = tree.root.relative_to(folder)
    found["path"] = [(shift / path).as_posix() for path in found["path"]]
    return found.reindex(columns=list(COLUMNS)).fillna("").astype(str).reset_index(drop=True)


def _by_folder(tree: Tree) -> pd.DataFrame:
    files = class_folders(tree)
    files = files[files["path"].isin(tree.images)]
    strays = sorted(set(tree.images) - set(files["path"]))
    found = files.rename(columns={"given": "part"}).assign(
        **{"class": [find_class(name) or name for name in files["label"]]}
    )
    found = pd.concat([found, pd.DataFrame({"path": strays}, dtype=str)]).sort_values("path")
    return found.assign(image_id=[PurePosixPath(path).stem for path in found["path"]])


def _by_table(tree: Tree, tables: list[NamedTable], folder: Path) -> pd.DataFrame:
    chosen = [
        one if not one.is_by_lesion else by_image(one, tables) for one in chosen_tables(tree, tables, folder)
    ]
    each = [_entries(tree.root / one.path, one.raw, one.key) for one in chosen]
    if len(each) > 1:
        each = [one.assign(part=table_part(table.path)) for one, table in zip(each, chosen, strict=True)]
    found = pd.concat(each, ignore_index=True).assign(name=lambda rows: rows["image_id"])
    for table in tables:
        add_facts(found, table)
    if "image_type" in found:
        found["view"] = views_of_types(found["image_type"])
    found["path"] = image_paths(tree.root, found["image_id"].tolist(), found["path"].tolist())
    if not (found["part"] != "").any():
        found["part"] = given_division(found, tree, tables, chosen[0])
    return found


def find_files(table: pd.DataFrame, folder: Path) -> list[Path | None]:
    """The file of each row of a list: as the list calls it, else by its id anywhere below the folder.

    A path that leaves the folder (`..`, absolute) is no file of it, whatever the list says.
    """
    files: list[Path | None] = [
        folder / path if _is_inside(path) and (folder / path).is_file() else None for path in table["path"]
    ]
    lacking = [row for row, file in enumerate(files) if file is None]
    rows = table.iloc[lacking]
    found = image_paths(folder, rows["image_id"].tolist(), rows["path"].tolist())
    for row, path in zip(lacking, found, strict=True):
        files[row] = folder / path if (folder / path).is_file() else None
    return files


def _is_inside(path: str) -> bool:
    return path != "" and "\0" not in path and not {"..", "/"} & set(PurePosixPath(path).parts)
