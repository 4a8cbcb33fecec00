"""Confusion matrices or ranked scores in, numbers out; whatever is undefined is nan, never 0.

Every function of a confusion matrix takes (..., K, K), rows = truth, columns = prediction, and works on many
matrices at once: that is how `bootstrap.py` gets its intervals. Matrices may hold counts or weights.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

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


def weigh_classes(confusion: Confusion) -> Floats:
    """Weight images by the inverse of their class's count: every row (..., K, K) is divided by its sum.

    Figures of the result are what the model would score on equally frequent classes, without touching the
    images: this is how "balanced" figures are computed here. A class without images stays a row of zeros.
    """
    rows = support(confusion)[..., np.newaxis]
    return np.divide(confusion, rows, out=np.zeros(confusion.shape), where=rows > 0)


METRICS: dict[str, Callable[[Confusion], Floats]] = {
    "accuracy": accuracy,
    "balanced_accuracy": balanced_accuracy,
    "macro_f1": macro_f1,
}
"""One number a confusion matrix: (..., K, K) -> (...)."""

CLASS_METRICS: dict[str, Callable[[Confusion], Floats]] = {
    "precision": precision,
    "recall": recall,
    "f1": f1,
    "specificity": specificity,
}
"""One number a class: (..., K, K) -> (..., K)."""


@dataclass(frozen=True)
class Ranking:
    """Scores put in order once, so that many weightings of the same images can be judged quickly."""

    order: Ints
    """(N,) images from the lowest score to the highest."""
    positives: Ints
    """(P,) places of the positive images within `order`."""
    below: Ints
    """(P,) how many images score strictly less than each positive."""
    up_to: Ints
    """(P,) how many images score at most as much as each positive, itself included."""


def rank_scores(positive: Bools, scores: Floats) -> Ranking:
    """Put images in the order of their scores; both (N,)."""
    order = np.argsort(scores, kind="stable")
    ordered = scores[order]
    positives = np.flatnonzero(positive[order])
    below = np.searchsorted(ordered, ordered[positives], side="left")
    up_to = np.searchsorted(ordered, ordered[positives], side="right")
    return Ranking(order, positives, below, up_to)


def ranked_roc_auc(ranking: Ranking, weightings: Iterable[NDArray[Any]]) -> Floats:
    """Area under the ROC curve (R,) of R weightings, each (N,) in the order of `ranking`.

    The area is the weighted share of (positive, negative) pairs in which the positive scores more, a tie
    being one half (Mann and Whitney, 1947). Positives are compared with all images, and the pairs among
    positives, which come to exactly half of their squared weight, are taken off again.
    """
    # one by one, for what one weighting needs stays in the processor's cache: twice as fast as all at once
    return np.array([_weighted_area(ranking, weights) for weights in weightings], dtype=np.float64)


def _weighted_area(ranking: Ranking, weights: NDArray[Any]) -> float:
    kind = np.int64 if np.issubdtype(weights.dtype, np.integer) else np.float64
    cumulated = np.zeros(len(weights) + 1, dtype=kind)
    np.cumsum(weights, dtype=kind, out=cumulated[1:])
    of_positives = weights[ranking.positives].astype(kind)
    positive = of_positives.sum()
    pairs = (of_positives * (cumulated[ranking.below] + cumulated[ranking.up_to])).sum()
    return float(divide(pairs - positive**2, 2 * positive * (cumulated[-1] - positive)))


def roc_auc(positive: Bools, scores: Floats, weights: Floats | None = None) -> float:
    """Area under the ROC curve of scores (N,); nan unless there are both positives and negatives."""
    ranking = rank_scores(positive, scores)
    used = np.ones(len(scores)) if weights is None else weights
    return float(ranked_roc_auc(ranking, used[np.newaxis, ranking.order])[0])


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
