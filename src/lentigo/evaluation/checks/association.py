"""Classes and an attribute that is no part of a lesion in; how much it tells of the class, out."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import chdtrc

from lentigo.data.taxonomy import order_classes
from lentigo.evaluation.intervals.basis import Basis
from lentigo.evaluation.intervals.bootstrap import Statistic, cell_totals, resample
from lentigo.evaluation.intervals.intervals import interval, share_interval
from lentigo.evaluation.intervals.resampled import Interval, Resampled
from lentigo.evaluation.intervals.sample import Groups
from lentigo.evaluation.metrics import Floats, Ints, mean_defined

RAREST = 10
"""Values with fewer groups are taken together."""
OTHER = "other"


@dataclass(frozen=True)
class Association:
    """What an attribute tells of the class; intervals are of groups drawn again."""

    cramers_v: Interval
    """Strength, 0 to 1, corrected for bias: W. Bergsma, "A bias-correction for Cramer's V", 2013."""
    p_value: float
    """Of the chi-square test."""
    balanced_accuracy: Interval
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
    order = counts.sum(axis=1).sort_values(ascending=False, kind="stable").index
    counts = counts.loc[order, list(order_classes(counts.columns))]
    v, accuracy = _figures(table, counts)
    p_value = chi_square(counts.to_numpy())[1]
    return Association(v, p_value, accuracy, 1 / len(counts.columns), counts)


def chi_square(counts: NDArray[np.int64]) -> tuple[float, float]:
    """Pearson's statistic and its p-value for counts (R, C) without empty rows and columns.

    As `scipy.stats.chi2_contingency` without correction, whose import takes as long as an audit of tables.
    """
    statistic = float(_chi2(counts.astype(np.float64)))
    degrees = (counts.shape[0] - 1) * (counts.shape[1] - 1)
    return statistic, float(chdtrc(degrees, statistic))


def _figures(table: pd.DataFrame, counts: pd.DataFrame) -> tuple[Interval, Interval]:
    """Cramér's V and the balanced accuracy of a guess, from one image of each group."""
    groups = Groups.of(table["group"])
    halves = _halves_statistic(table, counts, groups)
    strength, accuracy = resample(
        [
            lambda draws: _strength(halves(draws).sum(axis=-3)),
            lambda draws: _balanced_accuracy(halves(draws)),
        ],
        groups,
    )
    # a resample has the chance association of the sample, and as much again of its own
    v = Resampled(
        _cramers_v(strength.observed), _cramers_v(strength.drawn, 2), _cramers_v(strength.jackknife)
    )
    n = groups.num_groups
    of_classes = Basis(n, n, tuple(counts.sum()))
    return _of_strength(v, Basis(n, n, (n,))), share_interval(accuracy, of_classes)


def _of_strength(v: Resampled, basis: Basis) -> Interval:
    """Interval of Cramér's V, whose resamples tell near 0, where it is cut off, but not near 1."""
    drawn, trials = interval(v, basis), share_interval(v, basis)
    return replace(trials, low=min(drawn.low, trials.low), high=max(drawn.high, trials.high))


def _halves_statistic(table: pd.DataFrame, counts: pd.DataFrame, groups: Groups) -> Statistic:
    """Statistic: groups by half, value and class, (B, 2, R, C); each half has as many of every class."""
    num_values, num_classes = counts.shape
    half = table.groupby("class").cumcount().to_numpy() % 2
    value = counts.index.get_indexer(pd.Index(table["value"]))
    label = counts.columns.get_indexer(pd.Index(table["class"]))
    cells = ((half * num_values + value) * num_classes + label).astype(np.int64)
    totals = cell_totals(groups, cells, 2 * counts.size)

    def statistic(draws: Ints) -> Floats:
        return totals(draws).reshape(-1, 2, num_values, num_classes).astype(np.float64)

    return statistic


def _chi2(counts: Floats) -> Floats:
    """Pearson's statistic of counts (..., R, C); empty rows and columns add nothing."""
    total = counts.sum(axis=(-2, -1), keepdims=True)
    expected = counts.sum(axis=-1, keepdims=True) * counts.sum(axis=-2, keepdims=True) / total
    with np.errstate(invalid="ignore"):
        parts = np.where(expected > 0, (counts - expected) ** 2 / expected, 0)
    return np.asarray(parts.sum(axis=(-2, -1)))


def _strength(counts: Floats) -> Floats:
    """Phi squared, what chance adds to it, and its largest value (..., 3), of counts (..., R, C)."""
    n = counts.sum(axis=(-2, -1))
    rows, columns = ((counts.sum(axis=axis) > 0).sum(axis=-1) for axis in (-1, -2))
    rows_left, columns_left = (size - (size - 1) ** 2 / (n - 1) for size in (rows, columns))
    by_chance = (rows - 1) * (columns - 1) / (n - 1)
    largest = np.maximum(np.minimum(rows_left, columns_left) - 1, 1e-9)
    return np.stack([_chi2(counts) / n, by_chance, largest], axis=-1)


def _cramers_v(strength: Floats, num_chances: int = 1) -> Floats:
    """V (...) of `_strength` (..., 3), which has the association that chance gives so many times in it."""
    phi2, by_chance, largest = np.moveaxis(strength, -1, 0)
    return np.asarray(np.sqrt(np.maximum(0.0, phi2 - num_chances * by_chance) / largest))


def _balanced_accuracy(halves: Floats) -> Floats:
    """Mean recall (...) of guessing the class under which a value is likeliest, from (..., 2, R, C)."""
    first, second = halves[..., 0, :, :], halves[..., 1, :, :]
    return mean_defined(np.stack([_recall(first, second), _recall(second, first)], axis=-1))


def _recall(learnt: Floats, asked: Floats) -> Floats:
    """Mean recall (...) over the classes of `asked`; a value that was not learnt is guessed wrong."""
    with np.errstate(invalid="ignore"):
        likelihood = np.nan_to_num(learnt / learnt.sum(axis=-2, keepdims=True))
        guess = likelihood.argmax(axis=-1)[..., np.newaxis] == np.arange(learnt.shape[-1])
        is_learnt = learnt.sum(axis=-1, keepdims=True) > 0
        return mean_defined((asked * (guess & is_learnt)).sum(axis=-2) / asked.sum(axis=-2))
