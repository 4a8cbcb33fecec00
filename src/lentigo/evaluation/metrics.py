"""The one table of metrics: answers in, numbers out; whatever is undefined is nan, never 0.

Every function of a confusion matrix takes (..., K, K), rows = truth, columns = prediction, and works on many
matrices at once: that is how `bootstrap.py` gets its intervals. Matrices may hold counts or weights.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from lentigo.settings.errors import DataError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Confusion = NDArray[Any]


def predicted_classes(probabilities: Floats) -> Ints:
    """Index (N,) of the largest value of each row (N, K).

    A tie goes to the class that comes first, so that every row has a prediction; `tied_rows` counts how often
    that did it. (ISIC scoring calls a tie undecided and wrong; that rule is not applied here.)
    """
    return np.asarray(np.argmax(probabilities, axis=1), dtype=np.int64)


def tied_rows(probabilities: Floats) -> Bools:
    """Which rows (N,) have their largest value more than once."""
    largest = probabilities.max(axis=1, keepdims=True)
    return np.asarray((probabilities == largest).sum(axis=1) > 1)


def confusion_matrix(truth: Ints, predicted: Ints, num_classes: int) -> Ints:
    """Count (K, K) images by truth (row) and prediction (column), both (N,) in 0 .. K-1."""
    cells = np.bincount(truth * num_classes + predicted, minlength=num_classes**2)
    return cells.reshape(num_classes, num_classes).astype(np.int64)


def support(confusion: Confusion) -> Floats:
    """Images (or weight) of each true class, (..., K)."""
    return np.asarray(confusion.sum(axis=-1), dtype=np.float64)


def recall(confusion: Confusion) -> Floats:
    """Share of each class that is found, (..., K); or sensitivity; nan for a class without images."""
    return divide(_hits(confusion), support(confusion))


def precision(confusion: Confusion) -> Floats:
    """Share of each class's predictions that is right, (..., K); nan for a class never predicted."""
    return divide(_hits(confusion), _predictions(confusion))


def specificity(confusion: Confusion) -> Floats:
    """Share of other classes' images not taken for this class, (..., K); nan where there are none."""
    total = confusion.sum(axis=(-2, -1))[..., np.newaxis]
    negatives = total - support(confusion)
    return divide(negatives - (_predictions(confusion) - _hits(confusion)), negatives)


def f1(confusion: Confusion) -> Floats:
    """Harmonic mean of precision and recall, (..., K); nan for a class without images.

    A class that has images but is never predicted scores 0: its recall is a true 0.
    """
    positives = support(confusion)
    scores = divide(2 * _hits(confusion), positives + _predictions(confusion))
    return np.where(positives > 0, scores, np.nan)


def accuracy(confusion: Confusion) -> Floats:
    """Share of all images that is right, (...); nan when there are none."""
    return divide(_hits(confusion).sum(axis=-1), confusion.sum(axis=(-2, -1)))


def balanced_accuracy(confusion: Confusion) -> Floats:
    """Mean recall over the classes that have images, (...); the main score of ISIC 2018 and 2019."""
    return mean_defined(recall(confusion))


def macro_f1(confusion: Confusion) -> Floats:
    """Mean F1 over the classes that have images, (...)."""
    return mean_defined(f1(confusion))


def macro_precision(confusion: Confusion) -> Floats:
    """Mean precision over the classes that have images, (...); nan when one of them is never predicted.

    Skipping such a class instead would reward a model for giving it up.
    """
    present = support(confusion) > 0
    summed = np.where(present, precision(confusion), 0.0).sum(axis=-1)
    return divide(summed, present.sum(axis=-1))


def kappa(confusion: Confusion) -> Floats:
    """Cohen's kappa (1960), (...), -1 to 1: agreement beyond what shares of truth and answers give by chance.

    nan where chance alone agrees always: one class, and nothing else answered.
    """
    total = confusion.sum(axis=(-2, -1))
    agreed = divide(_hits(confusion).sum(axis=-1), total)
    chance = divide((support(confusion) * _predictions(confusion)).sum(axis=-1), total**2)
    return divide(agreed - chance, 1 - chance)


def matthews(confusion: Confusion) -> Floats:
    """Matthews' correlation of truth and answer, of any number of classes (Gorodkin, 2004), (...), -1 to 1.

    nan where truth or answers are all of one class.
    """
    total = np.asarray(confusion.sum(axis=(-2, -1)), dtype=np.float64)
    truth, answered = support(confusion), _predictions(confusion)
    together = _hits(confusion).sum(axis=-1) * total - (truth * answered).sum(axis=-1)
    spread = (total**2 - (truth**2).sum(axis=-1)) * (total**2 - (answered**2).sum(axis=-1))
    return divide(together, np.sqrt(np.maximum(spread, 0)))


def weigh_classes(confusion: Confusion) -> Floats:
    """Weight images by the inverse of their class's count: every row (..., K, K) is divided by its sum.

    Figures of the result are what the model would score on equally frequent classes, without touching the
    images: this is how "balanced" figures are computed here. A class without images stays a row of zeros.
    """
    rows = support(confusion)[..., np.newaxis]
    return np.divide(confusion, rows, out=np.zeros(confusion.shape), where=rows > 0)


def divide(numerator: NDArray[Any], denominator: NDArray[Any]) -> Floats:
    """Divide; nan where the denominator is 0."""
    top, bottom = np.asarray(numerator, dtype=np.float64), np.asarray(denominator, dtype=np.float64)
    result = np.full(np.broadcast_shapes(top.shape, bottom.shape), np.nan)
    np.divide(top, bottom, out=result, where=bottom > 0)
    return result


def mean_defined(values: Floats) -> Floats:
    """Mean over the last axis of whatever is not nan; nan where everything is."""
    defined = ~np.isnan(values)
    return divide(np.where(defined, values, 0.0).sum(axis=-1), defined.sum(axis=-1))


def _hits(confusion: Confusion) -> Floats:
    return np.asarray(np.diagonal(confusion, axis1=-2, axis2=-1), dtype=np.float64)


def _predictions(confusion: Confusion) -> Floats:
    return np.asarray(confusion.sum(axis=-2), dtype=np.float64)


def macro_roc_auc(areas: Floats) -> Floats:
    """One area from those of the classes, (..., K) -> (...): of two classes the second's, else the mean."""
    return areas[..., 1] if areas.shape[-1] == 2 else mean_defined(areas)


@dataclass(frozen=True)
class Metric:
    """One row of `METRICS`: one number of a sample."""

    title: str
    """As people call it."""
    function: Callable[..., Floats]
    """From what `of` names to the figure."""
    of: Literal["confusion", "areas", "images"] = "confusion"
    """confusion: matrices (..., K, K) -> (...). areas: under the classes' ROC curves, (..., K) -> (...).
    images: truth (N,) and probabilities (N, K) -> (N,), of which the mean is the figure.
    """
    bounds: tuple[float, float] = (0.0, 1.0)
    """The least and the most that it can be; infinite where it has no such bound."""
    averages_classes: bool = True
    """The figures of classes are averaged, each as uncertain as its groups are few; else all images alike."""
    of_class: str = ""
    """The figure of a class, of `CLASS_METRICS` or `roc_auc`, whose plain mean it is; empty: of none."""


METRICS: dict[str, Metric] = {
    "balanced_accuracy": Metric("balanced accuracy", balanced_accuracy, of_class="recall"),
    "accuracy": Metric("accuracy", accuracy, averages_classes=False),
    "macro_f1": Metric("macro F1", macro_f1, of_class="f1"),
    "kappa": Metric("Cohen's kappa", kappa, bounds=(-1.0, 1.0), averages_classes=False),
    "matthews": Metric("Matthews correlation", matthews, bounds=(-1.0, 1.0), averages_classes=False),
    "roc_auc": Metric("ROC AUC", macro_roc_auc, of="areas", of_class="roc_auc"),
}
"""In the order in which they are told: on the screen, in report, card, comparisons and the reference."""


@dataclass(frozen=True)
class ClassMetric:
    """One row of `CLASS_METRICS`: one number a class."""

    title: str
    function: Callable[[Confusion], Floats]
    """(..., K, K) -> (..., K)."""
    rests_on: Callable[[Bools, Bools], Bools]
    """The images (N,) that it is computed from, of those of the class and those answered so, both (N,)."""
    bounds: tuple[float, float] = (0.0, 1.0)


CLASS_METRICS: dict[str, ClassMetric] = {
    "recall": ClassMetric("sensitivity", recall, lambda actual, _answered: actual),
    "precision": ClassMetric("precision", precision, lambda _actual, answered: answered),
    "specificity": ClassMetric("specificity", specificity, lambda actual, _answered: ~actual),
    "f1": ClassMetric("F1", f1, lambda actual, answered: actual | answered),
}
"""In the order in which they are told."""


OF_MALIGNANT = ("sensitivity", "specificity")
"""Figures of the malignant class that are told before those of `METRICS`."""


def metric_named(name: str) -> Metric:
    """Find a row of `METRICS`.

    Raises:
        DataError: there is no such metric; names those there are.
    """
    if name not in METRICS:
        raise DataError(f"no metric is called {name!r}; choose one of {', '.join(METRICS)}")
    return METRICS[name]


def metric_title(name: str) -> str:
    """What people call a figure of `evaluation.json`: `macro F1`, `malignant ROC AUC`."""
    plain = name.removeprefix("malignant_")
    prefix = name[: len(name) - len(plain)].replace("_", " ")
    row = METRICS.get(plain) or CLASS_METRICS.get(plain)
    return prefix + (row.title if row else plain.replace("_", " "))


def told_figures(figures: Mapping[str, Any] | None, first: Sequence[str] = ()) -> list[tuple[str, Any]]:
    """Title and figure of everything that is told of one part: `first`, then each of `METRICS`.

    Args:
        figures: `metrics` of a part of `evaluation.json`, or of its `malignant_vs_benign`; may be None.
        first: names told before, such as `OF_MALIGNANT`.
    """
    return [(metric_title(name), (figures or {}).get(name)) for name in (*first, *METRICS)]


FEW_GROUPS = 5
"""Groups of a class below which no method of ours is known to hold the truth as often as it says."""


def few_groups_warning(evaluation: Mapping[str, Any]) -> str:
    """What is to be said where a class has so few groups that intervals may not hold; empty elsewhere."""
    few = evaluation.get("classes_of_few_groups") or {}
    if not few:
        return ""
    named = ", ".join(f"{name} ({count})" for name, count in few.items())
    return (
        f"fewer than {FEW_GROUPS} groups of {named}: intervals of these classes' figures, and of means over "
        "classes, may hold the truth less often than 95 times in 100"
    )
