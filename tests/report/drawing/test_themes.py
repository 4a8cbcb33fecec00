from __future__ import annotations

import pytest

from lentigo.report.drawing.themes import DARK, LIGHT, Theme, coloured, contrast, marks, mix


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_ink_can_be_read(theme: Theme) -> None:
    for ink in (theme.ink, theme.muted, theme.accent, theme.warning):
        assert contrast(ink, theme.paper) >= 4.5


def test_contrast_of_black_on_white_is_21() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#777777") == 1
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)  # the well-known limit


def test_mixing() -> None:
    assert mix("#ffffff", "#000000", 0.0) == "#000000"
    assert mix("#ff0000", "#0000ff", 1.0) == "#ff0000"
    assert mix("#ffffff", "#000000", 0.2) == "#333333"


def test_a_colour_that_can_be_seen_is_left_alone_and_others_are_moved() -> None:
    assert LIGHT.shade("#0072b2") == "#0072b2"
    assert LIGHT.shade("accent") == LIGHT.accent
    for theme, colour in ((DARK, "#101010"), (LIGHT, "#fefefe"), (DARK, "#3d3d3d"), (LIGHT, "#f0e442")):
        assert contrast(theme.shade(colour), theme.paper) >= theme.least_contrast


def test_a_tint_is_so_much_of_a_colour_on_the_paper() -> None:
    assert LIGHT.tint("#000000", 0.2) == "#cccccc"
    assert DARK.tint("#ff0000", 0.0) == DARK.paper


@pytest.mark.parametrize(("fill", "text"), [("#000000", "#ffffff"), ("#f0e442", "#10151b")])
def test_text_on_a_fill_is_black_or_white(fill: str, text: str) -> None:
    assert LIGHT.text_on(fill) == DARK.text_on(fill) == text


def test_marks_stand_for_one_colour_in_each_theme() -> None:
    both = marks()
    shade = both.shade("#f0e442")
    asked = [both.ink, shade, both.shade(shade), both.tint(shade, 0.3), both.text_on(both.tint(shade, 0.3))]
    found = [one.strip("<>").split() for one in coloured(f"<{' '.join(asked)}>", both)]
    for colours, theme in zip(found, (LIGHT, DARK), strict=True):
        seen = theme.shade("#f0e442")
        fill = theme.tint(seen, 0.3)
        assert colours == [theme.ink, seen, theme.shade(seen), fill, theme.text_on(fill)]
