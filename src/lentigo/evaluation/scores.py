"""A sample in, its figures with intervals out, as dicts for JSON, from one pass over the draws."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lentigo.evaluation.intervals.basis import Basis, class_basis
from lentigo.evaluation.intervals.bootstrap import (
    Resampling,
    class_roc_auc_statistic,
    confusion_statistic,
    metric_statistic,
    resample,
)
from lentigo.evaluation.intervals.intervals import bounded_interval, share_interval
from lentigo.evaluation.intervals.of_metrics import interval_of_metric, metric_basis, whole
from lentigo.evaluation.intervals.resampled import Interval, Resampled
from lentigo.evaluation.intervals.sample import Sample
from lentigo.evaluation.metrics import (
    CLASS_METRICS,
    METRICS,
    Confusion,
    Floats,
    f1,
    macro_f1,
    macro_precision,
    precision,
    weigh_classes,
)

MALIGNANT = 1
"""Index of the malignant class in a two-class sample."""

Json = dict[str, Any]


@dataclass(frozen=True)
class Scored:
    """A sample with its confusion matrix and areas under the ROC curves, as they are and in R resamples."""

    sample: Sample
    confusions: Resampled
    """Arrays (..., K, K)."""
    areas: Resampled
    """Arrays (..., K)."""
    means: Mapping[str, Resampled]
    """By the name of each metric that is a mean over images: (...)."""


def score(sample: Sample, resampling: Resampling) -> Scored:
    """Draw the resamples that all figures of a sample are computed from."""
    of_images = [name for name, metric in METRICS.items() if metric.of == "images"]
    statistics = [confusion_statistic(sample), class_roc_auc_statistic(sample)]
    statistics += [metric_statistic(sample, name) for name in of_images]
    confusions, areas, *means = resample(statistics, sample.groups, resampling)
    return Scored(sample, confusions, areas, dict(zip(of_images, means, strict=True)))


def headline(scored: Scored) -> Json:
    """Every metric of `METRICS`."""
    return {name: _headline_figure(scored, name).as_json() for name in METRICS}


def _headline_figure(scored: Scored, name: str) -> Interval:
    sources = {"confusion": scored.confusions, "areas": scored.areas}
    return interval_of_metric(sources.get(METRICS[name].of) or scored.means[name], scored.sample, name)


def class_weighted(scored: Scored) -> Json:
    """Figures with classes weighted equally (the study's "balanced" column), from the images as they are.

    Precision, recall and F1 are means over classes.
    """
    basis = metric_basis(scored.sample, "balanced_accuracy")
    mean_recall = _headline_figure(scored, "balanced_accuracy").as_json()
    return {
        "accuracy": mean_recall,
        "precision": _figure(scored, _weighted(macro_precision), basis),
        "recall": mean_recall,
        "f1": _figure(scored, _weighted(macro_f1), basis),
    }


def per_class(scored: Scored, class_names: Sequence[str]) -> Json:
    """Every metric of `CLASS_METRICS` and the area under the ROC curve of each class, and its images."""
    return {name: _of_class(scored, index) for index, name in enumerate(class_names)}


def malignant_metrics(scored: Scored) -> Json:
    """Headline figures of a two-class sample, and the malignant class's own: sensitivity and so on."""
    own = _of_class(scored, MALIGNANT)
    own["sensitivity"] = own.pop("recall")
    del own["support"]
    return {**headline(scored), **own}


def malignant_class_weighted(scored: Scored) -> Json:
    """Accuracy, and the malignant class's precision, recall and F1, with both classes weighted equally."""
    basis = metric_basis(scored.sample, "balanced_accuracy")
    return {
        "accuracy": _headline_figure(scored, "balanced_accuracy").as_json(),
        "precision": _figure(scored, _weighted(_class(precision, MALIGNANT)), basis),
        # weights within a class are equal, and change nothing
        "recall": _of_class(scored, MALIGNANT)["recall"],
        "f1": _figure(scored, _weighted(_class(f1, MALIGNANT)), basis),
    }


def _of_class(scored: Scored, index: int) -> Json:
    sample = scored.sample
    figures = {
        name: bounded_interval(
            scored.confusions.then(_class(metric.function, index)),
            class_basis(sample, index, name),
            metric.bounds,
        ).as_json()
        for name, metric in CLASS_METRICS.items()
    }
    basis = class_basis(sample, index, "roc_auc")
    area = share_interval(scored.areas.then(lambda areas: areas[..., index]), basis)
    return {**figures, "roc_auc": area.as_json(), "support": int((sample.truth == index).sum())}


def _figure(scored: Scored, metric: Callable[[Confusion], Floats], basis: Basis) -> Json:
    return share_interval(scored.confusions.then(whole(metric, scored.sample)), basis).as_json()


def _class(metric: Callable[[Confusion], Floats], index: int) -> Callable[[Confusion], Floats]:
    return lambda confusion: metric(confusion)[..., index]


def _weighted(metric: Callable[[Confusion], Floats]) -> Callable[[Confusion], Floats]:
    return lambda confusion: metric(weigh_classes(confusion))
