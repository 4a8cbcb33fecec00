"""The contact sheet: rows by truth, by prediction where truth is not known."""

from __future__ import annotations

import numpy as np

from lentigo.api.explanation import _sheet_rows
from lentigo.report.page import Sample


def sample(truth: str, predicted: str) -> Sample:
    heat = np.zeros((4, 4), np.float32)
    return Sample("x.jpg", np.zeros((4, 4, 3), np.uint8), heat, truth, predicted, 0.5)


def test_rows_are_by_truth_with_image_and_overlay_side_by_side() -> None:
    rows = _sheet_rows([sample("NV", "MEL"), sample("NV", "NV"), sample("", "BCC")])
    assert [row.title for row in rows] == ["melanocytic nevus", "basal cell carcinoma"]
    assert [len(row.tiles) for row in rows] == [4, 2]
    assert rows[0].tiles[1].caption[1] == "says MEL 50%"
    assert rows[1].tiles[0].caption[1] == "truth unknown"
