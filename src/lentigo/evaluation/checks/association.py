"""Classes and an attribute that is no part of a lesion in; how much it tells of the class, out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import chdtrc

from lentigo.data.taxonomy import order_classes

RAREST = 10
"""Values with fewer groups are taken together."""
OTHER = "other"


@dataclass(frozen=True)
class Association:
    """What an attribute tells of the class."""

    cramers_v: float
    """Strength, 0 to 1, corrected for bias: W. Bergsma, "A bias-correction for Cramer's V", 2013."""
    p_value: float
    """Of the chi-square test."""
    balanced_accuracy: float
    """Of the best guess of the class from the attribute alone, learnt on one half and scored on the other."""
    chance: float
    """The same for a guess that knows nothing: one over the number of classes."""
    counts: pd.DataFrame
    """Groups by value (index, commonest first) and class (columns)."""


def associate(classes: pd.Series[str], values: pd.Series[str], groups: pd.Series[str]) -> Association | None:
    """Measure how much a value tells of the class; one image of each group counts.

    Args:
        classes: class of each image (N,); empty is left out.
        values: the attribute (N,), text.
        groups: group of each image (N,).

    Returns:
        None where there are not two classes and two values.
    """
    table = pd.DataFrame({"class": classes, "value": values, "group": groups})
    table = table[table["class"] != ""].drop_duplicates("group")
    common = table["value"].value_counts()
    table["value"] = table["value"].where(table["value"].map(common) >= RAREST, OTHER)
    counts = pd.crosstab(table["value"], table["class"])
    if min(counts.shape) < 2:
        return None
    statistic, p_value = chi_square(counts.to_numpy())
    order = counts.sum(axis=1).sort_values(ascending=False, kind="stable").index
    names = list(order_classes(counts.columns))
    return Association(
        _cramers_v(statistic, counts.to_numpy()),
        p_value,
        _balanced_accuracy(table),
        1 / len(names),
        counts.loc[order, names],
    )


def chi_square(counts: NDArray[np.int64]) -> tuple[float, float]:
    """Pearson's statistic and its p-value for counts (R, C) without empty rows and columns.

    As `scipy.stats.chi2_contingency` without correction, whose import takes as long as an audit of tables.
    """
    expected = counts.sum(axis=1, keepdims=True) * counts.sum(axis=0) / counts.sum()
    statistic = float(((counts - expected) ** 2 / expected).sum())
    degrees = (counts.shape[0] - 1) * (counts.shape[1] - 1)
    return statistic, float(chdtrc(degrees, statistic))


def _cramers_v(chi2: float, counts: NDArray[np.int64]) -> float:
    n, (rows, columns) = counts.sum(), counts.shape
    if n < 2:
        return 0.0
    phi2 = max(0.0, chi2 / n - (rows - 1) * (columns - 1) / (n - 1))
    rows_left = rows - (rows - 1) ** 2 / (n - 1)
    columns_left = columns - (columns - 1) ** 2 / (n - 1)
    return float(np.sqrt(phi2 / max(min(rows_left, columns_left) - 1, 1e-9)))


def _balanced_accuracy(table: pd.DataFrame) -> float:
    """Mean recall of guessing the class under which the value is likeliest, over two halves."""
    half = table.groupby("class").cumcount().to_numpy() % 2
    scores = [_score(table[half == side], table[half != side]) for side in (0, 1)]
    return float(np.nanmean(scores))


def _score(learnt: pd.DataFrame, asked: pd.DataFrame) -> float:
    if learnt.empty or asked.empty:
        return np.nan
    likelihood = pd.crosstab(learnt["value"], learnt["class"], normalize="columns")
    guess = asked["value"].map(likelihood.idxmax(axis=1)).fillna("")
    return float((guess == asked["class"]).groupby(asked["class"]).mean().mean())
