"""Probabilities and truth of validation in, thresholds out; with them, sets of classes instead of one answer.

Split conformal prediction: a set holds every class whose *nonconformity* is at most a threshold, which is a
quantile of the true classes' nonconformity on images that the network has not learnt from. NumPy alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lentigo.evaluation.metrics import Bools, Floats, Ints

RAPS_PENALTY = 0.05
"""What every class of a set beyond the first `RAPS_FREE` adds to its nonconformity."""
RAPS_FREE = 2
ROUNDING = 1e-12


def lac(probabilities: Floats) -> Floats:
    """One less the class's probability: the smallest sets on average (Sadinle, Lei and Wasserman, 2019)."""
    return np.asarray(1.0 - probabilities)


def aps(probabilities: Floats) -> Floats:
    """Probability of all classes that are more probable: adaptive sets (Romano, Sesia and Candes, 2020).

    The paper adds a random share of the class's own probability. Here it is left out, so that an image always
    gets the same set, and the most probable class, at 0, is in every one.
    """
    return _from_ranked(probabilities, _before(probabilities))


def raps(probabilities: Floats) -> Floats:
    """As `aps`, large sets being made dearer (Angelopoulos, Bates, Malik and Jordan, 2021)."""
    beyond = np.maximum(np.arange(1, probabilities.shape[1] + 1) - RAPS_FREE, 0)
    return _from_ranked(probabilities, _before(probabilities) + RAPS_PENALTY * beyond)


NONCONFORMITY: dict[str, Callable[[Floats], Floats]] = {"lac": lac, "aps": aps, "raps": raps}
"""Probabilities (N, K) to the nonconformity of every class, (N, K)."""


@dataclass(frozen=True)
class Conformal:
    """Fitted sets: which nonconformity, and up to which value a class belongs to the set."""

    method: str
    """A key of `NONCONFORMITY`."""
    is_by_class: bool
    """Whether each class has a threshold of its own, so that each is covered (Mondrian)."""
    error: float
    """Share of sets that may miss the truth, 0 to 1."""
    thresholds: Floats
    """(K,); infinite where a class has too few groups: it is then in every set."""

    def sets(self, probabilities: Floats, answered: Ints | None = None) -> Bools:
        """Which classes belong to each image's set, (N, K); never empty.

        The class answered always belongs: this can only add to the coverage.

        Args:
            probabilities: (N, K).
            answered: (N,) the class told as the answer; by default the most probable one.
        """
        nonconformity = NONCONFORMITY[self.method](probabilities)
        chosen = nonconformity <= self.thresholds + ROUNDING
        told = probabilities.argmax(axis=1) if answered is None else answered
        chosen[np.arange(len(chosen)), told] = True
        return np.asarray(chosen, dtype=bool)


def fit_conformal(
    probabilities: Floats, truth: Ints, groups: NDArray[Any], kind: tuple[str, bool], error: float
) -> Conformal:
    """Fit thresholds on images that the network has not learnt from.

    Args:
        probabilities: (N, K), those that are finally shown: after any calibration.
        truth: (N,).
        groups: (N,) ids or numbers of groups.
        kind: a key of `NONCONFORMITY`, and whether each class gets a threshold of its own.
        error: share of sets that may miss the truth.
    """
    method, is_by_class = kind
    num_classes = probabilities.shape[1]
    own = NONCONFORMITY[method](probabilities)[np.arange(len(truth)), truth]
    if not is_by_class:
        return Conformal(method, False, error, np.full(num_classes, group_quantile(own, groups, 1 - error)))
    chosen = [truth == index for index in range(num_classes)]
    thresholds = [group_quantile(own[rows], groups[rows], 1 - error) for rows in chosen]
    return Conformal(method, True, error, np.array(thresholds))


def cross_fitted_sets(
    probabilities: Floats, truth: Ints, groups: NDArray[Any], kind: tuple[str, bool], plan: tuple[Ints, float]
) -> Bools:
    """Sets (N, K) of the very images that thresholds are fitted on, each by those of other folds.

    Args:
        probabilities: (N, K).
        truth: (N,).
        groups: (N,).
        kind: as in `fit_conformal`.
        plan: a fold for each image (N,), the same for a whole group; and the error.
    """
    folds, error = plan
    sets = np.zeros(probabilities.shape, dtype=bool)
    for fold in np.unique(folds):
        inside = folds == fold
        fitted = fit_conformal(probabilities[~inside], truth[~inside], groups[~inside], kind, error)
        sets[inside] = fitted.sets(probabilities[inside])
    return sets


def group_quantile(values: Floats, groups: NDArray[Any], level: float) -> float:
    """Smallest value that at least `level` of the groups' weight, and of one unseen group's, does not exceed.

    Groups are exchangeable, images are not: each of G groups weighs 1 / (G + 1), shared evenly by its images,
    and as much weight lies at infinity. An image of a new group is then at most this value with a probability
    of at least `level` (hierarchical conformal prediction: Lee, Barber and Willett, 2023). With one image a
    group this is the plain split conformal quantile.

    Args:
        values: (N,).
        groups: (N,).
        level: 0 to 1.

    Returns:
        Infinite where there are too few groups for the level.
    """
    found, codes = np.unique(groups, return_inverse=True)
    weights = (1 / np.bincount(codes.reshape(-1), minlength=len(found)))[codes.reshape(-1)] / (len(found) + 1)
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order]) >= level - ROUNDING
    return float(values[order][reached.argmax()]) if reached.any() else float("inf")


def _order(probabilities: Floats) -> Ints:
    return np.argsort(-probabilities, axis=1, kind="stable")


def _before(probabilities: Floats) -> Floats:
    """Probability (N, K) of the classes of better rank, by rank."""
    ranked = np.take_along_axis(probabilities, _order(probabilities), axis=1)
    return np.asarray(np.cumsum(ranked, axis=1) - ranked)


def _from_ranked(probabilities: Floats, values: Floats) -> Floats:
    """Values by rank (N, K) back in the order of the classes."""
    placed = np.empty_like(values)
    np.put_along_axis(placed, _order(probabilities), values, axis=1)
    return placed
