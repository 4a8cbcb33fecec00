"""Resampled figures in, 95 % intervals out, with the images and groups that a figure rests on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.special import ndtr, ndtri, stdtrit

from lentigo.evaluation.intervals.basis import Basis
from lentigo.evaluation.intervals.resampled import UPPER_TAIL, Interval, Resampled
from lentigo.evaluation.intervals.trials import trials_interval
from lentigo.evaluation.metrics import Floats

NORMAL_QUANTILE = float(ndtri(UPPER_TAIL))
SHARE = (0.0, 1.0)
"""Bounds of a share."""
METHOD = (
    "by group: Wilson with effective trials (shares, areas), MOVER over classes (means of classes), "
    "BCa bootstrap (all else)"
)
"""How the intervals of an evaluation are made, in a word."""
SAME = 1e-12
"""Figures that differ by less are equal: what is left is rounding."""


Bounds = tuple[float, float]


def interval(figure: Resampled, basis: Basis) -> Interval:
    """The bias-corrected and accelerated bootstrap interval (BCa; Efron, 1987), widened for few groups.

    For figures without bounds, such as differences and log losses. Near a bound it is too narrow, and at one
    it has no width at all: shares and areas have `share_interval`.

    Resamples in which the figure is undefined do not count. With one group there is nothing to resample, and
    the interval is undefined.
    """
    value = float(figure.observed)
    drawn = figure.drawn[~np.isnan(figure.drawn)]
    if np.isnan(value) or basis.n_groups < 2 or not drawn.size:
        return Interval(value, np.nan, np.nan, basis.n, basis.n_groups)
    bias, acceleration = _bias(value, drawn), _acceleration(figure.jackknife)
    shifted = bias + reach(basis.strata) * np.array([-1.0, 1.0])
    # the floor only matters for a handful of groups, where the formula would change sign
    places = ndtr(bias + shifted / np.maximum(1 - acceleration * shifted, 0.05))
    low, high = np.quantile(drawn, places)
    return Interval(value, min(float(low), value), max(float(high), value), basis.n, basis.n_groups)


def bounded_interval(figure: Resampled, basis: Basis, bounds: Bounds) -> Interval:
    """Interval of a figure that cannot leave its bounds: Wilson's, stretched over them (`trials.py`).

    Where a bound is infinite there is nothing to stretch it over: then as `interval`.
    """
    least, span = bounds[0], bounds[1] - bounds[0]
    if not np.isfinite(span) or basis.n_groups < 2:
        return interval(figure, basis)
    found = trials_interval(figure.then(lambda values: (values - least) / span), basis)
    value = float(figure.observed)
    return replace(
        found,
        value=value,
        low=min(value, least + span * found.low),
        high=max(value, least + span * found.high),
    )


def share_interval(figure: Resampled, basis: Basis) -> Interval:
    """Interval of a figure between 0 and 1, see `bounded_interval`."""
    return bounded_interval(figure, basis, SHARE)


def difference_interval(figure: Resampled, basis: Basis, bounds: Bounds = SHARE) -> Interval:
    """Interval of a difference of two figures with the same bounds.

    As `interval`, but the same difference in all resamples would feign certainty, as in `bounded_interval`:
    it reaches as far to both sides as Wilson's interval of a share of 0, the mean of that over the strata.
    """
    plain, span = interval(figure, basis), bounds[1] - bounds[0]
    if plain.low != plain.high or not np.isfinite(span):
        return plain
    groups = np.array(basis.strata, dtype=np.float64)
    length = span * float((NORMAL_QUANTILE**2 / (groups + NORMAL_QUANTILE**2)).mean())
    return replace(plain, low=max(plain.value - length, -span), high=min(plain.value + length, span))


def reach(strata: tuple[int, ...]) -> float:
    """How many standard errors an interval reaches to either side: 1.96, and more for few groups.

    The bootstrap takes the variance among n groups with the divisor n, and knows it no better than n groups
    can. Both are corrected as for a mean (Hesterberg, 2015, "What teachers should know about the bootstrap"):
    divisor n - 1, and Student's t; for a mean over strata with the degrees of freedom of Welch (1947).
    """
    groups = np.maximum(np.array(strata, dtype=np.float64), 1)
    spare = np.maximum(groups - 1, 1)
    freedom = (1 / groups).sum() ** 2 / (1 / (groups**2 * spare)).sum()
    return float(stdtrit(freedom, UPPER_TAIL) * np.sqrt((1 / spare).sum() / (1 / groups).sum()))


def _bias(value: float, drawn: Floats) -> float:
    """How far the resamples' median lies below the value, in standard errors."""
    less = (drawn < value - SAME).mean()
    same = (np.abs(drawn - value) <= SAME).mean()
    smallest = 1 / (len(drawn) + 1)
    return float(ndtri(np.clip(less + same / 2, smallest, 1 - smallest)))


def _acceleration(jackknife: Floats) -> float:
    """How the standard error changes with the figure: a sixth of the skewness of the groups' influence."""
    defined = jackknife[~np.isnan(jackknife)]
    influence = defined.sum() / max(len(defined), 1) - defined
    squares = float((influence**2).sum())
    return float((influence**3).sum() / (6 * squares**1.5)) if squares > SAME**2 else 0.0
