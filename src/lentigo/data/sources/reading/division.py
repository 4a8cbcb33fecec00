"""Images, their files and the tables that name them in; the part or fold that somebody gave each, out.

A column says it, or the name of the table that lists an image, or the folder it lies in, in that order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

import numpy as np
import pandas as pd

from lentigo.data.metadata.column_names import plain_id, plain_name
from lentigo.data.sources.reading.named_tables import NamedTable
from lentigo.data.sources.reading.names import read_name
from lentigo.data.sources.reading.tree import Tree
from lentigo.data.tables import read_numbered_table
from lentigo.settings.errors import DataError, TableError, several

INDEXES = ("index", "indexes", "indices")
"""What a table calls its column where it lists rows of another, from 0, in place of images (Derm7pt)."""


def given_division(
    rows: pd.DataFrame, tree: Tree, tables: Sequence[NamedTable], chosen: NamedTable
) -> pd.Series[str]:
    """The part or fold of each row, `""` where nothing says one; all empty where all are in the same.

    Args:
        rows: `name` is what tables call the image, `path` its file; perhaps `given`, from a column.
        tree: the folder.
        tables: those of it that name images.
        chosen: that of the labels, which other tables may count the rows of.

    Raises:
        DataError: an image is in two parts.
    """
    column = rows["given"] if "given" in rows else pd.Series("", index=rows.index)
    by_table = rows["name"].map(_parts_by_table(tree, tables, chosen)).fillna("")
    by_folder = pd.Series([folder_part(path) for path in rows["path"]], index=rows.index)
    for found in (column, by_table, by_folder):
        if len(set(found) - {""}) > 1:
            return found.astype(str)
    return pd.Series("", index=rows.index)


def folder_part(path: str) -> str:
    """The part or fold that the folders of a file say; the outermost counts."""
    parts = (read_name(name).part for name in PurePosixPath(path).parent.parts)
    return next((part for part in parts if part), "")


def table_part(path: str) -> str:
    """The part or fold that the name of a table says, or of the folder it lies in."""
    return read_name(PurePosixPath(path).stem).part or folder_part(path)


def _parts_by_table(tree: Tree, tables: Iterable[NamedTable], chosen: NamedTable) -> dict[str, str]:
    """Image -> part, as the names of the tables that list it say.

    Raises:
        DataError: an image is in two of them.
    """
    listed = [(one.path, list(one.raw[one.key].map(plain_id))) for one in tables if not one.is_by_lesion]
    names = chosen.raw[chosen.key].map(plain_id).to_numpy(dtype=object)
    listed += _listed_rows(tree, {path for path, _ in listed}, names)
    found: dict[str, str] = {}
    twice: dict[str, set[str]] = {}
    for path, images in listed:
        part = table_part(path)
        for image in images if part else ():
            if found.setdefault(image, part) != part:
                twice.setdefault(image, {found[image]}).add(part)
    if twice:
        lines = [f"{image}: {' and '.join(sorted(parts))}" for image, parts in twice.items()]
        title = f"{len(twice)} images are in two parts of the given division; take each out of one:"
        raise DataError(several(title, lines))
    return found


def _listed_rows(tree: Tree, read: set[str], names: np.ndarray) -> list[tuple[str, list[str]]]:
    """Tables that list rows of the table of labels by their number."""
    found = []
    for path in tree.tables:
        if path in read or not table_part(path):
            continue
        try:
            raw = read_numbered_table(tree.root / path, ())
        except TableError:
            continue
        column = next((name for name in raw if plain_name(name) in INDEXES), None)
        numbers = [] if column is None else [int(cell) for cell in raw[column] if cell.isdecimal()]
        if numbers and max(numbers) < len(names):
            found.append((path, names[numbers].tolist()))
    return found
