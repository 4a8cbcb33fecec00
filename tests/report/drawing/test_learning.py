from __future__ import annotations

import math
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from lentigo.report.drawing.learning import paint_learning, stage_starts
from lentigo.report.drawing.themes import LIGHT

ROWS: list[dict[str, Any]] = [
    {"stage": 0, "stage_name": "head", "loss": 2.0, "val_loss": 2.2},
    {"stage": 0, "stage_name": "head", "loss": 1.5, "val_loss": None},
    {"stage": 1, "stage_name": "all", "loss": 1.0, "val_loss": 1.4},
]


def test_stages_start_where_the_number_changes_even_if_the_name_does_not() -> None:
    assert stage_starts(ROWS) == [(1, "head"), (3, "all")]
    assert stage_starts([{"stage": 0, "stage_name": "all"}, {"stage": 1, "stage_name": "all"}]) == [
        (1, "all"),
        (2, "all"),
    ]
    assert stage_starts([]) == []
    assert stage_starts([{"stage": 2}]) == [(1, "2")]


def test_lines_follow_the_history_and_leave_gaps() -> None:
    figure = Figure()
    paint_learning(figure, LIGHT, ROWS, "loss")
    axes = figure.axes[0]
    lines = {line.get_label(): np.asarray(line.get_ydata()) for line in axes.lines}
    np.testing.assert_array_equal(lines["training"], [2.0, 1.5, 1.0])
    np.testing.assert_array_equal(lines["validation"], [2.2, math.nan, 1.4])
    assert [text.get_text() for text in axes.texts] == ["stage 1", "2"]


def test_shares_are_drawn_from_0_to_1() -> None:
    figure = Figure()
    paint_learning(figure, LIGHT, [{"stage": 0, "accuracy": 0.4, "val_accuracy": 0.5}], "accuracy")
    assert figure.axes[0].get_ylim() == (0, 1)
    assert len(figure.axes[0].texts) == 0
