from __future__ import annotations

import math

import pytest

from lentigo.report.drawing.numbers import (
    count_text,
    is_beyond_chance,
    is_defined,
    number_text,
    percent_text,
    range_text,
    seconds_text,
    short_hash,
    value_text,
)


@pytest.mark.parametrize("value", [None, math.nan, math.inf, "0.5", True, [], {}])
def test_what_is_no_finite_number_is_undefined_and_never_0(value: object) -> None:
    assert not is_defined(value)
    for text in (number_text(value), count_text(value), percent_text(value), seconds_text(value)):
        assert text == "undefined"


def test_numbers() -> None:
    assert number_text(0.74163) == "0.742"
    assert number_text(0) == "0.000"
    assert count_text(25331) == "25,331"
    assert percent_text(0.7416) == "74.2\u00a0%"


def test_intervals() -> None:
    whole = {"value": 0.5, "low": 0.4123, "high": 0.6}
    assert value_text(whole) == "0.500"
    assert range_text(whole) == "0.412 to 0.600"
    assert range_text(whole, 2) == "0.41 to 0.60"
    assert range_text({"value": 0.5, "low": None, "high": None}) == "interval undefined"
    assert value_text(None) == value_text({}) == "undefined"
    assert range_text(None) == range_text({"value": None, "low": 0.1, "high": 0.2}) == ""


@pytest.mark.parametrize(
    ("seconds", "text"), [(8.44, "8.4 s"), (192, "3 min 12 s"), (3599.6, "1 h 00 min"), (7500, "2 h 05 min")]
)
def test_seconds(seconds: float, text: str) -> None:
    assert seconds_text(seconds) == text


def test_a_hash_is_cut() -> None:
    assert short_hash("0123456789abcdef") == "0123456789ab"


def test_beyond_chance_is_what_is_so_after_adjustment() -> None:
    assert is_beyond_chance({"value": 0.2, "p_value": 0.001, "p_adjusted": 0.05})
    assert not is_beyond_chance({"value": 0.2, "p_value": 0.01, "p_adjusted": 0.2})
    assert not is_beyond_chance({"value": 0.2, "low": 0.1, "high": 0.3, "p_value": 0.001, "p_adjusted": None})
    assert not is_beyond_chance({})
