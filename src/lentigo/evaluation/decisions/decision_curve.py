"""Malignant probabilities in; net benefit of acting on them, beside acting on all and on none, out.

Vickers and Elkin, "Decision curve analysis: a novel method for evaluating prediction models", Medical
Decision Making 26 (2006). Whoever acts from a probability t on says that a miss is (1 - t) / t times as bad
as a false alarm; the net benefit is the share of malignant images found less the false alarms at that rate.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from lentigo.evaluation.decisions.decisions import Mix
from lentigo.evaluation.intervals.basis import Basis
from lentigo.evaluation.intervals.bootstrap import Resampling, cell_totals, resample
from lentigo.evaluation.intervals.intervals import interval
from lentigo.evaluation.intervals.resampled import Interval, Resampled, defined_or_none
from lentigo.evaluation.intervals.sample import Sample
from lentigo.evaluation.metrics import Floats, Ints

THRESHOLDS: Floats = np.round(np.arange(0.01, 0.505, 0.01), 2)
"""(T,) probabilities from which one acts."""

Json = dict[str, Any]


def decision_curve(sample: Sample, scores: Floats, mix: Mix, resampling: Resampling) -> Json:
    """Net benefit by threshold.

    Args:
        sample: N images.
        scores: (N,) malignant probabilities.
        mix: which classes are malignant, and how common classes are.
        resampling: how intervals are drawn.

    Returns:
        thresholds (T,); `model`, `treat_all` and `advantage` (of the model over the better of treating all
        and treating none), each with value, low and high (T,); `useful`: the thresholds at which the
        advantage's interval lies above 0. Treating none has a net benefit of 0.
    """
    counts = resample([_curve_statistic(sample, scores)], sample.groups, resampling)[0]
    basis = Basis.of(sample.groups, np.ones(sample.num_images, dtype=bool))

    def curve(benefit: Callable[[Floats, Mix], Floats]) -> list[Interval]:
        drawn = counts.then(lambda values: benefit(values, mix))
        return [interval(_at(drawn, place), basis) for place in range(len(THRESHOLDS))]

    advantage = curve(_advantage)
    return {
        "thresholds": THRESHOLDS.tolist(),
        "prevalence": defined_or_none(float(mix.rates(counts.observed[:, 0])[2])),
        "model": _as_lists(curve(_net_benefit)),
        "treat_all": _as_lists(curve(_treat_all)),
        "advantage": _as_lists(advantage),
        "useful": [
            threshold for threshold, one in zip(THRESHOLDS.tolist(), advantage, strict=True) if one.low > 0
        ],
        "n": basis.n,
        "n_groups": basis.n_groups,
    }


def _curve_statistic(sample: Sample, scores: Floats) -> Callable[[Ints], Floats]:
    """Statistic: (B, K, T, 2), of each class the images below each threshold, and those from it on."""
    size, steps = sample.num_classes, len(THRESHOLDS) + 1
    passed = np.searchsorted(THRESHOLDS, scores, side="right")
    totals = cell_totals(sample.groups, sample.truth * steps + passed, size * steps)

    def statistic(draws: Ints) -> Floats:
        by_step = totals(draws).reshape(len(draws), size, steps).astype(np.float64)
        below = by_step.cumsum(axis=-1)
        return np.stack([below[..., :-1], below[..., -1:] - below[..., :-1]], axis=-1)

    return statistic


def _by_threshold(counts: Floats) -> Floats:
    """(..., K, T, 2) as (..., T, K, 2)."""
    return np.moveaxis(counts, -2, -3)


def _net_benefit(counts: Floats, mix: Mix) -> Floats:
    hits, alarms = mix.called(_by_threshold(counts))
    return np.asarray(hits - alarms * THRESHOLDS / (1 - THRESHOLDS))


def _treat_all(counts: Floats, mix: Mix) -> Floats:
    prevalence = mix.rates(_by_threshold(counts))[2]
    return np.asarray(prevalence - (1 - prevalence) * THRESHOLDS / (1 - THRESHOLDS))


def _advantage(counts: Floats, mix: Mix) -> Floats:
    return np.asarray(_net_benefit(counts, mix) - np.maximum(_treat_all(counts, mix), 0.0))


def _at(curve: Resampled, place: int) -> Resampled:
    return curve.then(lambda values: values[..., place])


def _as_lists(figures: list[Interval]) -> Json:
    return {
        name: [defined_or_none(getattr(one, name)) for one in figures] for name in ("value", "low", "high")
    }
