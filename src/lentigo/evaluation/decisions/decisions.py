"""Which images were called malignant in; sensitivity, predictive values and costs with intervals out.

A `Mix` says how common the classes are where the classifier is to work; within a class nothing changes, so
every figure follows from how often the images of each class are called malignant.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from lentigo.evaluation.decisions.operating_points import Rule
from lentigo.evaluation.intervals.basis import Basis
from lentigo.evaluation.intervals.bootstrap import Resampling, cell_totals, resample
from lentigo.evaluation.intervals.intervals import interval, share_interval
from lentigo.evaluation.intervals.resampled import Resampled
from lentigo.evaluation.intervals.sample import Sample
from lentigo.evaluation.metrics import Bools, Floats, divide

PREVALENCES = (0.01, 0.02, 0.05, 0.1, 0.2)
"""Shares of malignant lesions at which predictive values are told: from screening to a specialist."""

Json = dict[str, Any]
Rates = Callable[[Floats], tuple[Floats, Floats, Floats]]


@dataclass(frozen=True)
class Mix:
    """Which classes are malignant, and how common each is."""

    malignant: Bools
    """(K,)."""
    shares: tuple[float, ...] | None = None
    """(K,) summing to 1; None takes the images as they come."""

    def rates(self, counts: Floats) -> tuple[Floats, Floats, Floats]:
        """Sensitivity, specificity and prevalence, each (...), from counts (..., K, 2): left, called so.

        A class without images is left out of its side, whose other classes take its share.
        """
        weights = counts
        if self.shares is not None:
            images = counts.sum(axis=-1, keepdims=True)
            weights = np.nan_to_num(divide(counts, images)) * np.asarray(self.shares)[:, np.newaxis]
        sick, well = (
            weights[..., self.malignant, :].sum(axis=-2),
            weights[..., ~self.malignant, :].sum(axis=-2),
        )
        sensitivity = divide(sick[..., 1], sick.sum(axis=-1))
        specificity = divide(well[..., 0], well.sum(axis=-1))
        return sensitivity, specificity, self._prevalence(counts)

    def called(self, counts: Floats) -> tuple[Floats, Floats]:
        """Shares of all images found, and of false alarms, (...); 0 from a side without images."""
        sensitivity, specificity, prevalence = self.rates(counts)
        hits = np.where(prevalence > 0, prevalence * sensitivity, 0.0)
        return hits, np.where(prevalence < 1, (1 - prevalence) * (1 - specificity), 0.0)

    def _prevalence(self, counts: Floats) -> Floats:
        images = counts.sum(axis=-1)
        if self.shares is None:
            return divide(images[..., self.malignant].sum(axis=-1), images.sum(axis=-1))
        return np.full(images.shape[:-1], float(np.asarray(self.shares)[self.malignant].sum()))


@dataclass(frozen=True)
class Costs:
    """What wrong decisions cost, in units of anything; right ones cost nothing."""

    miss: float
    false_alarm: float


def decision_figures(
    sample: Sample, called: Bools, mix: Mix, resampling: Resampling, costs: Costs | None = None
) -> Json:
    """Figures of one way to decide.

    Args:
        sample: N images of K classes.
        called: (N,) whether an image was called malignant.
        mix: which classes are malignant, and how common classes are.
        resampling: how intervals are drawn.
        costs: also give `cost`, per 100 images.

    Returns:
        sensitivity, specificity, predictive values, `called_malignant` (share of images), each an interval,
        and `at_prevalence`: predictive values for each of `PREVALENCES`.
    """
    counts = resample([_counts_statistic(sample, called)], sample.groups, resampling)[0]
    truth = mix.malignant[sample.truth]
    chosen = {
        "sensitivity": truth,
        "specificity": ~truth,
        "positive_predictive_value": called,
        "negative_predictive_value": ~called,
        "called_malignant": np.ones(len(called), dtype=bool),
    }
    figures: Json = {
        name: share_interval(counts.then(_figure(name, mix)), Basis.of(sample.groups, rows)).as_json()
        for name, rows in chosen.items()
    }
    if costs is not None:
        basis = Basis.of(sample.groups, chosen["called_malignant"])
        figures["cost"] = interval(counts.then(partial(_cost, mix=mix, costs=costs)), basis).as_json()
    return {**figures, "at_prevalence": [_at(prevalence, counts, mix, sample) for prevalence in PREVALENCES]}


def costs_of(rule: Rule) -> Costs:
    """The costs that a rule such as `cost=10:1` names."""
    return Costs(rule.miss, rule.false_alarm)


def predictive_values(sensitivity: Floats, specificity: Floats, prevalence: Any) -> tuple[Floats, Floats]:
    """Positive and negative predictive value by Bayes' rule; nan where nothing is called so."""
    hits, alarms = prevalence * sensitivity, (1 - prevalence) * (1 - specificity)
    passes, misses = (1 - prevalence) * specificity, prevalence * (1 - sensitivity)
    return divide(hits, hits + alarms), divide(passes, passes + misses)


def _counts_statistic(sample: Sample, called: Bools) -> Callable[[Any], Floats]:
    """Statistic: of each class the images left and those called malignant, (B, K, 2)."""
    size = sample.num_classes
    totals = cell_totals(sample.groups, sample.truth * 2 + called, 2 * size)
    return lambda draws: totals(draws).reshape(len(draws), size, 2).astype(np.float64)


def _figure(name: str, mix: Mix) -> Callable[[Floats], Floats]:
    def figure(counts: Floats) -> Floats:
        sensitivity, specificity, prevalence = mix.rates(counts)
        positive, negative = predictive_values(sensitivity, specificity, prevalence)
        return {
            "sensitivity": sensitivity,
            "specificity": specificity,
            "positive_predictive_value": positive,
            "negative_predictive_value": negative,
            "called_malignant": np.add(*mix.called(counts)),
        }[name]

    return figure


def _cost(counts: Floats, mix: Mix, costs: Costs) -> Floats:
    """Mean cost of 100 images."""
    hits, alarms = mix.called(counts)
    misses = mix.rates(counts)[2] - hits
    return np.asarray(100 * (costs.miss * misses + costs.false_alarm * alarms))


def _at(prevalence: float, counts: Resampled, mix: Mix, sample: Sample) -> Json:
    """Predictive values where so many lesions are malignant."""
    truth = mix.malignant[sample.truth]
    sides = (sample.groups.among(truth), sample.groups.among(~truth))
    basis = replace(Basis.of(sample.groups, np.ones(len(truth), dtype=bool)), strata=sides)

    def value(place: int) -> Callable[[Floats], Floats]:
        return lambda drawn: predictive_values(*mix.rates(drawn)[:2], prevalence)[place]

    names = ("positive_predictive_value", "negative_predictive_value")
    figures = {
        name: share_interval(counts.then(value(place)), basis).as_json() for place, name in enumerate(names)
    }
    return {"prevalence": prevalence, **figures}
