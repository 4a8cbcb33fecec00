"""What an operating point promised and what it reached in; whether the promise was kept, in words, out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lentigo.evaluation.decisions.operating_points import CONFIDENCE, COST, OperatingPoint

HELD, NOT_HELD, UNCLEAR = "held", "not held", "below, but the interval does not exclude it"

Json = dict[str, Any]


def promise_json(point: OperatingPoint, figures: Mapping[str, Any] | None) -> Json | None:
    """What was asked for and whether it held; None of costs, which promise nothing.

    Args:
        point: the rule, with the confidence that validation gave it.
        figures: what it reached, such as `sensitivity` with its interval.

    Returns:
        `figure`, `level`, `confidence` (None: asked of validation only), `reached` (the interval) and `held`:
        one of `HELD`, `NOT_HELD` (the whole interval lies below), `UNCLEAR`; None where it is undefined.
    """
    rule = point.rule
    if rule.kind == COST:
        return None
    reached = (figures or {}).get(rule.kind) or {}
    return {
        "figure": rule.kind,
        "level": rule.level,
        "confidence": point.confidence,
        "reached": reached or None,
        "held": _held(rule.level, reached),
    }


def promise_words(promise: Mapping[str, Any] | None, where: str) -> str:
    """`asked: sensitivity at least 0.95 (90 % confidence); on test 0.765 [0.626, 0.884]: not held`.

    Args:
        promise: see `promise_json`; of None, or one without figures, nothing is said.
        where: the part that it was measured on.
    """
    if not promise or promise["held"] is None:
        return ""
    reached = promise["reached"]
    ends = "" if reached["low"] is None else f" [{reached['low']:.3f}, {reached['high']:.3f}]"
    asked = f"asked: {promise['figure']} at least {promise['level']:g}{_sure(promise['confidence'])}"
    return f"{asked}; on {where} {reached['value']:.3f}{ends}: {promise['held']}"


def _sure(confidence: float | None) -> str:
    if confidence is None:
        return ", of validation only"
    if confidence < CONFIDENCE:
        return f" (validation is too small for {_percent(CONFIDENCE)} confidence: {_percent(confidence)})"
    return f" ({_percent(CONFIDENCE)} confidence)"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _held(level: float, reached: Mapping[str, Any]) -> str | None:
    value, high = reached.get("value"), reached.get("high")
    if value is None:
        return None
    if value >= level:
        return HELD
    return NOT_HELD if high is not None and high < level else UNCLEAR
