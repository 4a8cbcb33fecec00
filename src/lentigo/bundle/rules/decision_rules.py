"""`calibration` and `operating_points` of a `bundle.json`, as read, in; whether they can be believed out."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from lentigo.evaluation.decisions.operating_points import parse_rule
from lentigo.settings.errors import SettingsError

METHODS = ("none", "temperature", "bias_corrected_temperature", "vector")
LARGEST = 1e6
"""Of a scale or a bias; more could only be damage."""

CALIBRATION = "null, or method, fitted_on, and scale (above 0), bias and shares (summing to 1) of one length"
OPERATING_POINTS = (
    "null, or points (each a rule, a threshold or null, and its confidence or null), which of them is "
    "chosen, and fitted_on"
)


def is_calibration(value: Any) -> bool:
    """Whether it is null or a whole calibration."""
    if value is None:
        return True
    if not _has_keys(value, "method", "scale", "bias", "shares", "fitted_on"):
        return False
    scale, bias, shares = (value[name] for name in ("scale", "bias", "shares"))
    return (
        value["method"] in METHODS
        and isinstance(value["fitted_on"], dict)
        and _are_numbers(scale, lambda one: 0 < one <= LARGEST)
        and _are_numbers(bias, lambda one: abs(one) <= LARGEST)
        and _are_numbers(shares, lambda one: 0 < one <= 1)
        and len(scale) == len(bias) == len(shares)
        and abs(sum(shares) - 1) < 1e-6
    )


def is_operating_points(value: Any) -> bool:
    """Whether it is null, or thresholds of which one is chosen."""
    if value is None:
        return True
    if not _has_keys(value, "chosen", "points", "fitted_on") or not isinstance(value["points"], list):
        return False
    if not isinstance(value["fitted_on"], dict) or not all(map(_is_point, value["points"])):
        return False
    rules = [one["rule"] for one in value["points"]]
    return value["chosen"] in rules and len(set(rules)) == len(rules)


def decision_problems(values: dict[str, Any]) -> list[str]:
    """What each half alone cannot show: as many numbers as classes, and no decision without both halves."""
    calibration, points = values.get("calibration"), values.get("operating_points")
    classes, malignant = values.get("classes"), values.get("malignant")
    problems = []
    if calibration is not None and is_calibration(calibration) and isinstance(classes, list):
        numbers = len(calibration["scale"])
        if numbers != len(classes):
            problems.append(f"calibration: for {numbers} classes, not for {len(classes)}")
    if points is not None and (calibration is None or not malignant):
        problems.append("operating_points: cannot be without calibration and malignant classes")
    return problems


def _is_point(value: Any) -> bool:
    keys = ("rule", "threshold", "confidence")
    if not (_has_keys(value, *keys) or _has_keys(value, *keys[:2])) or not isinstance(value["rule"], str):
        return False
    try:
        parse_rule(value["rule"])
    except SettingsError:
        return False
    return _is_share_or_null(value["threshold"]) and _is_share_or_null(value.get("confidence"))


def _is_share_or_null(value: Any) -> bool:
    return value is None or _are_numbers([value], lambda one: 0 <= one < 1.01)


def _has_keys(value: Any, *keys: str) -> bool:
    return isinstance(value, dict) and value.keys() == set(keys)


def _are_numbers(values: Any, is_right: Callable[[float], bool]) -> bool:
    return isinstance(values, list) and all(
        isinstance(one, int | float) and not isinstance(one, bool) and math.isfinite(one) and is_right(one)
        for one in values
    )
