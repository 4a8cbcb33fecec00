"""Figures with two bounds in, Wilson's interval with an effective number of trials out.

Wilson's interval (1927) asks which true values would make the observed one unlikely, and so goes on smoothly
to 0 and 1, where resamples do not differ any more and every standard error is 0. Images of a group are no
independent trials: as many count as would be as uncertain, p (1 - p) / variance (Kish, 1965), by the
jackknife over groups. Where nearly all is right, or wrong, the data hardly tell that number: it leans on one
by the number of groups, the more the fewer outcomes of the rarer kind there are. Of areas under ROC curves
that one is Newcombe's (2006, method 5). Means over classes are put together from the classes' own intervals
(MOVER: Zou and Donner, 2008).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import stdtrit

from lentigo.evaluation.intervals.basis import Basis
from lentigo.evaluation.intervals.resampled import UPPER_TAIL, Interval, Resampled
from lentigo.evaluation.metrics import Floats, mean_defined

TINY = 1e-12
LEANING = 2.0
"""Outcomes of the rarer kind at which the data's own variance counts as much as what is assumed."""
LEANING_OF_AREAS = 0.5
"""The same for areas, of which every image tells more than one outcome."""


@dataclass(frozen=True)
class Trials:
    """How much a figure rests on."""

    num: float
    """Effective number of trials."""
    freedom: float = np.inf
    """Degrees of freedom with which that number is known."""


def trials_interval(figure: Resampled, basis: Basis) -> Interval:
    """Interval of a share, or of an area under a ROC curve, 0 to 1; undefined with the figure."""
    if np.isnan(figure.observed) or basis.n_groups < 1:
        return Interval(float(figure.observed), np.nan, np.nan, basis.n, basis.n_groups)
    value = float(np.clip(figure.observed, 0.0, 1.0))  # rounding leads beyond
    trials = _trials(figure, basis)
    low, high = _of_area(value, trials, basis) if basis.is_area else wilson(value, trials)
    return Interval(value, low, high, basis.n, basis.n_groups)


def wilson(value: float, trials: Trials) -> tuple[float, float]:
    """Wilson's interval of a share of a number of trials; by Student's t where that number is estimated."""
    square = float(stdtrit(max(trials.freedom, 1.0), UPPER_TAIL)) ** 2
    scale = 1 + square / trials.num
    middle = (value + square / (2 * trials.num)) / scale
    half = np.sqrt(square * (value * (1 - value) + square / (4 * trials.num)) / trials.num) / scale
    return max(0.0, min(value, float(middle - half))), min(1.0, max(value, float(middle + half)))


def _of_area(value: float, trials: Trials, basis: Basis) -> tuple[float, float]:
    """As `wilson`, for an area, which is worth another number of trials where the true area is another."""
    reach = float(stdtrit(max(trials.freedom, 1.0), UPPER_TAIL))
    worth = trials.num / basis.trials(value)

    def beyond(true: float) -> float:
        num = worth * basis.trials(true)
        return float(abs(value - true) - reach * np.sqrt(true * (1 - true) / num))

    # at the value itself nothing is unlikely, and at 0 and 1 everything else is
    low = brentq(beyond, 0.0, min(value, 1 - TINY)) if value > TINY else 0.0
    high = brentq(beyond, max(value, TINY), 1.0) if value < 1 - TINY else 1.0
    return float(low), float(high)


def mean_of_classes(figures: Resampled, bases: Sequence[Basis], whole: Basis) -> Interval:
    """Interval of the mean of figures of classes (..., K) that are defined, by their own intervals.

    Args:
        figures: of the classes, resampled.
        bases: of the classes (K,).
        whole: of all images; with one group there is nothing to tell how far figures vary, and no interval.
    """
    defined = np.flatnonzero(~np.isnan(figures.observed)).tolist()
    if not len(defined) or whole.n_groups < 2:
        value = float(mean_defined(figures.observed))
        return Interval(value, np.nan, np.nan, whole.n, whole.n_groups)
    found = [trials_interval(figures.at(place), bases[place]) for place in defined]
    values = np.array([one.value for one in found])
    below, above = values - [one.low for one in found], np.array([one.high for one in found]) - values
    together = _correlations(figures.jackknife[:, defined])
    low, high = (np.sqrt(max(far @ together @ far, 0.0)) / len(found) for far in (below, above))
    mean = float(values.mean())
    low, high = max(0.0, float(mean - low)), min(1.0, float(mean + high))
    return Interval(mean, low, high, whole.n, whole.n_groups)


def variance(figure: Resampled) -> float:
    """Of a figure, by leaving out each group, or each part of the groups."""
    left = figure.jackknife[np.isfinite(figure.jackknife)]
    return float(((left - left.mean()) ** 2).sum() * (len(left) - 1) / len(left)) if len(left) else 0.0


def _trials(figure: Resampled, basis: Basis) -> Trials:
    value = float(np.clip(figure.observed, 0.0, 1.0))
    weight = _weight(value, basis)
    own = variance(figure) / (value * (1 - value)) if weight else 0.0
    inverse = weight * own + (1 - weight) / basis.trials(value)
    return Trials(1 / inverse, (basis.smallest - 1) / max(weight, TINY) ** 2)


def _weight(value: float, basis: Basis) -> float:
    """How far the data's own variance counts, 0 to 1."""
    rarer = basis.smallest * min(value, 1 - value)
    leaning = LEANING_OF_AREAS if basis.is_area else LEANING
    return rarer / (rarer + leaning) if basis.smallest > 1 else 0.0


def _correlations(jackknife: Floats) -> Floats:
    """Correlations (K, K) of figures of classes, from leaving out groups (J, K); 0 where not known."""
    off = np.nan_to_num(jackknife - mean_defined(jackknife.T))
    products = off.T @ off
    scale = np.sqrt(np.outer(np.diag(products), np.diag(products)))
    found: Floats = np.divide(products, scale, out=np.zeros(products.shape), where=scale > 0)
    np.fill_diagonal(found, 1.0)
    return found
