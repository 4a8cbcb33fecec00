"""Whatever somebody holds answers or truth in, a path, a DataFrame or arrays, in; a table of text out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from lentigo.data.metadata.column_names import plain_id
from lentigo.data.sources.reading.columns import image_column
from lentigo.data.tables import read_numbered_table
from lentigo.settings.errors import DataError, TableError
from lentigo.settings.files import sha256_of, sha256_of_text
from lentigo.settings.toml import did_you_mean

TABLE_SUFFIXES = (".csv", ".tsv", ".tab", ".txt")

Given = str | Path | pd.DataFrame | ArrayLike


@dataclass(frozen=True)
class GivenTable:
    """A table of text, and what to call it when something is wrong."""

    raw: pd.DataFrame
    """All text, empty for missing; indexed by line, or by row from 0."""
    name: str
    image: str
    """The column that names the images."""
    sha256: str
    path: Path | None = None

    def at(self, row: int) -> str:
        """Where a row stands, for people."""
        return f"{'line' if self.path else 'row'} {self.raw.index[row]}"

    def image_ids(self) -> list[str]:
        """Ids of images, without folder and suffix, in order."""
        return [plain_id(cell) for cell in self.raw[self.image]]


def is_table_file(path: str | Path) -> bool:
    """Whether a path is a file that holds a table, and no directory of a run."""
    return Path(path).is_file() or Path(path).suffix.lower() in TABLE_SUFFIXES


def given_table(given: Given, name: str, class_names: Sequence[str] = ()) -> GivenTable:
    """Read what was given.

    Args:
        given: a CSV file; a DataFrame, whose index names the images where no column does; or an array
            (N, K), or (N,) of two classes, whose rows are called 0, 1, ...
        name: what to call it where it is no file.
        class_names: (K,) columns of an array.

    Raises:
        TableError: no column names images, or the table is damaged.
        DataError: an array of another shape, or without names of classes.
    """
    if isinstance(given, str | Path):
        path = Path(given)
        raw = read_numbered_table(path, ())
        return GivenTable(raw, str(path), _image_column(raw, str(path)), sha256_of(path), path)
    raw = given if isinstance(given, pd.DataFrame) else _of_array(given, name, class_names)
    raw = as_text(raw.rename(columns=str))
    if image_column(raw) is None:
        raw = raw.assign(image_id=[str(label) for label in raw.index])
    text = as_text(raw).reset_index(drop=True)
    return GivenTable(text, name, _image_column(text, name), sha256_of_text(text.to_csv(index=False)))


def as_text(frame: pd.DataFrame) -> pd.DataFrame:
    """Every cell as text, numbers so that reading gives the same back; empty for missing."""
    return pd.DataFrame(
        {name: ["" if pd.isna(cell) else str(cell) for cell in frame[name]] for name in frame},
        index=frame.index,
        dtype=str,
    )


def _image_column(raw: pd.DataFrame, name: str) -> str:
    found = image_column(raw)
    if found is None:
        near = did_you_mean("image", list(raw.columns))
        raise TableError(f"{name} names no images; expected a column image, image_id or isic_id{near}")
    return found


def _of_array(given: Any, name: str, class_names: Sequence[str]) -> pd.DataFrame:
    array = np.asarray(given)
    if array.ndim == 1 and len(class_names) == 2:
        return pd.DataFrame({class_names[1]: array})
    if array.ndim != 2 or array.shape[1] != len(class_names):
        raise DataError(
            f"{name}: an array of shape {array.shape} for {len(class_names)} names of classes; give (N, K) "
            "and class_names of K, or a DataFrame whose columns are called by the classes"
        )
    return pd.DataFrame(array, columns=list(class_names))
