"""One category's scores, put in order once, in; areas under its curves for any weights of the images out.

The definitions are those of the official scorer (isic-challenge-scoring 5.8.0), which asks scikit-learn.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lentigo.evaluation.metrics import Bools, Floats, Ints

AREAS = ("roc_auc", "roc_auc_sensitivity_80", "average_precision")
SENSITIVITY = 0.8


@dataclass(frozen=True)
class Descending:
    """Images of one category from the highest score to the lowest."""

    order: Ints
    """(N,) places of the images."""
    positive: Bools
    """(N,) in that order."""
    ends: Ints
    """(T,) place of the last image of each distinct score: a threshold cannot divide equal scores."""


def descending(positive: Bools, scores: Floats) -> Descending:
    """Put images in the order of their scores; both (N,)."""
    order = np.argsort(-scores, kind="stable")
    ordered = scores[order]
    ends = np.append(np.flatnonzero(np.diff(ordered)), len(ordered) - 1)
    return Descending(order.astype(np.int64), positive[order], ends.astype(np.int64))


def areas(ranked: Descending, weights: Floats) -> Floats:
    """The figures of `AREAS` (3,) for weights (N,) in the order of `ranked`; nan where undefined.

    `roc_auc_sensitivity_80` is the area under that piece of the ROC curve where sensitivity is at least 0.8,
    down to the axis and not normalised: a perfect ranking has 1. Both areas under the ROC curve need
    positives and negatives, average precision needs positives.
    """
    true = np.cumsum(weights * ranked.positive)[ranked.ends]
    false = np.cumsum(weights * ~ranked.positive)[ranked.ends]
    if true[-1] <= 0:
        return np.full(3, np.nan)
    sensitivity = np.append(0.0, true / true[-1])
    precision = average_precision(sensitivity, true, false)
    if false[-1] <= 0:
        return np.array([np.nan, np.nan, precision])
    fall_out = np.append(0.0, false / false[-1])
    whole = float(np.trapezoid(sensitivity, fall_out))
    return np.array([whole, area_above(sensitivity, fall_out), precision])


def average_precision(sensitivity: Floats, true: Floats, false: Floats) -> float:
    """Mean of the precision at each threshold (T,), weighted by the gain in sensitivity (T + 1,)."""
    called = true + false
    precision = np.divide(true, called, out=np.zeros(len(called)), where=called > 0)
    return float((np.diff(sensitivity) * precision).sum())


def area_above(sensitivity: Floats, fall_out: Floats) -> float:
    """Area under a ROC curve from where it reaches `SENSITIVITY` on; both (T + 1,) rising from 0."""
    first = int(np.searchsorted(sensitivity, SENSITIVITY, side="left"))
    start = np.interp(SENSITIVITY, sensitivity[first - 1 : first + 1], fall_out[first - 1 : first + 1])
    heights = np.append(SENSITIVITY, sensitivity[first:])
    return float(np.trapezoid(heights, np.append(start, fall_out[first:])))
