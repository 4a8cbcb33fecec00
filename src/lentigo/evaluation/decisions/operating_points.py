"""Rules in; thresholds from which an image is called malignant, and what they decide, out.

NumPy only, because a bundle decides by them. How a threshold is chosen: `choosing.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from lentigo.evaluation.metrics import Bools, Floats
from lentigo.settings.errors import SettingsError

SENSITIVITY, SPECIFICITY, COST = "sensitivity", "specificity", "cost"
OBSERVED = "observed_"
"""Before a kind: what is to be reached is reached on validation, and nothing is promised elsewhere."""
CONFIDENCE = 0.9
"""With which a rule promises at least what it names, on images like those of validation."""
DEFAULT_RULES = ("sensitivity=0.95", "specificity=0.9", "cost=10:1")
"""The first is the one that a run and its bundle decide by."""

_COST = re.compile(r"cost=(\d+(?:\.\d+)?):(\d+(?:\.\d+)?)")


@dataclass(frozen=True)
class Rule:
    """How a threshold is to be chosen."""

    text: str
    """As people write it: `sensitivity=0.95`, `observed_specificity=0.9`, `cost=10:1`."""
    kind: str
    level: float = 0.0
    """In (0, 1]: the sensitivity or specificity to be reached."""
    is_promise: bool = False
    """Whether it is to be reached on other images too, with `CONFIDENCE`; else on validation only."""
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
    confidence: float | None = None
    """With which at least the level is promised; below `CONFIDENCE` where validation is too small. None of
    rules that promise nothing, and where it is not known."""

    def decide(self, malignant_probability: Floats) -> Bools | None:
        """Which images (N,) are called malignant; None without a threshold."""
        return None if self.threshold is None else np.asarray(malignant_probability >= self.threshold)


def parse_rule(text: str) -> Rule:
    """Read `sensitivity=0.95`, `specificity=0.9`, either after `observed_`, or `cost=MISS:FALSE_ALARM`.

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
    figure = kind.removeprefix(OBSERVED)
    if figure in (SENSITIVITY, SPECIFICITY) and 0 < level <= 1:
        return Rule(plain, figure, level, is_promise=figure == kind)
    raise SettingsError(
        f"--operating-point {text}: expected sensitivity=LEVEL or specificity=LEVEL with a level above 0 "
        "and at most 1 (observed_sensitivity=LEVEL: on validation only), or cost=MISS:FALSE_ALARM with "
        "numbers above 0, such as cost=10:1"
    )
