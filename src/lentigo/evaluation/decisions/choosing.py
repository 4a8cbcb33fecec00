"""Malignant probabilities, truth and groups of validation in; thresholds and what they promise out.

A threshold at which 95 % of validation's malignant images are found finds fewer of others in half of all
cases. A rule that promises a level takes the highest threshold at which the lower bound of the sensitivity
(Clopper and Pearson, 1934) reaches it: with single images an order statistic of their scores (Wilks, 1941),
of which at least 45 are needed for 0.95. Images of a group are no further evidence: they count as so many
independent ones as their groups are worth if all images of a group are alike (Kish, 1965).
"""

from __future__ import annotations

import numpy as np
from scipy.special import betainc

from lentigo.evaluation.decisions.operating_points import (
    CONFIDENCE,
    COST,
    SENSITIVITY,
    OperatingPoint,
    Rule,
)
from lentigo.evaluation.metrics import Bools, Floats, Ints

_ROUNDING = 1e-9
_ABOVE_ALL = float(np.nextafter(1.0, 2.0))


def choose_threshold(
    rule: Rule, is_malignant: Bools, scores: Floats, groups: Ints | None = None
) -> OperatingPoint:
    """Choose a threshold on N images.

    A sensitivity is reached with as few false alarms as possible, a specificity with as few misses. The
    threshold lies half way to the next score, so that rounding changes no decision. A cost needs no choice:
    with honest probabilities the least is expected from false_alarm / (miss + false_alarm) on.

    Args:
        rule: what to reach.
        is_malignant: (N,) truth.
        scores: (N,) malignant probabilities.
        groups: (N,) numbers of what belongs together; None: every image by itself.

    Returns:
        The threshold. Where validation is too small to promise a level with `CONFIDENCE`, the one that takes
        no image of validation for the other side, with the confidence that it has.
    """
    if rule.kind == COST:
        return OperatingPoint(rule, rule.false_alarm / (rule.miss + rule.false_alarm))
    is_found = rule.kind == SENSITIVITY
    side = is_malignant if is_found else ~is_malignant
    if not side.any():
        return OperatingPoint(rule, None)
    ordered = np.sort(scores[side])[:: -1 if is_found else 1]  # the surest first
    worth = _worth(np.arange(len(scores))[side] if groups is None else groups[side])
    confidences = _confidences(rule.level, len(ordered), worth)
    place = _enough(rule.level, len(ordered)) - 1
    if rule.is_promise:
        place = int(np.argmax(confidences >= CONFIDENCE)) if confidences[-1] >= CONFIDENCE else -1
    at = ordered[place]
    reached = int(np.count_nonzero(ordered >= at if is_found else ordered <= at))
    confidence = float(confidences[reached - 1]) if rule.is_promise else None
    return OperatingPoint(rule, _below(at, scores) if is_found else _above(at, scores), confidence)


def cross_fit_decisions(
    rule: Rule, is_malignant: Bools, scores: Floats, folds: Ints, groups: Ints | None = None
) -> Bools | None:
    """Decide each image (N,) by a threshold chosen on the other folds; None where a fold cannot tell."""
    found = np.zeros(len(scores), dtype=bool)
    for fold in np.unique(folds):
        inside = folds == fold
        outside = None if groups is None else groups[~inside]
        point = choose_threshold(rule, is_malignant[~inside], scores[~inside], outside)
        called = point.decide(scores[inside])
        if called is None:
            return None
        found[inside] = called
    return found


def _worth(groups: Ints) -> float:
    """How many independent images these (M,) are worth if those of a group are all alike (Kish)."""
    sizes = np.unique(groups, return_counts=True)[1]
    return float(sizes.sum() ** 2 / (sizes**2).sum())


def _confidences(level: float, count: int, worth: float) -> Floats:
    """That at least a share `level` of all images is right, where 1, 2 .. `count` of these are, (count,)."""
    hits = np.arange(1, count + 1) / count * worth
    return np.asarray(1 - betainc(hits, worth - hits + 1, level), dtype=np.float64)


def _enough(level: float, count: int) -> int:
    """The least number of images, of `count`, that is a share of at least `level`."""
    return max(1, int(np.ceil(level * count - _ROUNDING)))


def _below(score: float, scores: Floats) -> float:
    """Half way from a score down to the next one; all images at or above the result have it or more."""
    lower = scores[scores < score]
    return _between(lower.max(), score) if len(lower) else 0.0


def _above(score: float, scores: Floats) -> float:
    """Half way from a score up to the next one; no image with that score or less reaches the result."""
    higher = scores[scores > score]
    return _between(score, higher.min()) if len(higher) else _ABOVE_ALL


def _between(low: float, high: float) -> float:
    """Half way, above `low` and at most `high`; the middle of two neighbouring floats may be `low` itself."""
    return max(float((low + high) / 2), float(np.nextafter(low, high)))
