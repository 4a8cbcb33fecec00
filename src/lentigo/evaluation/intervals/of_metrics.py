"""What a metric is computed from, resampled, in; its figure with interval out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np

from lentigo.evaluation.intervals.basis import Basis, class_basis
from lentigo.evaluation.intervals.intervals import bounded_interval
from lentigo.evaluation.intervals.resampled import Interval, Resampled
from lentigo.evaluation.intervals.sample import Sample
from lentigo.evaluation.intervals.trials import mean_of_classes
from lentigo.evaluation.metrics import CLASS_METRICS, Bools, Confusion, Floats, Ints, metric_named, support


def metric_basis(sample: Sample, metric: str) -> Basis:
    """All images; where figures of classes are averaged, every class that has images is a stratum."""
    groups, row = sample.groups, metric_named(metric)
    if row.of == "areas" and sample.num_classes == 2:
        return class_basis(sample, 1, "roc_auc")
    classes = tuple(groups.among(sample.truth == index) for index in np.unique(sample.truth))
    strata = classes if row.averages_classes else (groups.num_groups,)
    return Basis(sample.num_images, groups.num_groups, strata)


def interval_of_metric(source: Resampled, sample: Sample, metric: str) -> Interval:
    """Interval of one of `METRICS`: of a mean over classes by the intervals of the classes.

    Args:
        source: confusion matrices, areas of classes, or means over images, as the metric says.
        sample: what it was resampled from.
        metric: its name.
    """
    row, basis = metric_named(metric), metric_basis(sample, metric)
    if row.of == "images":
        return bounded_interval(source, basis, row.bounds)
    if not row.of_class or basis.is_area:
        return bounded_interval(source.then(whole(row.function, sample, row.of)), basis, row.bounds)
    figures = source if row.of == "areas" else source.then(CLASS_METRICS[row.of_class].function)
    bases = [class_basis(sample, index, row.of_class) for index in range(sample.num_classes)]
    return mean_of_classes(figures, bases, basis)


def whole(
    function: Callable[[Floats], Floats], sample: Sample, of: Literal["confusion", "areas"] = "confusion"
) -> Callable[[Confusion], Floats]:
    """The same figure, undefined where a class that the sample has is not there.

    A resample without a class has the mean of fewer classes, which is another figure.

    Args:
        function: of confusion matrices (..., K, K) or of areas of classes (..., K).
        sample: what was resampled.
        of: which of the two it is.
    """
    present = np.unique(sample.truth)

    def figure(values: Confusion) -> Floats:
        there = support(values) > 0 if of == "confusion" else ~np.isnan(values)
        return np.where(_lacks(there, present), np.nan, function(values))

    return figure


def _lacks(there: Bools, present: Ints) -> Bools:
    return np.asarray(~there[..., present].all(axis=-1))
