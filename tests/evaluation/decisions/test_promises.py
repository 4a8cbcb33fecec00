from __future__ import annotations

from typing import Any

import pytest

from lentigo.evaluation.decisions.operating_points import OperatingPoint, parse_rule
from lentigo.evaluation.decisions.promises import promise_json, promise_words

SURE = OperatingPoint(parse_rule("sensitivity=0.95"), 0.2, 0.903)


def reached(value: float | None, low: float | None, high: float | None) -> dict[str, Any]:
    return {"sensitivity": {"value": value, "low": low, "high": high, "n": 34, "n_groups": 30}}


@pytest.mark.parametrize(
    ("figures", "held"),
    [
        (reached(0.765, 0.626, 0.884), "not held"),
        (reached(0.95, 0.9, 0.98), "held"),
        (reached(0.93, 0.88, 0.96), "below, but the interval does not exclude it"),
        (reached(0.93, None, None), "below, but the interval does not exclude it"),
    ],
)
def test_whether_a_promise_was_kept_is_said(figures: dict[str, Any], held: str) -> None:
    promise = promise_json(SURE, figures)
    assert promise is not None
    assert (promise["figure"], promise["level"], promise["confidence"]) == ("sensitivity", 0.95, 0.903)
    assert promise["held"] == held
    assert promise_words(promise, "test").endswith(f": {held}")


def test_the_words_say_asked_reached_and_interval() -> None:
    words = promise_words(promise_json(SURE, reached(0.765, 0.626, 0.884)), "test")
    asked = "asked: sensitivity at least 0.95 (90 % confidence)"
    assert words == f"{asked}; on test 0.765 [0.626, 0.884]: not held"
    small = OperatingPoint(SURE.rule, 0.2, 0.69)
    told = promise_words(promise_json(small, reached(0.97, 0.9, 1.0)), "test")
    assert "validation is too small for 90 % confidence: 69 %" in told
    observed = OperatingPoint(parse_rule("observed_sensitivity=0.95"), 0.2)
    assert "0.95, of validation only;" in promise_words(
        promise_json(observed, reached(0.97, 0.9, 1.0)), "test"
    )


def test_costs_promise_nothing_and_what_is_undefined_is_not_judged() -> None:
    assert promise_json(OperatingPoint(parse_rule("cost=10:1"), 0.1), reached(0.9, 0.8, 1.0)) is None
    assert promise_words(None, "test") == promise_words(promise_json(SURE, None), "test") == ""
    nothing = promise_json(SURE, reached(None, None, None))
    assert nothing is not None
    assert nothing["held"] is None
