"""Scores in, the area under their ROC curve out, for many weightings of the same images at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lentigo.evaluation.metrics import Bools, Floats, Ints, divide


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
