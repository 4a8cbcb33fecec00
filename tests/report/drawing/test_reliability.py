from __future__ import annotations

from typing import Any

from matplotlib.figure import Figure

from lentigo.report.drawing.reliability import paint_reliability
from lentigo.report.drawing.themes import LIGHT

LABELS = ("confidence", "share right")


def made_bin(low: float, value: float | None, n: int) -> dict[str, Any]:
    accuracy = {"value": value, "low": None if value is None else value - 0.1, "high": value, "n": n}
    return {"low": low, "high": low + 0.1, "confidence": low + 0.06, "accuracy": accuracy}


def test_dots_lie_at_confidence_and_share_and_bars_at_the_counts() -> None:
    figure = Figure()
    paint_reliability(figure, LIGHT, [made_bin(0.5, 0.4, 20), made_bin(0.9, 0.9, 80)], LABELS)
    upper, lower = figure.axes
    dots = [(line.get_xdata()[0], line.get_ydata()[0]) for line in upper.lines if line.get_marker() == "o"]
    assert dots == [(0.56, 0.4), (0.96, 0.9)]
    assert [bar.get_height() for bar in lower.patches] == [20, 80]
    assert (lower.get_xlabel(), upper.get_ylabel()) == LABELS


def test_an_undefined_bin_is_left_out_of_the_dots() -> None:
    figure = Figure()
    paint_reliability(figure, LIGHT, [made_bin(0.5, None, 0)], LABELS)
    assert not [line for line in figure.axes[0].lines if line.get_marker() == "o"]
