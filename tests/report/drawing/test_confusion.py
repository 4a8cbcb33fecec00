from __future__ import annotations

import pytest
from matplotlib.figure import Figure

from lentigo.report.drawing.confusion import confusion_size, paint_confusion
from lentigo.report.drawing.themes import DARK, LIGHT, Theme


def cell_texts(figure: Figure) -> dict[tuple[int, int], list[str]]:
    """Texts by (row, column)."""
    found: dict[tuple[int, int], list[str]] = {}
    for text in figure.axes[0].texts:
        column, row = text.get_position()
        found.setdefault((round(row), round(column)), []).append(text.get_text())
    return found


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_cells_tell_counts_and_percent_of_their_row(theme: Theme) -> None:
    figure = Figure()
    paint_confusion(figure, theme, [[1384, 28], [142, 2667]], ["malignant", "benign"])
    cells = cell_texts(figure)
    assert cells[0, 0][:2] == ["1,384", "98 %"]  # 1384 / 1412
    assert cells[0, 1][:2] == ["28", "2 %"]
    assert cells[1, 0][:2] == ["142", "5 %"]  # 142 / 2809
    assert cells[1, 1][:2] == ["2,667", "95 %"]


def test_a_row_without_images_has_no_percent() -> None:
    figure = Figure()
    paint_confusion(figure, LIGHT, [[0, 0], [1, 3]], ["DF", "NV"])
    cells = cell_texts(figure)
    assert cells[0, 1] == ["–"]
    assert cells[1, 1] == ["3", "75 %"]


def test_rows_have_full_names_and_columns_codes() -> None:
    figure = Figure()
    paint_confusion(figure, LIGHT, [[1, 0], [0, 1]], ["MEL", "NV"])
    axes = figure.axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["melanoma", "melanocytic nevus"]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["MEL", "NV"]


def test_size_grows_with_classes() -> None:
    assert confusion_size(8) > confusion_size(4)
    assert confusion_size(8)[0] <= 800
