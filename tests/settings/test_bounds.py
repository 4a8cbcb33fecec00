"""Bounds of a number, with their ends and without."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lentigo.settings.bounds import Within


@pytest.mark.parametrize(
    ("bounds", "value", "problem"),
    [
        (Within(0, 1), 0.0, ""),
        (Within(0, 1), 1, ""),
        (Within(0, 1), -0.5, "-0.5 is not between 0 and 1"),
        (Within(0, 1), math.nan, "nan is not between 0 and 1"),
        (Within(0, 1), math.inf, "inf is not between 0 and 1"),
        (Within(0, 10, above=True), 0.0, "0.0 is not in (0, 10]"),
        (Within(0, 10, above=True), 10.0, ""),
        (Within(0, 1, below=True), 1.0, "1.0 is not in [0, 1)"),
        (Within(0, 1, above=True, below=True), 1.0, "1.0 is not in (0, 1)"),
        (Within(2, 9), 1, "at least 2"),
        (Within(2, 9), 10**22, "at most 9"),
        (Within(2, 9), 2, ""),
    ],
)
def test_a_value_beyond_is_told(bounds: Within, value: float, problem: str) -> None:
    assert bounds.problem(value) == problem


@given(st.floats(), st.floats(-10, 10), st.floats(-10, 10), st.booleans(), st.booleans())
def test_it_is_what_its_words_say(value: float, low: float, high: float, above: bool, below: bool) -> None:
    is_over = value > low if above else value >= low
    is_under = value < high if below else value <= high
    if low < high:
        assert (Within(low, high, above, below).problem(value) == "") is (is_over and is_under)
