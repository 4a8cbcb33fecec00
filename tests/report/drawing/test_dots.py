from __future__ import annotations

from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from lentigo.report.drawing.dots import DotRow, dots_height, paint_dots
from lentigo.report.drawing.themes import LIGHT


def painted(rows: list[DotRow], **options: object) -> Figure:
    figure = Figure()
    paint_dots(figure, LIGHT, rows, **options)  # type: ignore[arg-type]
    return figure


def texts(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.axes[0].texts]


def dots(figure: Figure) -> list[tuple[float, float]]:
    return [
        (float(line.get_xdata()[0]), float(line.get_ydata()[0]))
        for line in figure.axes[0].lines
        if line.get_marker() == "o"
    ]


def test_a_row_has_its_name_figure_interval_and_dot() -> None:
    figure = painted([DotRow("model", {"value": 0.7, "low": 0.6, "high": 0.8}, "#0072b2")])
    assert [text for text in texts(figure) if text] == ["model", "0.700", "0.60 to 0.80"]
    assert dots(figure) == [(0.7, 0.0)]
    bars = [line for line in figure.axes[0].lines if list(line.get_xdata()) == [0.6, 0.8]]
    assert [to_hex(bar.get_color()) for bar in bars] == ["#0072b2"]


def test_an_undefined_figure_is_written_and_not_drawn_at_0() -> None:
    figure = painted([DotRow("gone", {"value": None, "low": None, "high": None}), DotRow("absent", None)])
    assert texts(figure).count("undefined") == 2
    assert dots(figure) == []


def test_a_figure_without_interval_keeps_its_dot() -> None:
    figure = painted([DotRow("alone", {"value": 0.3, "low": None, "high": None})])
    assert "no interval" in texts(figure)
    assert dots(figure) == [(0.3, 0.0)]


def test_the_scale_is_always_0_to_1_and_rows_run_downwards() -> None:
    figure = painted([DotRow(name, {"value": 0.9, "low": 0.89, "high": 0.91}) for name in "ab"])
    axes = figure.axes[0]
    assert axes.get_xlim() == (0, 1)
    bottom, top = axes.get_ylim()
    assert bottom > top


def test_a_reference_is_named_once() -> None:
    rows = [DotRow(name, {"value": 0.5, "low": 0.4, "high": 0.6}) for name in "abc"]
    assert texts(painted(rows, reference=(0.125, "chance"))).count("chance") == 1


def test_more_rows_need_more_height_and_none_still_have_some() -> None:
    assert dots_height(3) - dots_height(2) == dots_height(2) - dots_height(1) > 0
    assert dots_height(0) == dots_height(1)
