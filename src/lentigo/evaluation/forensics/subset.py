"""Two accuracies of one network in; whether the second set can be the first, thinned out at random, out.

The test needs the same weights behind both figures. Images may have been dropped of some classes, for
balance, but without a look at the answers: of the surest half of the images nothing is said here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.stats import hypergeom

from lentigo.evaluation.forensics.reported import Pair
from lentigo.evaluation.metrics import Ints

IMPOSSIBLE = -6.0
"""log10 of the p-value below which chance is ruled out."""
SMALLEST = 1e-300
"""P-values are not told apart below this."""


@dataclass(frozen=True)
class SubsetTest:
    """Can the second set be part of the first?"""

    log10_p: float
    """Of the p-value; 0 where nothing stands against it, minus infinity where counting alone rules it out."""
    reason: str
    """Why counting rules it out; empty where it does not."""
    dropped: int
    dropped_errors: int
    kept: int
    """Images left of the classes that were thinned out."""
    kept_errors: int
    """At most."""

    @property
    def is_impossible(self) -> bool:
        """Whether chance is ruled out."""
        return self.log10_p < IMPOSSIBLE


def subset_test(pair: Pair, kept: int | None = None) -> SubsetTest:
    """Test whether the second set can be the first one, thinned out without looking at the answers.

    Without matrices it is not known how the errors divide between the classes: the p-value is the largest
    over all ways (two-sided hypergeometric test).

    Args:
        pair: both figures.
        kept: images of the thinned-out classes in the second set; half of it where not given.
    """
    first, second = pair.first, pair.second
    rest = _errors_in_whole_rows(pair)
    left = _kept(pair) if kept is None else kept
    reason = _contradiction(pair)
    facts = (first.n - second.n, first.errors - second.errors, left, second.errors - (rest or 0))
    if reason:
        return SubsetTest(-math.inf, reason, *facts)
    elsewhere = np.arange(min(second.errors, second.n - left) + 1) if rest is None else np.array([rest])
    return SubsetTest(_log10_p(pair, left, elsewhere), "", *facts)


def _log10_p(pair: Pair, kept: int, elsewhere: Ints) -> float:
    """Largest p-value (two-sided) over the errors (E,) that may lie in classes that lost no image."""
    first, second = pair.first, pair.second
    population = kept + first.n - second.n
    errors, found = first.errors - elsewhere, second.errors - elsewhere
    allowed = (errors <= population) & (found <= kept)
    if not allowed.any():
        return -math.inf
    errors, found = errors[allowed], found[allowed]
    fewer = hypergeom.cdf(found, population, errors, kept).max()
    more = hypergeom.sf(found - 1, population, errors, kept).max()
    return math.log10(max(SMALLEST, min(1.0, 2 * min(fewer, more))))


def _contradiction(pair: Pair) -> str:
    """What rules a subset out by counting alone; empty if nothing does."""
    first, second = pair.first, pair.second
    if second.n > first.n:
        return f"the second set is larger ({second.n} images, not {first.n})"
    if second.errors > first.errors:
        return f"the part has more errors ({second.errors}) than the whole ({first.errors})"
    if first.errors - second.errors > first.n - second.n:
        return "more errors would have been dropped than images"
    for number, ((n, errors), (n_second, errors_second)) in enumerate(_rows(pair), start=1):
        if n_second > n:
            return f"row {number} has more images in the second set ({n_second}, not {n})"
        if n_second == n and errors != errors_second:
            return f"row {number} has the same {n} images, but {errors} and then {errors_second} errors"
    return ""


def _errors_in_whole_rows(pair: Pair) -> int | None:
    """Errors of the second set in classes that nothing was dropped of; None where no matrix tells."""
    rows = _rows(pair)
    return sum(second[1] for first, second in rows if first[0] == second[0]) if rows else None


def _kept(pair: Pair) -> int:
    """Images left of the thinned-out classes: by the matrices, else half of a balanced set."""
    rows = _rows(pair)
    thinned = [second[0] for first, second in rows if second[0] < first[0]]
    return sum(thinned) if thinned else (pair.second.n if rows else pair.second.n // 2)


def _rows(pair: Pair) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """The rows of both matrices side by side; empty unless both are known."""
    known = bool(pair.first.rows and pair.second.rows)
    return list(zip(pair.first.rows, pair.second.rows, strict=True)) if known else []
