"""Many problems under one title: all counted, none so long that it hides the others."""

from __future__ import annotations

from lentigo.settings.errors import LONGEST_PROBLEM, several


def test_some_are_shown_and_all_are_counted() -> None:
    lines = several("wrong:", [f"line {number}" for number in range(20)]).splitlines()
    assert lines[:2] == ["wrong:", "  - line 0"]
    assert lines[12:] == ["  - line 11", "  - ... and 8 more"]


def test_of_a_very_long_one_both_ends_are_shown() -> None:
    shown = several("wrong:", ["line 6, MEL: " + "9" * 5000 + " is no number"]).splitlines()[1]
    assert len(shown) < LONGEST_PROBLEM + 20
    assert shown.startswith("  - line 6, MEL: 999")
    assert shown.endswith("999 is no number")
