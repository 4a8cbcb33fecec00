"""Answers and what is known of each image in; figures of every subgroup, and its gap to the others, out.

A subgroup (women, legs, one clinic) is compared with all other images, on the same draws of groups. Balanced
accuracy is taken over the classes that both sides have: a subgroup without rare classes would else look good.

Many gaps are looked at. A gap is beyond chance where its p-value, adjusted by Holm's method for all that are
judged, is at most 0.05. Judged are those of subgroups that are not small, where both sides have `FEWEST`
groups of every class that the figure needs; of an attribute with two values one, as the other's is the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr

from lentigo.evaluation.intervals.basis import Basis, class_basis
from lentigo.evaluation.intervals.bootstrap import (
    Resampling,
    Statistic,
    class_roc_auc_statistic,
    confusion_statistic,
    resample,
)
from lentigo.evaluation.intervals.exchange import holm
from lentigo.evaluation.intervals.intervals import NORMAL_QUANTILE, difference_interval, share_interval
from lentigo.evaluation.intervals.of_metrics import metric_basis
from lentigo.evaluation.intervals.resampled import Interval, Resampled, defined_or_none
from lentigo.evaluation.intervals.sample import Groups, Sample
from lentigo.evaluation.metrics import Bools, Floats, balanced_accuracy, recall, specificity
from lentigo.evaluation.scores import MALIGNANT

Json = dict[str, Any]

SMALL = 20
"""Images below which a subgroup's figures are shown grey: they say next to nothing."""
FEWEST = 5
"""Groups of a class below which a subgroup's gap in a figure of that class is undefined."""
LEVEL = 0.05
UNKNOWN = "unknown"
AGE_BANDS = ((0, "under 30"), (30, "30 to 44"), (45, "45 to 59"), (60, "60 to 74"), (75, "75 and over"))
"""Youngest age in years, and the name of the band."""


@dataclass(frozen=True)
class FoldedAnswers:
    """One part as the subgroups are measured on it."""

    full: Sample
    folded: Sample | None
    """Benign and malignant; None where there is no such grouping."""


@dataclass(frozen=True)
class Side:
    """The images on one side of a comparison: a subgroup, or all others."""

    answers: FoldedAnswers
    chosen: Bools

    def of(self, sample: Sample) -> Sample:
        """The chosen images; groups keep their numbers, so that every side sees the same draws."""
        groups = Groups(sample.groups.codes[self.chosen], sample.groups.num_groups)
        return Sample(sample.truth[self.chosen], sample.probabilities[self.chosen], groups)


def age_bands(age_years: pd.Series[Any]) -> list[str]:
    """The band of each age; empty where it is not known."""
    starts = np.array([start for start, _ in AGE_BANDS])
    ages = age_years.astype(float).to_numpy()
    places = np.searchsorted(starts, np.nan_to_num(ages), side="right") - 1
    return ["" if np.isnan(age) else AGE_BANDS[place][1] for age, place in zip(ages, places, strict=True)]


def subgroup_figures(
    answers: FoldedAnswers, attributes: Mapping[str, Sequence[str]], resampling: Resampling | None = None
) -> Json:
    """Figures of all subgroups of all attributes.

    Args:
        answers: N images.
        attributes: such as `sex` -> one value an image (N,), empty where it is not known, which is a subgroup
            too: what is missing is seldom missing by chance.
        resampling: how intervals are drawn.

    Returns:
        `attributes` -> name -> list of subgroups, largest first, each with `name`, `n`, `n_groups`,
        `is_small`, `figures` and `gaps` (metric -> interval with `p_value` and `p_adjusted`, None where
        undefined or not judged); `num_gaps` that are judged, and `num_gaps_beyond_chance` of them.
        An attribute with a single value is left out.
    """
    found = {
        name: _attribute(answers, np.asarray(values, dtype=object), resampling or Resampling())
        for name, values in attributes.items()
        if len(set(values)) > 1
    }
    gaps = [gap for rows in found.values() for gap in _judged_gaps(rows)]
    adjusted = holm(np.array([gap["p_value"] for gap in gaps], dtype=np.float64))
    for gap, p in zip(gaps, adjusted.tolist(), strict=True):
        gap["p_adjusted"] = p
    return {
        "smallest": SMALL,
        "attributes": found,
        "num_gaps": len(gaps),
        "num_gaps_beyond_chance": int((adjusted <= LEVEL).sum()),
    }


def _judged_gaps(rows: Sequence[Json]) -> list[Json]:
    """The gaps of an attribute that are judged; of two values only the first's."""
    large = [row for row in rows if not row["is_small"]]
    judged = large[:1] if len(rows) == 2 else large
    return [gap for row in judged for gap in row["gaps"].values() if gap["p_value"] is not None]


def _attribute(answers: FoldedAnswers, values: NDArray[Any], resampling: Resampling) -> list[Json]:
    names, counts = np.unique(values.astype(str), return_counts=True)
    ordered = names[np.argsort(-counts, kind="stable")].tolist()
    ordered.sort(key=lambda name: name == "")  # what is not known comes last
    return [_subgroup(answers, values == name, name or UNKNOWN, resampling) for name in ordered]


def _subgroup(answers: FoldedAnswers, chosen: Bools, name: str, resampling: Resampling) -> Json:
    compared = _comparisons(Side(answers, chosen), Side(answers, ~chosen))
    statistics = [statistic for one in compared.values() for statistic in one.statistics]
    drawn = iter(resample(statistics, answers.full.groups, resampling))
    figures, gaps = {}, {}
    for metric, one in compared.items():
        ours, others = next(drawn), next(drawn)
        figures[metric] = share_interval(ours, one.bases[0]).as_json()
        gaps[metric] = one.gap(ours, others)
    return {
        "name": name,
        "n": int(chosen.sum()),
        "n_groups": answers.full.groups.among(chosen),
        "is_small": int(chosen.sum()) < SMALL,
        "figures": figures,
        "gaps": gaps,
    }


@dataclass(frozen=True)
class Comparison:
    """One metric of a subgroup and of all other images."""

    statistics: tuple[Statistic, Statistic]
    bases: tuple[Basis, Basis]

    def gap(self, ours: Resampled, others: Resampled) -> Json:
        """The difference with interval and p-value; undefined where a side has too few groups."""
        basis = self.joint_basis()
        if basis.smallest < FEWEST:
            nothing = Interval(np.nan, np.nan, np.nan, basis.n, basis.n_groups).as_json()
            return {**nothing, "p_value": None, "p_adjusted": None}
        difference = difference_interval(ours.minus(others), basis).as_json()
        sides = [share_interval(one, side) for one, side in zip((ours, others), self.bases, strict=True)]
        return {**difference, "p_value": defined_or_none(_p_value(*sides)), "p_adjusted": None}

    def joint_basis(self) -> Basis:
        """What the difference rests on: the images and the strata of both sides."""
        ours, others = self.bases
        return Basis(ours.n + others.n, ours.n_groups + others.n_groups, ours.strata + others.strata)


def _p_value(ours: Interval, others: Interval) -> float:
    """Of no difference, by the normal distribution; each side as uncertain as its own interval is wide.

    A standard error would be 0 where all of a side is right, and any difference beyond chance.
    """
    widths = (ours.high - ours.low, others.high - others.low)
    error = float(np.hypot(*widths)) / (2 * NORMAL_QUANTILE)
    return float(2 * ndtr(-abs(ours.value - others.value) / error)) if error else np.nan


def _comparisons(inside: Side, outside: Side) -> dict[str, Comparison]:
    """Metric -> its comparison; those of the malignant class where there is a grouping."""
    found = {"balanced_accuracy": _common_recall(inside, outside)}
    folded = inside.answers.folded
    if folded is not None:
        ours, others = inside.of(folded), outside.of(folded)
        for metric, (statistic, source) in _MALIGNANT_METRICS.items():
            bases = (class_basis(ours, MALIGNANT, source), class_basis(others, MALIGNANT, source))
            found[metric] = Comparison((statistic(ours), statistic(others)), bases)
    return found


def _common_recall(inside: Side, outside: Side) -> Comparison:
    """Mean recall over the classes that both sides have, where possible with `FEWEST` groups at least."""
    ours, others = inside.of(inside.answers.full), outside.of(outside.answers.full)
    groups = np.array(
        [
            [side.groups.among(side.truth == index) for index in range(ours.num_classes)]
            for side in (ours, others)
        ]
    )
    fewest = groups.min(axis=0)
    is_kept = fewest >= (FEWEST if (fewest >= FEWEST).any() else 1)
    kept = is_kept.astype(np.float64)[:, np.newaxis]
    bases = tuple(
        replace(metric_basis(side, "balanced_accuracy"), strata=tuple(own[is_kept].tolist()) or (0,))
        for side, own in zip((ours, others), groups, strict=True)
    )
    return Comparison((_shared_classes(ours, kept), _shared_classes(others, kept)), (bases[0], bases[1]))


def _shared_classes(sample: Sample, kept: Floats) -> Statistic:
    confusions = confusion_statistic(sample)
    return lambda draws: balanced_accuracy(confusions(draws) * kept)


def _malignant_share(metric: Any, sample: Sample) -> Statistic:
    confusions = confusion_statistic(sample)
    return lambda draws: metric(confusions(draws))[..., MALIGNANT]


def _malignant_area(sample: Sample) -> Statistic:
    areas = class_roc_auc_statistic(sample)
    return lambda draws: areas(draws)[..., MALIGNANT]


_MALIGNANT_METRICS: dict[str, tuple[Callable[[Sample], Statistic], str]] = {
    "malignant_roc_auc": (_malignant_area, "roc_auc"),
    "sensitivity": (partial(_malignant_share, recall), "recall"),
    "specificity": (partial(_malignant_share, specificity), "specificity"),
}
"""Figures of the malignant class, and which of a class's figures in `scores.py` each is."""
