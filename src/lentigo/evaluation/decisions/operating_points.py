"""Malignant probabilities and truth of validation in; thresholds from which an image is called malignant out.

NumPy only, because a bundle decides by them too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from lentigo.evaluation.metrics import Bools, Floats, Ints
from lentigo.settings.errors import SettingsError

SENSITIVITY, SPECIFICITY, COST = "sensitivity", "specificity", "cost"
DEFAULT_RULES = ("sensitivity=0.95", "specificity=0.9", "cost=10:1")
"""The first is the one that a run and its bundle decide by."""

_COST = re.compile(r"cost=(\d+(?:\.\d+)?):(\d+(?:\.\d+)?)")
_ROUNDING = 1e-9
_ABOVE_ALL = float(np.nextafter(1.0, 2.0))


@dataclass(frozen=True)
class Rule:
    """How a threshold is to be chosen."""

    text: str
    """As people write it: `sensitivity=0.95`, `specificity=0.9`, `cost=10:1`."""
    kind: str
    level: float = 0.0
    """In (0, 1]: the sensitivity or specificity to be reached on validation."""
    miss: float = 0.0
    """What missing a malignant lesion costs."""
    false_alarm: float = 0.0
    """What calling a benign lesion malignant costs."""


@dataclass(frozen=True)
class OperatingPoint:
    """A rule with its threshold: an image is called malignant from this malignant probability on."""

    rule: Rule
    threshold: float | None
    """None where validation cannot tell, for lack of malignant or of benign images."""

    def decide(self, malignant_probability: Floats) -> Bools | None:
        """Which images (N,) are called malignant; None without a threshold."""
        return None if self.threshold is None else np.asarray(malignant_probability >= self.threshold)


def parse_rule(text: str) -> Rule:
    """Read `sensitivity=0.95`, `specificity=0.9` or `cost=MISS:FALSE_ALARM`.

    Raises:
        SettingsError: anything else.
    """
    plain = text.replace(" ", "")
    if costs := _COST.fullmatch(plain):
        miss, false_alarm = map(float, costs.groups())
        if miss > 0 and false_alarm > 0:
            return Rule(plain, COST, miss=miss, false_alarm=false_alarm)
    kind, _, number = plain.partition("=")
    try:
        level = float(number)
    except ValueError:
        level = 0.0
    if kind in (SENSITIVITY, SPECIFICITY) and 0 < level <= 1:
        return Rule(plain, kind, level)
    raise SettingsError(
        f"--operating-point {text}: expected sensitivity=LEVEL or specificity=LEVEL with a level above 0 "
        "and at most 1, or cost=MISS:FALSE_ALARM with numbers above 0, such as cost=10:1"
    )


def choose_threshold(rule: Rule, is_malignant: Bools, scores: Floats) -> OperatingPoint:
    """Choose a threshold on N images.

    A sensitivity is reached with as few false alarms as possible, a specificity with as few misses. The
    threshold lies half way to the next score, so that rounding changes no decision. A cost needs no choice:
    with honest probabilities the least is expected from false_alarm / (miss + false_alarm) on.

    Args:
        rule: what to reach.
        is_malignant: (N,) truth.
        scores: (N,) malignant probabilities.
    """
    if rule.kind == COST:
        return OperatingPoint(rule, rule.false_alarm / (rule.miss + rule.false_alarm))
    chosen = scores[is_malignant if rule.kind == SENSITIVITY else ~is_malignant]
    if len(chosen) == 0:
        return OperatingPoint(rule, None)
    place, ordered = _enough(rule.level, len(chosen)) - 1, np.sort(chosen)
    if rule.kind == SENSITIVITY:
        return OperatingPoint(rule, _below(ordered[::-1][place], scores))
    return OperatingPoint(rule, _above(ordered[place], scores))


def cross_fit_decisions(rule: Rule, is_malignant: Bools, scores: Floats, folds: Ints) -> Bools | None:
    """Decide each image (N,) by a threshold chosen on the other folds; None where a fold cannot tell."""
    found = np.zeros(len(scores), dtype=bool)
    for fold in np.unique(folds):
        inside = folds == fold
        point = choose_threshold(rule, is_malignant[~inside], scores[~inside])
        called = point.decide(scores[inside])
        if called is None:
            return None
        found[inside] = called
    return found


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
