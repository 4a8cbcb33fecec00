"""Pictures of decisions: every point has its mark and its name, every curve its place."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure

from lentigo.report.drawing.themes import LIGHT
from lentigo.report.sections.decision_pictures import Marked, paint_benefit, paint_operating_points

ROC = {"fpr": [0, 0.2, 1], "tpr": [0, 0.7, 1]}


def ends(value: float | None) -> dict[str, Any]:
    return {"value": value, "low": value and value - 0.05, "high": value and value + 0.02}


def test_every_point_is_marked_and_named_and_no_names_collide() -> None:
    marked = [
        Marked("sensitivity=0.95", ends(0.951), ends(0.41), True),
        Marked("cost=10:1", ends(0.949), ends(0.43), False),
        Marked("specificity=0.9", ends(0.6), ends(0.9), False),
        Marked("lost", ends(None), ends(0.5), False),
    ]
    figure = Figure()
    paint_operating_points(figure, LIGHT, ROC, marked)
    (axes,) = figure.axes
    assert {text.get_text() for text in axes.texts} == {"sensitivity=0.95", "cost=10:1", "specificity=0.9"}
    heights = sorted(text.xyann[1] for text in axes.texts)
    assert np.diff(heights).min() >= 0.069
    dots = [line.get_xydata()[0].tolist() for line in axes.lines if line.get_marker() == "o"]
    assert [pytest.approx([0.59, 0.951]), pytest.approx([0.57, 0.949]), pytest.approx([0.1, 0.6])] == dots


def test_the_curve_stands_between_calling_all_and_none() -> None:
    curve = {"value": [0.2, 0.1, 0.05], "low": [0.1, None, 0.0], "high": [0.3, None, 0.1]}
    treated = {"value": [0.19, -0.1, -0.9], "low": [0.1] * 3, "high": [0.2] * 3}
    figure = Figure()
    paint_benefit(figure, LIGHT, {"thresholds": [0.1, 0.3, 0.5], "model": curve, "treat_all": treated})
    (axes,) = figure.axes
    labels = [line.get_label() for line in axes.lines]
    assert labels == ["call none malignant", "call all malignant", "this model"]
    low, high = axes.get_ylim()
    assert -0.1 < low < 0
    assert 0.3 < high < 0.35
