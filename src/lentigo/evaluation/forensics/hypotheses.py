"""Two sets answered by one network in; how likely each account of the second set makes its errors, out.

Four accounts are weighed against each other, the same weights behind both sets taken for granted:

* *re-split*: the data were divided again, balanced or not, and the second set is as large a fraction of them
  as the first; so that all but that fraction of it had been trained on,
* *subset*: the second set is the first with images of some classes dropped at random,
* *same*: other images, new to the network, of which each class is as hard as before,
* *other*: images of another mix or another difficulty, or chosen by how sure the network is.

An account gives every row (true class) of the second set a distribution of its errors. What is not known
(each class's own error rate, how well training images are remembered) is integrated out. What counts is the
ratio of two such likelihoods (a Bayes factor), not whether an account is "not rejected".
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp
from scipy.stats import beta, binom, hypergeom, norm

from lentigo.evaluation.forensics.groupings import Grouping
from lentigo.evaluation.forensics.reported import Measured, Pair
from lentigo.evaluation.forensics.subset import subset_test
from lentigo.evaluation.metrics import Floats

RESPLIT, SUBSET, SAME, OTHER = "resplit", "subset", "same", "other"
FORGOTTEN = (0.001, 0.1)
"""Error rate on images that were trained on: half of the time each value between is equally likely, half of
the time each order of magnitude."""
EASIER = 0.1
"""Another set's accuracy of a class: any value from this much below the first set's up to 1."""
_STEPS = 64
_LOG_SIZES = math.log(100)
"""Another set may have any size from a tenth to ten times the first one's, each order equally likely."""
_SIZE_DEVIATION = 0.004
"""Of a set that is drawn class by class, relative: a few images may be lost."""
_FARTHEST = 4.0
"""Standard deviations beyond which a size or a row is not the foretold one."""
CUT, FILLED, AS_IT_WAS = "every row cut to the smallest", "every row filled up", "divided again as it was"
_DESIGNS = {CUT: 0.6, AS_IT_WAS: 0.2, FILLED: 0.2}
"""How data are made for a second division, and how often."""

Row = tuple[int, int]


@dataclass(frozen=True)
class Sets:
    """Two sets that one network answered, with the images of each true class in both."""

    first: Measured
    second: Measured
    first_sums: tuple[int, ...]
    """(K,) images of each row; known even where the errors of a row are not."""
    second_sums: tuple[int, ...]
    fraction: float
    """Of the data, not trained on: the first set's."""
    is_exact: bool
    """The first set was drawn class by class, so that sizes can be foretold to a few images."""


@dataclass(frozen=True)
class Weighed:
    """log10 of the likelihood of each account, and what the re-split would have been."""

    log10: Mapping[str, float]
    design: str
    """How the data would have been made even; empty where no size fits."""
    expected_size: float
    """Images that the second set would have."""

    def ratio(self, one: str, other: str) -> float:
        """log10 of how many times likelier `one` makes the figures than `other`; 0 where neither can be."""
        first, second = self.log10[one], self.log10[other]
        return 0.0 if math.isinf(first) and math.isinf(second) else first - second


def weigh(sets: Sets) -> Weighed:
    """Weigh the four accounts of a second set, row by row where the errors of both sets' rows are known."""
    design, expected, log_size = _size(sets)
    terms = _terms(sets)
    # any other set has the foretold size by chance; what was thinned or drawn alike was foretold as well
    chance = -math.log(_LOG_SIZES)
    foretold = max(log_size, chance)
    log = {
        RESPLIT: log_size + sum(_resplit(own, second, sets.fraction) for own, second in terms),
        SUBSET: foretold + _subset(sets),
        SAME: foretold + sum(_mean_log(_log_chance(own, second)) for own, second in terms),
        OTHER: chance + sum(_other(own, second) for own, second in terms),
    }
    return Weighed({name: value / math.log(10) for name, value in log.items()}, design, expected)


def honest_range(first: Measured, first_sums: Sequence[int], mix: Sequence[int]) -> tuple[float, float]:
    """Accuracy that the first set's answers would have on another mix of its classes: least and most.

    One figure where the errors of each row are known, such as the balanced accuracy on a balanced mix;
    otherwise the errors may lie in whichever rows.

    Args:
        first: the first set.
        first_sums: (K,) its images of each class.
        mix: (K,) images, or shares, of each class in the other mix.
    """
    weights = np.asarray(mix) / np.sum(mix)
    if first.rows:
        wrong = sum(w * errors / n for w, (n, errors) in zip(weights.tolist(), first.rows, strict=True))
        return 1 - wrong, 1 - wrong
    sums = np.asarray(first_sums)
    found = []
    for order in (np.argsort(weights / sums), np.argsort(-weights / sums)):
        before = np.concatenate(([0], np.cumsum(sums[order])[:-1]))
        errors = np.clip(first.errors - before, 0, sums[order])
        found.append(float(1 - (weights[order] * errors / sums[order]).sum()))
    return min(found), max(found)


def memory_of(honest: float, reported: float, fraction: float) -> float:
    """Accuracy on trained images that would give a re-split's accuracy exactly; above 1 where none does."""
    return (reported - fraction * honest) / (1 - fraction)


def largest_resplit(counts: Mapping[str, int], grouping: Grouping | None) -> int:
    """The most images that a balanced copy of the data has: every row cut to the smallest.

    Where it is not known which classes a row holds, all of the data.
    """
    if grouping is None:
        return sum(counts.values())
    return len(grouping.sizes) * min(grouping.sizes)


def _terms(sets: Sets) -> list[tuple[Floats, Row]]:
    """For each row, or all of them together: accuracies (S,) left open by the first set; the second's row."""
    first, second = sets.first, sets.second
    if first.rows and second.rows:
        return [(_own_rate(*row), other) for row, other in zip(first.rows, second.rows, strict=True)]
    low, high = honest_range(first, sets.first_sums, sets.second_sums)
    own = _own_rate(first.n, round(first.n * (1 - low))) if low == high else _middles(low, high)
    return [(own, (second.n, second.errors))]


def _resplit(own: Floats, second: Row, fraction: float) -> float:
    """Of n' images, each new with chance f: right with (1 - f) x memory + f x the class's own rate."""
    remembered = 1 - np.concatenate((_middles(*FORGOTTEN), np.exp(_middles(*np.log(FORGOTTEN)))))
    right = (1 - fraction) * remembered[np.newaxis, :] + fraction * own[:, np.newaxis]
    return _mean_log(_log_chance(right, second))


def _subset(sets: Sets) -> float:
    """Drawn without replacement, blind to the answers."""
    pair = Pair(sets.first, sets.second)
    if not (sets.first.rows and sets.second.rows):
        return -math.inf if subset_test(pair).is_impossible else 0.0
    chances = [
        hypergeom.logpmf(other[1], row[0], row[1], other[0]) if other[0] <= row[0] else -math.inf
        for row, other in zip(sets.first.rows, sets.second.rows, strict=True)
    ]
    return float(sum(chances))


def _other(own: Floats, second: Row) -> float:
    lowest = max(0.0, float(own.mean()) - EASIER)
    return _mean_log(_log_chance(_middles(lowest, 1.0, 8 * _STEPS), second))


def _size(sets: Sets) -> tuple[str, float, float]:
    """The design whose size comes nearest, that size, and the log density of the second set's size."""
    found = [_design(name, share, sets) for name, share in _DESIGNS.items()]
    log_density, design, size = max(found)
    return design if math.isfinite(log_density) else "", size, log_density


def _design(name: str, share: float, sets: Sets) -> tuple[float, str, float]:
    sums = sets.first_sums
    even = {CUT: min(sums), FILLED: max(sums)}.get(name)
    expected = list(sums) if even is None else [even] * len(sums)
    total = sum(expected)
    # of a set drawn image by image a row varies as a share does
    drawn = 0.0 if sets.is_exact else math.sqrt((1 - sets.fraction) / total)
    z = math.log(sets.second.n / total) / max(_SIZE_DEVIATION, drawn)
    if abs(z) > _FARTHEST or not _is_like(sets.second_sums, expected):
        return -math.inf, name, float(total)
    log_density = float(norm.logpdf(z)) - math.log(max(_SIZE_DEVIATION, drawn))
    return math.log(share) + log_density, name, float(total)


def _is_like(second: Sequence[int], expected: Sequence[int]) -> bool:
    """Whether the rows have the expected proportions, give or take four standard deviations of a draw."""
    scale = sum(second) / sum(expected)
    rows = zip(second, expected, strict=True)
    return all(abs(n - wanted * scale) <= _FARTHEST * math.sqrt(n + 1) + 1 for n, wanted in rows)


def _own_rate(n: int, errors: int) -> Floats:
    """Accuracies (S,) that a row leaves open for its class, equally likely (uniform prior)."""
    return np.asarray(beta.ppf(_middles(0.0, 1.0), n - errors + 1, errors + 1))


def _log_chance(right: Floats, second: Row) -> Floats:
    return np.asarray(binom.logpmf(second[1], second[0], 1 - right))


def _middles(low: float, high: float, steps: int = _STEPS) -> Floats:
    """(S,) middles of equal steps."""
    return low + (high - low) * (np.arange(steps) + 0.5) / steps


def _mean_log(log_likelihoods: Floats) -> float:
    return float(logsumexp(log_likelihoods) - math.log(log_likelihoods.size))
