"""The text of `prediction.views`, and everything that is none."""

from __future__ import annotations

import pytest

from lentigo.settings.checking.views import ViewPlan, parse_views, views_problem
from lentigo.settings.errors import SettingsError


def test_a_text_is_turns_and_crops() -> None:
    assert parse_views("one") == ViewPlan("one", ())
    plan = parse_views("flips+0.8x4+0.65x9")
    assert plan == ViewPlan("flips", ((0.8, 4), (0.65, 9)))
    assert plan.num_views == 4 * (1 + 4 + 9)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ten",
        "one+",
        "one+0.8",
        "0.8x4",
        "one+0.8x5",
        "one+1.0x4",
        "one+0.1x4",
        "one+nanx4",
        "one+0.8x-1",
        "flips 0.8x4",
    ],
)
def test_what_is_no_view_is_refused_with_what_is_expected(text: str) -> None:
    with pytest.raises(SettingsError, match="expected one, flips or dihedral"):
        parse_views(text)


def test_too_many_views_are_refused() -> None:
    with pytest.raises(SettingsError, match="208 views an image; at most 128"):
        parse_views("dihedral+0.8x25")


def test_problems_are_told_with_the_size() -> None:
    assert views_problem("dihedral+0.8x4", 64, 64) == ""
    assert views_problem("flips+0.8x4", 64, 96) == ""
    assert "not 64 and 96; use `flips`" in views_problem("dihedral+0.8x4", 64, 96)
    assert "expected" in views_problem("ten", 64, 64)
