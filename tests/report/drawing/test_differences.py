"""Differences in words and on a scale with 0 in its middle."""

from __future__ import annotations

from functools import partial

import pytest

from lentigo.report.drawing.differences import (
    DifferenceRow,
    differences_height,
    paint_differences,
    scale_end,
    signed_range,
    signed_text,
)
from lentigo.report.drawing.figures import draw


def test_signs_are_written_and_nothing_is_zero_by_default() -> None:
    assert signed_text(0.0344) == "+0.034"
    assert signed_text(-0.5, 1) == "\u22120.5"
    assert signed_text(None) == "undefined"
    assert signed_range({"low": -0.01, "high": 0.078}) == "\u22120.010 to +0.078"
    assert signed_range({"low": None, "high": None}) == ""


@pytest.mark.parametrize(("largest", "end"), [(0.0, 0.02), (0.021, 0.05), (0.3, 0.3), (0.72, 1.0)])
def test_the_scale_is_round_and_holds_everything(largest: float, end: float) -> None:
    rows = [
        DifferenceRow("a", {"value": 0.0, "low": -largest, "high": 0.0}),
        DifferenceRow("b", {"value": None}),
    ]
    assert scale_end(rows) == end


def test_a_picture_says_what_is_better_and_what_is_undefined() -> None:
    rows = [
        DifferenceRow("balanced accuracy", {"value": 0.1, "low": 0.02, "high": 0.15}, is_main=True),
        DifferenceRow("recall of <b>DF</b>", {"value": None, "low": None, "high": None}),
    ]
    painter = partial(paint_differences, rows=rows, names=("A", "B"))
    import base64

    picture = draw(painter, (600, differences_height(2)), "A minus B")
    svg = base64.b64decode(picture.light.partition("base64,")[2]).decode()
    for text in ("A better", "B better", "+0.100 [+0.02 to +0.15]", "undefined", "&lt;b&gt;DF"):
        assert text in svg
