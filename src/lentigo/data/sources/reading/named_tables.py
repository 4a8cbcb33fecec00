"""A folder in; every table below it that names its images or lesions, and what it says, out.

No table goes unread unnamed: what cannot be read is told with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from lentigo.data.metadata.column_names import fact_columns, plain_id, plain_name
from lentigo.data.sources.reading.columns import (
    columns_of_classes,
    given_parts,
    image_column,
    label_columns,
    one_hot_columns,
    with_header,
    yes_column,
)
from lentigo.data.sources.reading.image_files import name_masks
from lentigo.data.sources.reading.tree import Tree, read_tree
from lentigo.data.tables import read_header, read_numbered_table, warn
from lentigo.settings.errors import TableError

_SHOWN = 8
_PAIRS = {"imagename1", "imagename2"}
_MANY = 50
_PIXEL = re.compile(r"(pixel|px|p|x)?[ _]?\d+", re.IGNORECASE)
_ANSWERS = re.compile(r"sample[ _-]?submission[^/]*$", re.IGNORECASE)
"""Tables of Kaggle's that show the form of answers; what they say of images is no label."""


@dataclass(frozen=True)
class NamedTable:
    """A table that names images or lesions, and what it says."""

    path: str
    raw: pd.DataFrame
    key: str
    """The column that names the image, or the lesion."""
    is_by_lesion: bool
    labels: tuple[str, ...] = ()
    """One column of names, or several of zeros and ones; empty where it says no class."""


def named_tables(tree: Tree) -> list[NamedTable]:
    """Every table below the folder that names its images or lesions, with the columns that say a class."""
    found = [table for path in tree.tables if (table := _read(tree, path, set(tree.by_stem)))]
    lesions = {cell for one in found if not one.is_by_lesion for cell in _lesions(one.raw)}
    return [one for one in found if not one.is_by_lesion or set(one.raw[one.key]) & lesions]


def _read(tree: Tree, path: str, stems: Collection[str]) -> NamedTable | None:
    if _is_of_pixels(tree, path):
        return None
    try:
        raw = read_numbered_table(tree.root / path, ())
    except TableError:
        return None
    raw = with_header(raw, stems)
    key = image_column(raw, stems)
    by_lesion = key is None
    key = key or fact_columns(raw).get("lesion_id")
    if key is None:
        return None
    if _ANSWERS.search(path):
        return NamedTable(path, raw, key, by_lesion)
    spare = {key, *fact_columns(raw).values()}
    named = [name for name in label_columns(raw) if name not in spare] or columns_of_classes(raw, spare)
    hot = [] if named else one_hot_columns(raw, spare)
    yes = None if named or hot else yes_column(raw, spare)
    return NamedTable(path, raw, key, by_lesion, tuple(named[:1] or hot or ([yes] if yes else [])))


def _lesions(raw: pd.DataFrame) -> set[str]:
    column = fact_columns(raw).get("lesion_id")
    return set(raw[column]) if column else set()


def add_facts(rows: pd.DataFrame, table: NamedTable) -> bool:
    """Fill what is not known yet from a table of the same images; whether it knew anything.

    Args:
        rows: `name` is what the table may call the image; changed in place.
        table: any table of the folder.
    """
    columns, parts = fact_columns(table.raw), given_parts(table.raw, {table.key, *table.labels})
    if table.is_by_lesion or not (columns or parts is not None):
        return False
    facts = table.raw[list(columns.values())].set_axis(list(columns), axis=1)
    facts = facts if parts is None else facts.assign(given=parts)
    facts = facts.assign(key=table.raw[table.key].map(plain_id)).drop_duplicates("key").set_index("key")
    more = facts.reindex(rows["name"]).fillna("")
    for fact in more:
        known = rows[fact] if fact in rows else pd.Series("", index=rows.index)
        rows[fact] = np.where(known != "", known, more[fact])
    return bool((more != "").to_numpy().any())


def name_unread(tree: Tree, used: Iterable[str]) -> None:
    """Tell of tables below a folder that were not read, and of masks."""
    unread = unread_tables(tree, used)
    if unread:
        warn(
            f"tables that were not read: {', '.join(unread[:_SHOWN])}{' ...' if len(unread) > _SHOWN else ''}"
        )
    name_masks(tree)


def name_unread_files(folder: Path, *used: Path | None) -> None:
    """The same, for a source that knows its tables by name; nothing for tables in several folders."""
    if folder.is_dir():
        tree = read_tree(folder)
        inside = [path for path in used if path is not None and path.is_relative_to(tree.root)]
        name_unread(tree, [path.relative_to(tree.root).as_posix() for path in inside])


def unread_tables(tree: Tree, used: Iterable[str] = ()) -> list[str]:
    """Tables but those used, each with the reason where it cannot be read at all."""
    unread = [path + _reason(tree, path) for path in tree.tables if path not in set(used)]
    unread += [f"{path} (save it as `CSV UTF-8`)" for path in tree.sheets]
    return unread + [f"{path} (unpack it)" for path in tree.packed]


def _is_of_pixels(tree: Tree, path: str) -> bool:
    """Whether a table holds an image a row (`hmnist_28_28_RGB.csv`): millions of cells and no name."""
    names = read_header(tree.root / path)
    return len(names) > _MANY and sum(bool(_PIXEL.fullmatch(name)) for name in names) > 0.9 * len(names)


def _reason(tree: Tree, path: str) -> str:
    if _is_of_pixels(tree, path):
        return ": pixels, while images are read as files"
    if {plain_name(name) for name in read_header(tree.root / path)} >= _PAIRS:
        return ": near-duplicates, which --duplicates takes"
    try:
        read_numbered_table(tree.root / path, ())
    except TableError as error:
        text = str(error).splitlines()[0].removeprefix(str(tree.root / path)).strip(" :,")
        return f" ({text})"
    return ""
