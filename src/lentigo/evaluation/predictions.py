"""The file `predictions.csv`: image_id, part, fold, truth, then one column of probabilities a class."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lentigo.data.tables import read_numbered_table, write_table
from lentigo.evaluation.metrics import Bools, Floats, Ints
from lentigo.settings.errors import DataError, TableError, several
from lentigo.settings.files import sha256_of_text

FIXED_COLUMNS = ("image_id", "part", "fold", "truth")
NO_FOLD = -1
LARGEST_ERROR_OF_SUM = 1e-3
"""Of a row's probabilities; float32 is a thousand times better."""


@dataclass(frozen=True)
class Predictions:
    """What a model said about N images, K classes."""

    image_ids: NDArray[Any]
    """(N,) texts."""
    part: NDArray[Any]
    """(N,) texts: train, validation, test; one text may be given for all."""
    fold: Ints
    """(N,) -1 where there are no folds; one number may be given for all."""
    truth: NDArray[Any]
    """(N,) names of classes; empty where the truth is not known."""
    probabilities: Floats
    """(N, K) in [0, 1]."""
    class_names: tuple[str, ...]
    """Column order."""

    def __post_init__(self) -> None:
        """Bring everything to one length.

        Raises:
            DataError: lengths do not fit together.
        """
        shape = (len(self.image_ids),)
        try:
            for name, kind in (
                ("image_ids", object),
                ("part", object),
                ("fold", np.int64),
                ("truth", object),
            ):
                array = np.broadcast_to(np.asarray(getattr(self, name), dtype=kind), shape)
                object.__setattr__(self, name, array)
        except ValueError as error:
            raise DataError(f"predictions of {shape[0]} images do not fit together: {error}") from error
        if self.probabilities.shape != (*shape, len(self.class_names)):
            raise DataError(
                f"predictions of {shape[0]} images and {len(self.class_names)} classes need as many rows and "
                f"columns, not {self.probabilities.shape}"
            )

    @property
    def hash(self) -> str:
        """SHA-256 of everything said; the same after writing and reading again."""
        return sha256_of_text(_as_table(self).to_json(orient="split", index=False))

    def chosen(self, rows: Bools | Ints) -> Predictions:
        """The predictions of some rows: (N,) whether each is chosen, or their places in any order."""
        arrays = {item.name: getattr(self, item.name) for item in fields(self) if item.name != "class_names"}
        return Predictions(
            **{name: array[rows] for name, array in arrays.items()}, class_names=self.class_names
        )

    def of_part(self, part: str) -> Predictions:
        """The predictions of one part."""
        return self.chosen(self.part == part)

    def truth_indices(self) -> Ints:
        """Truth as places in `class_names`, (N,).

        Raises:
            TableError: an image has no truth, or one that is not among the classes.
        """
        places = {name: place for place, name in enumerate(self.class_names)}
        unknown = [f"{image_id}: {name!r}" for image_id, name in self._labelled() if name not in places]
        if unknown:
            known = ", ".join(self.class_names)
            raise TableError(
                several(f"these images' truth is none of the model's classes ({known}):", unknown)
            )
        return np.array([places[name] for name in self.truth.tolist()], dtype=np.int64)

    def _labelled(self) -> Iterator[tuple[str, str]]:
        return zip(self.image_ids.tolist(), self.truth.tolist(), strict=True)


def save_predictions(path: Path, predictions: Predictions) -> None:
    """Write predictions; rows of other parts that the file already holds are kept, before the new ones.

    Numbers are written so that reading them gives the same float64 back.

    Raises:
        TableError: the predictions are not valid, or the file's classes are others.
    """
    table = _as_table(predictions)
    if path.is_file():
        table = pd.concat([_kept(path, predictions), table], ignore_index=True)
    _check(table, predictions.class_names, path)
    write_table(path, table)


def load_predictions(path: Path, part: str | None = None) -> Predictions:
    """Read predictions, of one part or of all.

    Raises:
        TableError: columns are missing; a probability is no number or not in [0, 1]; a truth is not one of
            the class columns; an image occurs twice; or there is nothing of that part. Lists every line.
    """
    table = read_numbered_table(path, required=FIXED_COLUMNS)
    class_names = tuple(name for name in table.columns if name not in FIXED_COLUMNS)
    _check(table, class_names, path)
    predictions = _from_table(table, class_names)
    if part is None:
        return predictions
    parts = sorted(set(predictions.part.tolist()))
    if part not in parts:
        raise TableError(
            f"{path} holds nothing of part {part!r}, only {', '.join(parts)}; predict that part first"
        )
    return predictions.of_part(part)


def _kept(path: Path, predictions: Predictions) -> pd.DataFrame:
    """Rows of the file that the new predictions do not replace."""
    old = load_predictions(path)
    if old.class_names != predictions.class_names:
        raise TableError(
            f"{path} holds predictions for the classes {', '.join(old.class_names)}, not "
            f"{', '.join(predictions.class_names)}; write to another file or delete this one"
        )
    return _as_table(old.chosen(~np.isin(old.part, predictions.part)))


def _as_table(predictions: Predictions) -> pd.DataFrame:
    fixed = (predictions.image_ids, predictions.part, predictions.fold, predictions.truth)
    columns = {
        name: [str(value) for value in values.tolist()]
        for name, values in zip(FIXED_COLUMNS, fixed, strict=True)
    }
    for place, name in enumerate(predictions.class_names):
        columns[name] = [
            repr(value) for value in predictions.probabilities[:, place].astype(np.float64).tolist()
        ]
    return pd.DataFrame(columns, dtype=object)


def _from_table(table: pd.DataFrame, class_names: tuple[str, ...]) -> Predictions:
    texts = {name: table[name].to_numpy(dtype=object) for name in ("image_id", "part", "truth")}
    return Predictions(
        texts["image_id"],
        texts["part"],
        table["fold"].to_numpy(dtype=object).astype(np.int64),
        texts["truth"],
        table[list(class_names)].astype(np.float64).to_numpy(),
        class_names,
    )


def _check(table: pd.DataFrame, class_names: tuple[str, ...], path: Path) -> None:
    """Stop at whatever the table breaks; all of it is told at once."""
    if len(class_names) < 2 or set(class_names) & set(FIXED_COLUMNS):
        raise TableError(
            f"{path} needs at least two columns of probabilities, each named by its class and none called "
            f"{', '.join(FIXED_COLUMNS)}; found {', '.join(class_names) or 'none'}"
        )
    problems = [*_duplicates(table), *_bad_labels(table, class_names), *_bad_numbers(table, class_names)]
    problems = problems or [*_bad_sums(table, class_names)]
    if problems:
        raise TableError(several(f"{path} cannot be used:", problems))


def _duplicates(table: pd.DataFrame) -> Iterator[str]:
    for row in np.flatnonzero(table.duplicated(["image_id", "fold"]).to_numpy()).tolist():
        yield f"line {table.index[row]}: image {table['image_id'].iloc[row]} has been answered before"


def _bad_labels(table: pd.DataFrame, class_names: tuple[str, ...]) -> Iterator[str]:
    for name, is_bad, expected in (
        ("image_id", table["image_id"] == "", "a name"),
        ("part", table["part"] == "", "train, validation or test"),
        ("fold", ~table["fold"].str.fullmatch(r"-1|\d{1,9}"), "a number of a fold, or -1"),
        ("truth", ~table["truth"].isin([*class_names, ""]), f"one of {', '.join(class_names)}, or nothing"),
    ):
        for row in np.flatnonzero(is_bad.to_numpy()).tolist():
            yield f"line {table.index[row]}, {name}: {table[name].iloc[row]!r} is not {expected}"


def _bad_numbers(table: pd.DataFrame, class_names: tuple[str, ...]) -> Iterator[str]:
    for name in class_names:
        numbers = pd.to_numeric(table[name], errors="coerce").to_numpy(dtype=np.float64)
        for row in np.flatnonzero(~((numbers >= 0) & (numbers <= 1))).tolist():
            found = repr(table[name].iloc[row])
            yield f"line {table.index[row]}, {name}: {found} is not a probability from 0 to 1"


def _bad_sums(table: pd.DataFrame, class_names: tuple[str, ...]) -> Iterator[str]:
    sums = table[list(class_names)].astype(np.float64).to_numpy().sum(axis=1)
    for row in np.flatnonzero(np.abs(sums - 1) > LARGEST_ERROR_OF_SUM).tolist():
        yield f"line {table.index[row]}: probabilities add up to {sums[row]:.4g}, not to 1"
