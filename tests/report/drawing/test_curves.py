from __future__ import annotations

import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from lentigo.report.drawing.curves import Panel, paint_panels, panels_size
from lentigo.report.drawing.themes import LIGHT

DIAGONAL = [0.0, 0.5, 1.0]


def panels(count: int) -> list[Panel]:
    return [
        Panel(f"class {index}", DIAGONAL, [0.0, 0.8, 1.0], "#0072b2", f"AUC {index}")
        for index in range(count)
    ]


@pytest.mark.parametrize("count", [1, 2, 3, 4, 8, 9])
def test_each_class_has_a_panel_with_title_note_and_the_others_in_grey(count: int) -> None:
    figure = Figure()
    paint_panels(figure, LIGHT, panels(count), ("x", "y"))
    shown = [axes for axes in figure.axes if axes.get_visible()]
    assert [axes.get_title(loc="left") for axes in shown] == [f"class {index}" for index in range(count)]
    assert [axes.texts[0].get_text() for axes in shown] == [f"AUC {index}" for index in range(count)]
    for axes in shown:
        colours = [to_hex(line.get_color()) for line in axes.lines]
        assert colours.count("#0072b2") == 1
        assert colours.count(LIGHT.line) == count - 1


def test_an_undefined_curve_leaves_its_panel_without_a_line() -> None:
    figure = Figure()
    paint_panels(
        figure, LIGHT, [Panel("gone", None, None, "#0072b2", "AUC undefined"), *panels(1)], ("x", "y")
    )
    first = figure.axes[0]
    assert "#0072b2" not in [to_hex(line.get_color()) for line in first.lines]
    assert first.texts[0].get_text() == "AUC undefined"


def test_chance_is_a_height_or_the_diagonal() -> None:
    figure = Figure()
    rows = [Panel("a", DIAGONAL, DIAGONAL, "ink", "", chance=0.25), Panel("b", DIAGONAL, DIAGONAL, "ink", "")]
    paint_panels(figure, LIGHT, rows, ("x", "y"))
    dotted = [[line for line in axes.lines if line.get_linestyle() == "--"] for axes in figure.axes]
    assert [list(lines[0].get_ydata()) for lines in dotted] == [[0.25, 0.25], [0, 1]]


def test_size_grows_by_rows_of_three() -> None:
    assert panels_size(4) == panels_size(6)
    assert panels_size(7)[1] > panels_size(6)[1]
    assert panels_size(0)[0] > 0
