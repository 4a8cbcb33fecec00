"""How far choosing flatters: a figure on validation and on test in, the difference with its interval out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from lentigo.settings.recipe import Recipe


def metric_of(recipe: Recipe) -> str:
    """The metric of `evaluation.json` that is the fitness of a search."""
    return recipe.training.monitor.removeprefix("val_")


def optimism(validation: Mapping[str, Any], test: Mapping[str, Any]) -> dict[str, float | None]:
    """Validation minus test, with a 95 % interval from the intervals of both.

    The winner was chosen because its validation figure was the highest, so it is too high on average;
    test has chosen nothing. The parts share no group, so their errors are independent, and the interval of
    the difference follows from theirs (method of variance estimates recovery; Zou and Donner 2008).

    Args:
        validation: `value`, `low`, `high` of one metric.
        test: the same of the test part.

    Returns:
        value, low, high; None where undefined.
    """
    one, one_low, one_high = _numbers(validation)
    other, other_low, other_high = _numbers(test)
    found = {
        "value": one - other,
        "low": one - other - math.hypot(one - one_low, other_high - other),
        "high": one - other + math.hypot(one_high - one, other - other_low),
    }
    return {key: value if math.isfinite(value) else None for key, value in found.items()}


def _numbers(interval: Mapping[str, Any]) -> tuple[float, float, float]:
    """value, low, high; nan where undefined."""
    value, low, high = (
        math.nan if interval.get(key) is None else float(interval[key]) for key in ("value", "low", "high")
    )
    return value, low, high
