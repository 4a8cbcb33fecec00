"""Truth and probabilities in; log loss and Brier score, which reward honest probabilities only, out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from lentigo.evaluation.intervals.basis import Basis
from lentigo.evaluation.intervals.bootstrap import Resampling, Statistic, cell_totals, resample
from lentigo.evaluation.intervals.intervals import interval
from lentigo.evaluation.intervals.sample import Groups, Sample
from lentigo.evaluation.metrics import Floats, Ints, divide

SMALLEST = 1e-15
"""A probability below it counts as this much in the log loss, as in scikit-learn."""


def log_losses(truth: Ints, probabilities: Floats) -> Floats:
    """Minus the logarithm of what the true class was given, (N,), in nats."""
    given = probabilities[np.arange(len(truth)), truth]
    return np.asarray(-np.log(np.clip(given, SMALLEST, 1.0)), dtype=np.float64)


def brier_scores(truth: Ints, probabilities: Floats) -> Floats:
    """Squared distance from the truth summed over all K classes, (N,) in [0, 2] (Brier, 1950)."""
    aims = np.eye(probabilities.shape[1])[truth]
    return np.asarray(((probabilities - aims) ** 2).sum(axis=1), dtype=np.float64)


def class_brier_scores(truth: Ints, probabilities: Floats, index: int) -> Floats:
    """Squared distance for one class against the rest, (N,) in [0, 1]."""
    return np.asarray((probabilities[:, index] - (truth == index)) ** 2, dtype=np.float64)


PROPER_SCORES: Mapping[str, Callable[[Ints, Floats], Floats]] = MappingProxyType(
    {"log_loss": log_losses, "brier_score": brier_scores}
)
"""name -> what each image adds; lower is better."""


def proper_scores(sample: Sample, class_names: tuple[str, ...], resampling: Resampling) -> dict[str, Any]:
    """Mean scores of a sample with intervals: those of `PROPER_SCORES`, and `class_brier_scores` by class."""
    values = [score(sample.truth, sample.probabilities) for score in PROPER_SCORES.values()]
    values += [
        class_brier_scores(sample.truth, sample.probabilities, index) for index in range(len(class_names))
    ]
    found = mean_intervals(values, sample.groups, resampling)
    plain = dict(zip(PROPER_SCORES, found, strict=False))
    return {**plain, "class_brier_scores": dict(zip(class_names, found[len(plain) :], strict=True))}


def score_gains(before: Sample, after: Sample, resampling: Resampling) -> dict[str, Any]:
    """By how much each of `PROPER_SCORES` falls from `before` to `after` on the same images."""
    gains = [
        score(before.truth, before.probabilities) - score(after.truth, after.probabilities)
        for score in PROPER_SCORES.values()
    ]
    return dict(zip(PROPER_SCORES, mean_intervals(gains, before.groups, resampling), strict=True))


def mean_intervals(values: list[Floats], groups: Groups, resampling: Resampling) -> list[dict[str, Any]]:
    """Means of values, each (N,), resampled together."""
    figures = resample([mean_statistic(one, groups) for one in values], groups, resampling)
    basis = Basis.of(groups, np.ones(len(groups.codes), dtype=bool))
    return [interval(figure, basis).as_json() for figure in figures]


def mean_statistic(values: Floats, groups: Groups) -> Statistic:
    """Statistic: mean of values (N,), (B,)."""
    everything = np.zeros(len(values), dtype=np.int64)
    sums, counts = cell_totals(groups, everything, 1, values), cell_totals(groups, everything, 1)
    return lambda draws: divide(sums(draws)[:, 0], counts(draws)[:, 0])
