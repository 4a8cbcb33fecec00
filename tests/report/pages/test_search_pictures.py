"""Pictures of searches: what is drawn, read back from the axes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from lentigo.report.drawing.themes import LIGHT
from lentigo.report.pages.search_pictures import (
    ancestors,
    best_so_far,
    importance_size,
    paint_best_so_far,
    paint_importance,
    paint_lineage,
    paint_parallel,
)
from lentigo.settings.recipe import Gene

GENES = (Gene("lr", "float", 1e-4, 1e-2, log=True), Gene("rate", "float", 0.0, 0.5))


def row(number: int, parent: int | None, fitness: float, **more: Any) -> dict[str, Any]:
    genes = {"lr": 1e-3, "rate": 0.25}
    return {
        "number": number,
        "generation": number // 3,
        "parent": parent,
        "fitness": fitness,
        "failed": "",
        **genes,
        **more,
    }


ROWS = [
    row(0, None, 0.0, failed="nan"),
    row(1, None, 0.6),
    row(2, None, 0.5),
    row(3, 1, 0.7, lr=1e-2),
    row(4, 2, 0.4, rate=0.0),
    row(6, 3, 0.8),
]


def test_the_best_so_far_only_rises_and_failures_do_not_count() -> None:
    np.testing.assert_array_equal(best_so_far(ROWS[::-1]), [math.nan, 0.6, 0.6, 0.7, 0.7, 0.8])


def test_each_search_is_a_stair_and_the_first_shows_its_trials() -> None:
    figure = Figure()
    paint_best_so_far(figure, LIGHT, {"genetic": ROWS, "random": ROWS[:3]})
    stairs = [line for line in figure.axes[0].lines if line.get_drawstyle() == "steps-post"]
    assert [line.get_label() for line in stairs] == ["genetic", "random"]
    assert [len(np.asarray(line.get_ydata())) for line in stairs] == [6, 3]
    dots = [line for line in figure.axes[0].lines if line.get_marker() == "o"]
    assert len(np.asarray(dots[0].get_xdata())) == 5


def test_a_line_of_ancestors_ends_with_who_has_no_parent() -> None:
    rows = {one["number"]: one for one in ROWS}
    assert ancestors(rows, 6) == [6, 3, 1]
    assert ancestors(rows, None) == []


def test_the_winners_line_stands_out() -> None:
    figure = Figure()
    paint_lineage(figure, LIGHT, ROWS, 6)
    edges = [line for line in figure.axes[0].lines if len(np.asarray(line.get_xdata())) == 2]
    strong = [line for line in edges if line.get_color() == LIGHT.accent]
    assert (len(edges), len(strong)) == (3, 2)
    assert figure.axes[0].texts[0].get_text() == "trial 6"


def test_parallel_lines_stand_at_their_place_between_low_and_high() -> None:
    figure = Figure()
    paint_parallel(figure, LIGHT, ROWS, GENES, 6)
    lines = [np.asarray(line.get_ydata()) for line in figure.axes[0].lines if len(line.get_xdata()) == 3]  # type: ignore[arg-type]
    np.testing.assert_allclose(lines[0], [0.5, 0.0, 0.0])  # the worst: trial 4
    np.testing.assert_allclose(lines[-2], [1.0, 0.5, 0.75])  # trial 3
    np.testing.assert_allclose(lines[-1], [0.5, 0.5, 1.0])
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert texts == ["0.0001", "0.01", "lr", "0", "0.5", "rate", "0.4", "0.8", "fitness"]


def test_the_most_important_gene_comes_first() -> None:
    figure = Figure()
    paint_importance(figure, LIGHT, {"rate": 0.25, "lr": 0.75})
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == ["lr", "rate"]
    assert [patch.get_width() for patch in figure.axes[0].patches] == [0.75, 0.25]
    assert importance_size(2)[1] > importance_size(1)[1]
