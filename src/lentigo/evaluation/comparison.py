"""Two models' answers on the same images in; how much better the first is, with interval and p-value, out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial

import numpy as np

from lentigo.evaluation.intervals.basis import Basis, class_basis
from lentigo.evaluation.intervals.bootstrap import (
    Resampling,
    Statistic,
    class_roc_auc_statistic,
    confusion_statistic,
    metric_statistic,
    resample,
)
from lentigo.evaluation.intervals.exchange import (
    SOURCE,
    Exchange,
    as_ranks,
    exchanged,
    holm,
    p_value,
    stacked,
)
from lentigo.evaluation.intervals.intervals import (
    METHOD,
    SHARE,
    Bounds,
    bounded_interval,
    difference_interval,
)
from lentigo.evaluation.intervals.of_metrics import interval_of_metric, metric_basis, whole
from lentigo.evaluation.intervals.resampled import Resampled, defined_or_none
from lentigo.evaluation.intervals.sample import Sample, check_paired, malignant_sample
from lentigo.evaluation.metrics import METRICS, Floats, recall
from lentigo.evaluation.scores import Json

Part = Callable[[Floats], Floats]


@dataclass(frozen=True)
class Comparison:
    """What the classes are called, and how intervals and p-values are drawn."""

    class_names: tuple[str, ...]
    malignant: tuple[str, ...] = ()
    resampling: Resampling = field(default_factory=Resampling)
    exchange: Exchange = field(default_factory=Exchange)


@dataclass(frozen=True)
class _Pair:
    """One statistic of both models: resampled together, and after exchanges, (R, ...) each."""

    first: Resampled
    second: Resampled
    exchanged: tuple[Floats, Floats]

    def figure(self, part: Part, basis: Basis, bounds: Bounds = SHARE) -> Json:
        """A figure computed from the statistic, of both models, and its difference."""
        ours, theirs = (bounded_interval(one.then(part), basis, bounds) for one in (self.first, self.second))
        return {"first": ours.as_json(), "second": theirs.as_json(), **self._difference(part, basis, bounds)}

    def metric(self, name: str, samples: tuple[Sample, Sample]) -> Json:
        """One of `METRICS`, each model's by itself as its own evaluation says it."""
        row, basis = METRICS[name], metric_basis(samples[0], name)
        part = np.asarray if row.of == "images" else whole(row.function, samples[0], row.of)
        ours, theirs = (
            interval_of_metric(one, sample, name)
            for one, sample in zip((self.first, self.second), samples, strict=True)
        )
        difference = self._difference(part, basis, row.bounds)
        return {"first": ours.as_json(), "second": theirs.as_json(), **difference}

    def _difference(self, part: Part, basis: Basis, bounds: Bounds) -> Json:
        ours, theirs = self.first.then(part), self.second.then(part)
        difference = ours.minus(theirs)
        p = float(p_value(difference.observed, part(self.exchanged[0]) - part(self.exchanged[1])))
        return {
            "difference": {
                **difference_interval(difference, basis, bounds).as_json(),
                "p_value": defined_or_none(p),
            },
        }


def compare_samples(first: Sample, second: Sample, comparison: Comparison) -> Json:
    """Compare two models on the same images.

    Args:
        first: one model's answers.
        second: the other's, for the same images in the same order.
        comparison: names, and how to draw.

    Returns:
        `figures` (those of `METRICS` but for areas under curves, of which there is malignant_roc_auc) and
        `recall` (by class), each with first, second and difference (first minus second, with `p_value`; for
        recall also `p_adjusted`, by Holm's method over the classes); `agreement` counts images; `method` says
        how all of it was drawn.

    Raises:
        DataError: the two are not of the same images.
    """
    check_paired(first, second)
    answers = _pair(confusion_statistic, (first, second), (first, second), comparison)
    figures = _figures(answers, (first, second), comparison)
    if area := _malignant_area(first, second, comparison):
        figures["malignant_roc_auc"] = area
    return {
        "figures": figures,
        "recall": _recalls(answers, first, comparison.class_names),
        "agreement": agreement(first, second),
        "method": {
            "intervals": {"level": 0.95, "method": f"{METHOD}; differences: BCa, paired"}
            | asdict(comparison.resampling),
            "p_values": {"method": SOURCE, **asdict(comparison.exchange)},
        },
    }


def _figures(answers: _Pair, samples: tuple[Sample, Sample], comparison: Comparison) -> Json:
    """Every metric of confusion matrices or of single images; `answers` are the matrices of both models."""
    found = {}
    for name, metric in METRICS.items():
        if metric.of == "confusion":
            found[name] = answers.metric(name, samples)
        elif metric.of == "images":
            pair = _pair(partial(metric_statistic, metric=name), samples, samples, comparison)
            found[name] = pair.metric(name, samples)
    return found


def agreement(first: Sample, second: Sample) -> dict[str, int]:
    """On how many images both are right, only one is, or neither is."""
    ours, theirs = first.predicted == first.truth, second.predicted == second.truth
    return {
        "both_right": int((ours & theirs).sum()),
        "only_first_right": int((ours & ~theirs).sum()),
        "only_second_right": int((~ours & theirs).sum()),
        "neither_right": int((~ours & ~theirs).sum()),
    }


def _malignant_area(first: Sample, second: Sample, comparison: Comparison) -> Json | None:
    names, malignant = comparison.class_names, comparison.malignant
    ours, theirs = (malignant_sample(one, names, malignant) for one in (first, second))
    if ours is None or theirs is None:
        return None
    ranked = (as_ranks(ours), as_ranks(theirs))
    pair = _pair(class_roc_auc_statistic, (ours, theirs), ranked, comparison)
    return pair.metric("roc_auc", (ours, theirs))


def _recalls(answers: _Pair, sample: Sample, names: Sequence[str]) -> Json:
    """Each class's recall; p-values are adjusted for the number of classes."""
    found = {
        name: answers.figure(partial(_recall, index=index), class_basis(sample, index, "recall"))
        for index, name in enumerate(names)
    }
    told = [figure["difference"]["p_value"] for figure in found.values()]
    adjusted = holm(np.array([np.nan if p is None else p for p in told], dtype=np.float64))
    for figure, p in zip(found.values(), adjusted.tolist(), strict=True):
        figure["difference"]["p_adjusted"] = defined_or_none(p)
    return found


def _recall(confusion: Floats, index: int) -> Floats:
    return recall(confusion)[..., index]


def _pair(
    statistic_of: Callable[[Sample], Statistic],
    samples: tuple[Sample, Sample],
    exchangeable: tuple[Sample, Sample],
    comparison: Comparison,
) -> _Pair:
    """Resample one statistic of two samples together, and exchange their answers."""
    groups = samples[0].groups
    first, second = resample([statistic_of(one) for one in samples], groups, comparison.resampling)
    both = statistic_of(stacked(*exchangeable))
    return _Pair(first, second, exchanged(both, groups.num_groups, comparison.exchange))
