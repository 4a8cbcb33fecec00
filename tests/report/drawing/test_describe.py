from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from lentigo.report.drawing.describe import draw_class_counts, draw_class_sheet, paint_counts
from lentigo.report.drawing.themes import LIGHT

COUNTS = {"train": {"MEL": 1200, "NV": 40}, "test": {"MEL": 300}}


def test_bars_and_numbers_are_the_counts() -> None:
    figure = Figure()
    paint_counts(figure, LIGHT, COUNTS, ["MEL", "NV"])
    axes = figure.axes[0]
    assert [(bar.get_x(), bar.get_width()) for bar in axes.patches] == [
        (0, 1200),
        (0, 40),
        (1200, 300),
        (40, 0),
    ]
    assert [text.get_text() for text in axes.texts] == ["1,200 · 300", "40 · 0"]


@pytest.mark.parametrize("counts", [COUNTS, {"all": {}}, {}])
def test_counts_are_written_as_png(tmp_path: Path, counts: dict[str, dict[str, int]]) -> None:
    path = draw_class_counts(tmp_path / "counts.png", counts, ["MEL", "NV"])
    assert Image.open(path).format == "PNG"


def test_a_sheet_of_images_by_class_is_written(tmp_path: Path) -> None:
    image = np.full((20, 30, 3), [10, 200, 30], np.uint8)
    hostile = "<script>\u202e$\\frac{.jpg"
    path = draw_class_sheet(tmp_path / "sheet.png", {"MEL": [(hostile, image)] * 3, "x": []}, columns=2)
    pixels = np.asarray(Image.open(path))
    assert (pixels == [10, 200, 30]).all(axis=-1).sum() > 3 * 150 * 100
