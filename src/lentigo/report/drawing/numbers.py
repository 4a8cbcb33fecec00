"""Figures in, words out. What does not exist is written "undefined", never 0."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, TypeGuard

UNDEFINED = "undefined"

IntervalJson = Mapping[str, Any]
"""What `evaluation.json` holds for a figure: `value`, `low`, `high`, `n`, `n_groups`; None is undefined."""


def is_defined(value: Any) -> TypeGuard[float]:
    """Whether it is a finite number."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def number_text(value: Any, digits: int = 3) -> str:
    """`0.742`, or "undefined"."""
    return f"{value:.{digits}f}" if is_defined(value) else UNDEFINED


def count_text(value: Any) -> str:
    """`25,331`, or "undefined"."""
    return f"{value:,.0f}" if is_defined(value) else UNDEFINED


def percent_text(value: Any, digits: int = 1) -> str:
    """`74.2 %`, or "undefined"."""
    return f"{100 * value:.{digits}f}\u00a0%" if is_defined(value) else UNDEFINED


def value_text(interval: IntervalJson | None, digits: int = 3) -> str:
    """The value of an interval."""
    return number_text((interval or {}).get("value"), digits)


def range_text(interval: IntervalJson | None, digits: int = 3) -> str:
    """`0.701 to 0.783`; nothing where the value itself is undefined."""
    interval = interval or {}
    if not is_defined(interval.get("value")):
        return ""
    low, high = interval.get("low"), interval.get("high")
    if not (is_defined(low) and is_defined(high)):
        return "interval undefined"
    return f"{low:.{digits}f} to {high:.{digits}f}"


def seconds_text(seconds: Any) -> str:
    """`2 h 05 min`, `3 min 12 s`, `8.4 s`, or "undefined"."""
    if not is_defined(seconds):
        return UNDEFINED
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    return f"{minutes // 60} h {minutes % 60:02d} min"


def short_hash(value: object) -> str:
    """The first 12 characters of a hash."""
    return str(value)[:12]


def is_beyond_chance(gap: Mapping[str, Any]) -> bool:
    """Whether it is one of those judged, and its adjusted p-value is at most 0.05."""
    from lentigo.evaluation.subgroups import LEVEL  # not in a base installation

    p_value = gap.get("p_adjusted")
    return is_defined(p_value) and p_value <= LEVEL
