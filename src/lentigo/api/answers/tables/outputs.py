"""Cells of somebody's columns in; probabilities, whether they were probabilities or logits, out.

Rows between 0 and 1 that add up to 1 are probabilities; rows with negative numbers are logits, or logarithms
of
probabilities, and go through the softmax. Percentages and scores that are no distribution are refused: what
to make of them is for whoever made them to say.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit, softmax

from lentigo.data.sources.reading.columns import zeros_and_ones
from lentigo.evaluation.metrics import Bools, Floats
from lentigo.settings.errors import TableError, several

HALF_PRECISION = 0.01
"""How far half-precision probabilities of a row may be from adding up to 1; they are divided by their sum."""
MOST_ROUNDED = 0.05
"""How far rows may be by the rounding of the digits they are written with."""


@dataclass(frozen=True)
class Outputs:
    """What was read."""

    probabilities: Floats
    """(N, K), each row adding up to 1."""
    kind: str
    """`probabilities` or `logits`."""
    largest_error: float = 0.0
    """Of the sums of rows, before they were divided by them."""


def read_outputs(cells: pd.DataFrame, name: str, where: Callable[[int], str]) -> Outputs:
    """Tell apart what the cells hold, and make probabilities of it.

    Args:
        cells: text, a column a class; one column of two classes is that of the second.
        name: of the table, for errors.
        where: a function that names a row.

    Raises:
        TableError: a cell is no number, or rows are neither probabilities nor logits; lists rows.
    """
    numbers = zeros_and_ones(cells).to_numpy(dtype=np.float64)
    _refuse(~np.isfinite(numbers), cells, where, f"{name}: not a finite number:")
    if numbers.shape[1] == 1:
        return _of_one(numbers[:, 0])
    allowed = _allowed_error(cells)
    sums = numbers.sum(axis=1)
    inside = ((numbers >= 0) & (numbers <= 1)).all(axis=1)
    is_distribution = inside & (np.abs(sums - 1) <= allowed)
    if is_distribution.all():
        error = float(np.abs(sums - 1).max())
        return Outputs(numbers / sums[:, np.newaxis], "probabilities", error)
    # a few broken rows do not make logits of a table of probabilities
    if is_distribution.mean() > 0.5:
        _refuse_rows(is_distribution, sums, where, f"{name}: rows that are no probabilities:")
    if (numbers < 0).any():
        return Outputs(softmax(numbers, axis=1), "logits")
    raise TableError(f"{name}: {_reason(numbers, sums)}")


def _of_one(numbers: Floats) -> Outputs:
    is_share = bool(((numbers >= 0) & (numbers <= 1)).all())
    if not is_share and (numbers >= 0).all() and numbers.max() <= 100:
        raise TableError("one column from 0 to 100 looks like percentages; divide it by 100")
    second = numbers if is_share else expit(numbers)
    return Outputs(np.stack([1 - second, second], axis=1), "probabilities" if is_share else "logits")


def _reason(numbers: Floats, sums: Floats) -> str:
    """Why rows of numbers from 0 on are not taken."""
    if np.median(np.abs(sums - 100)) <= 1 and numbers.max() <= 100 + 1:
        return "rows add up to 100, as percentages do; divide them by 100"
    middle = f"{np.median(sums):.3g}"
    if numbers.max() <= 1:
        return (
            f"rows do not add up to 1 but to {middle} (the median), as scores of independent sigmoids "
            f"do, or where "
            "a class's column is missing; give the softmax, or the logits, of all classes"
        )
    return (
        f"rows add up to {middle} (the median) and no number is negative: neither probabilities nor "
        f"logits; give "
        "one of them"
    )


def _allowed_error(cells: pd.DataFrame) -> float:
    """What rounding to the digits that the cells have can make of a sum of 1."""
    text = cells.apply(lambda column: column.str.strip().str.lower().str.replace(",", ".", regex=False))
    has_exponent = text.apply(lambda column: column.str.contains("e", regex=False)).to_numpy().any()
    digits = text.apply(lambda column: column.str.partition(".")[2].str.len()).to_numpy().max()
    rounding = 0.0 if has_exponent else cells.shape[1] / 2 * 10.0 ** -int(digits)
    return max(HALF_PRECISION, min(MOST_ROUNDED, 1.01 * rounding) if digits > 0 else 0.0)


def _refuse(is_wrong: Bools, cells: pd.DataFrame, where: Callable[[int], str], title: str) -> None:
    if is_wrong.any():
        places = zip(*(found.tolist() for found in np.nonzero(is_wrong)), strict=True)
        lines = [f"{where(row)}, {cells.columns[place]}: {cells.iloc[row, place]!r}" for row, place in places]
        raise TableError(several(title, lines))


def _refuse_rows(is_fine: Bools, sums: Floats, where: Callable[[int], str], title: str) -> None:
    rows = np.flatnonzero(~is_fine).tolist()
    raise TableError(several(title, [f"{where(row)}: adds up to {sums[row]:.4g}" for row in rows]))
