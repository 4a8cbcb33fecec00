"""Images and a plain table of their labels, however both lie on the disk, in; a `SourceTable` out.

The table is any that has a column of images and says their class: `image,label` under whatever names, with
suffixes or paths in the ids, as one column or one a class, without a header. Other tables of the folder that
name the same images or lesions give lesions, patients, age, sex and site. No table goes unread unnamed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath

import numpy as np
import pandas as pd

from lentigo.data.metadata.column_names import fact_columns, plain_id, plain_name
from lentigo.data.metadata.lesion_views import views_of_types
from lentigo.data.sources.identity import OFFICIAL_NAME
from lentigo.data.sources.isic import LICENCE, source_names
from lentigo.data.sources.official import compare_with_official
from lentigo.data.sources.reading.columns import class_of_column, hot_classes, is_known_class, zeros_and_ones
from lentigo.data.sources.reading.division import given_division, table_part
from lentigo.data.sources.reading.image_files import image_paths
from lentigo.data.sources.reading.named_tables import (
    NamedTable,
    add_facts,
    name_unread,
    named_tables,
    unread_tables,
)
from lentigo.data.sources.reading.tree import Tree, read_tree
from lentigo.data.sources.sets.table import set_of_tables
from lentigo.data.sources.table import NAMELESS, SKIPPED, SourceTable, codes_of, of_set, source_table
from lentigo.data.tables import warn
from lentigo.data.taxonomy import find_class
from lentigo.settings.errors import DataError, SettingsError, TableError, several
from lentigo.settings.toml import did_you_mean

_SKIN_2017 = {"melanoma", "seborrheic_keratosis"}
"""ISIC 2017 has these two columns; by its rules a row of zeros is a nevus."""
_OTHER = "no "
"""Before the name of a class: the class of images that a table says are not of it."""
_SHOWN = 3


def recognises(folder: Path) -> bool:
    """Whether a folder has a table of labels; of the images that lie there, where some do."""
    return any(table.labels for table in named_tables(read_tree(folder)))


def read(
    folder: str | Path,
    class_map: Mapping[str, str] | None = None,
    label: str = "",
    known: Mapping[str, str] | None = None,
) -> SourceTable:
    """Read the table of labels and find each image, wherever below the folder it lies.

    Args:
        folder: holds the images and the table; or the table itself, beside or above its images.
        class_map: what a label means; `none` is a row whose every class is 0.
        label: the column that says the class, where several could.
        known: what labels mean that the taxonomy does not know, as a public set is known to use them.

    Raises:
        DataError: no table of labels, or several.
        SettingsError: no table has the column `label`.
        TableError: a table is damaged, contradicts itself or names unknown classes; names lines.
    """
    place = Path(folder)
    tree = read_tree(place.parent if place.is_file() else place)
    tables = _with_label(named_tables(tree), label)
    chosen = chosen_tables(tree, tables, place)
    rows = pd.concat([_rows(one, tables, class_map or {}) for one in chosen])
    rows["class"] = _codes(rows["label"], class_map, known, chosen[0].path)
    used = [table.path for table in chosen]
    for table in (*chosen, *(one for one in tables if one not in chosen)):
        if add_facts(rows, table) and table.path not in used:
            used.append(table.path)
    rows["view"] = views_of_types(rows["image_type"]) if "image_type" in rows else ""
    rows["path"] = image_paths(tree.root, rows["name"].tolist(), rows["called"].tolist())
    rows["given"] = given_division(rows, tree, tables, chosen[0])
    _tell_rest(tree, rows, used)
    key = set_of_tables(used)
    rows = _with_source(rows.rename(columns={"name": "image_id"}), key)
    facts: dict[str, object] = {"source": "labels", "tables": used}
    if len(chosen) > 1:
        facts["division"] = "tables"
    elif published := compare_with_official(PurePosixPath(chosen[0].path).name, _counted(rows, chosen[0])):
        facts["official"] = published
    return of_set(source_table(rows.drop(columns=["called", "label"]), tree.root, facts), key)


def _with_label(tables: list[NamedTable], label: str) -> list[NamedTable]:
    """The same, their class told by the column asked for.

    Raises:
        SettingsError: none of them has it; names the columns there are.
    """
    if not label:
        return tables
    asked = [
        replace(
            table, labels=tuple(str(name) for name in table.raw if plain_name(name) == plain_name(label))[:1]
        )
        for table in tables
    ]
    if not any(table.labels for table in asked):
        there = [str(name) for table in tables for name in table.raw if name != table.key]
        raise SettingsError(
            f"--label {label}: no table has that column{did_you_mean(label, there)}; "
            f"columns: {', '.join(there)}"
        )
    return asked


def chosen_tables(tree: Tree, tables: list[NamedTable], place: Path) -> list[NamedTable]:
    """The table asked for, or that with labels.

    Of several the one that knows all images of the others, or all of them where each is called as a part is.
    """
    with_labels = [table for table in tables if table.labels]
    if place.is_file():
        with_labels = [one for one in with_labels if (tree.root / one.path).resolve() == place.resolve()]
    if not with_labels:
        raise DataError(_no_labels(tree, tables, place))
    largest = max(with_labels, key=lambda table: len(table.raw))
    ids = {table.path: set(table.raw[table.key].map(plain_id)) for table in with_labels}
    if all(images <= ids[largest.path] for images in ids.values()):
        return [largest]
    parts = {table_part(table.path) for table in with_labels}
    if "" not in parts and len(parts) == len(with_labels):
        return with_labels
    lines = [
        f"{table.path}: {len(ids[table.path])} images, by {', '.join(table.labels[:_SHOWN])}"
        for table in with_labels
    ]
    title = f"{place} has several tables of labels; give the one that is meant in place of the folder:"
    raise DataError(several(title, lines))


def _no_labels(tree: Tree, tables: list[NamedTable], place: Path) -> str:
    """Why nothing says the class, and what to do."""
    if tables:
        columns = ", ".join(str(name) for name in tables[0].raw if name != tables[0].key)
        return (
            f"{place}: {tables[0].path} names these images, and none of its columns ({columns}) is known to "
            "say their class; tables found: "
            f"{', '.join(tree.tables)}; expected one of labels, such as image,label, or say which: "
            "--label COLUMN"
        )
    return (
        f"{place}: no table says the class of these images (tables found: "
        f"{', '.join(unread_tables(tree)) or 'none'}); expected one with a column of images and one of "
        "labels, such as image,label"
    )


def _rows(table: NamedTable, tables: list[NamedTable], class_map: Mapping[str, str]) -> pd.DataFrame:
    """One row an image: name, called and label."""
    if table.is_by_lesion:
        table = by_image(table, tables)
    called, labels = table.raw[table.key], _labels(table, class_map)
    without = labels.count("")
    if without and NAMELESS not in {name.lower() for name in class_map}:
        what = "have no label" if len(table.labels) == 1 else "have 0 in every class"
        raise TableError(
            f"{table.path}: {without} of {len(labels)} rows {what}, which may mean a class or that none is "
            f"known; say which: `--map {NAMELESS}=CLASS`, or leave them out: `--skip {NAMELESS}`"
        )
    return pd.DataFrame({"name": called.map(plain_id), "called": called, "label": labels})


def by_image(table: NamedTable, tables: list[NamedTable]) -> NamedTable:
    """A table of lesions, one row an image of each."""
    for other in tables:
        column = fact_columns(other.raw).get("lesion_id")
        if not other.is_by_lesion and column:
            images = pd.DataFrame({"image": other.raw[other.key], table.key: other.raw[column]})
            joined = images.merge(table.raw.drop_duplicates(table.key), on=table.key, how="inner")
            return replace(table, raw=joined.set_axis(joined.index + 2), key="image", is_by_lesion=False)
    raise DataError(f"{table.path} names lesions and no images; expected a table beside it that names both")


def _codes(
    labels: pd.Series[str], class_map: Mapping[str, str] | None, known: Mapping[str, str] | None, path: str
) -> pd.Series[str]:
    """The class of each label."""
    others = {label: label for label in set(labels) if label.startswith(_OTHER)}
    codes = codes_of(sorted(set(labels)), class_map, {**(known or {}), **others})
    names = sorted(set(codes.values()) - {SKIPPED})
    if all(name.replace(".", "").isdigit() for name in names):
        warn(
            f"{path}: classes are the numbers {', '.join(names)}; say what each means with "
            f"`--map {names[0]}=CLASS`"
        )
    return labels.map(codes)


def _labels(table: NamedTable, class_map: Mapping[str, str]) -> list[str]:
    """What the table calls the class of each row; empty where it says none."""
    if len(table.labels) > 1:
        nevus = "nevus" if set(table.labels) == _SKIN_2017 else ""
        return [name or nevus for name in hot_classes(table.raw, list(table.labels)).tolist()]
    column, name = table.raw[table.labels[0]].str.strip(), class_of_column(table.labels[0])
    numbers = zeros_and_ones(column.to_frame())[table.labels[0]]
    if not is_known_class(name) or not numbers.isin((0, 1)).all() or set(class_map) & set(column):
        return column.tolist()
    # one column that asks for one class: `melanoma` of 0 and 1
    other = {"malignant": "benign", "benign": "malignant"}.get(
        name.lower(), f"{_OTHER}{find_class(name) or name}"
    )
    is_new = other.startswith(_OTHER)
    if is_new:
        warn(
            f"{table.path}: rows with 0 in {name!r} are the class {other!r}; say otherwise by `--map 0=CLASS`"
        )
    yes = (find_class(name) or name) if is_new else name.lower()
    return [yes if number == 1 else other for number in numbers]


def _counted(rows: pd.DataFrame, table: NamedTable) -> pd.Series[str]:
    """The labels that a table gives: one a lesion, or one an image."""
    counted = rows.drop_duplicates("lesion_id") if table.is_by_lesion and "lesion_id" in rows else rows
    return counted["class"]


def _tell_rest(tree: Tree, rows: pd.DataFrame, used: list[str]) -> None:
    """Name what is there and not used: tables, masks, images that no label names."""
    name_unread(tree, used)
    names = {str(name).lower() for name in rows["name"]}
    spare = [path for stem, paths in tree.by_stem.items() if stem not in names for path in paths]
    if spare and "image_type" not in rows:
        warn(f"{len(spare)} images that no table names, such as {spare[0]!r}, are left out")
    if "lesion_id" not in rows and "patient_id" not in rows:
        warn("no table says which images show one lesion or one person, so they cannot be kept together")


def _with_source(rows: pd.DataFrame, key: str) -> pd.DataFrame:
    """Source and licence of official images filled in, where neither the tables nor their set say them."""
    rows = rows.reindex(columns=[*rows.columns, *({"source", "licence", "lesion_id"} - set(rows))]).fillna("")
    official = rows["image_id"].str.fullmatch(OFFICIAL_NAME)
    rows["source"] = np.where(rows["source"] == "", source_names(rows, official), rows["source"])
    is_bare = (rows["licence"] == "") & official & (key == "")
    rows["licence"] = np.where(is_bare, LICENCE, rows["licence"])
    return rows
