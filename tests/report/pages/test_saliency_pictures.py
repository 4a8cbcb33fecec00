from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure

from lentigo.report.drawing.themes import LIGHT
from lentigo.report.pages.saliency_pictures import (
    appearance,
    example_sheet,
    paint_likeness,
    removal_rows,
    share_rows,
)


def interval(value: float | None) -> dict[str, float | None]:
    return {"value": value, "low": value, "high": value}


@pytest.fixture
def facts() -> dict[str, Any]:
    likeness = {"rank_correlation": interval(0.4), "structural_similarity": interval(None)}
    method = {
        "title": "LayerCAM",
        "heat": {"evidence": {"trained": interval(0.5), "random_weights": interval(0.2)}},
        "deletion": interval(0.3),
        "insertion": interval(0.8),
    }
    baseline = {"heat": {"evidence": interval(0.25)}, "deletion": interval(0.6), "insertion": interval(0.5)}
    steps = [{"layercam": likeness}, {"layercam": likeness}]
    return {
        "methods": {"layercam": method},
        "baselines": {"middle": baseline, "random": baseline},
        "randomisation": {"blocks": ["head", "stem"], "cascading": steps, "independent": steps},
    }


def test_methods_come_trained_and_random_and_baselines_last(facts: dict[str, Any]) -> None:
    rows = share_rows(facts, "evidence")
    assert [row.label for row in rows] == [
        "LayerCAM", "with random weights", "middle of the image, no network", "random places, no network"
    ]  # fmt: skip
    assert [(row.interval or {})["value"] for row in rows] == [0.5, 0.2, 0.25, 0.25]
    assert [(row.interval or {})["value"] for row in removal_rows(facts, "insertion")] == [0.8, 0.5, 0.5]


@pytest.mark.parametrize("measure", ["rank_correlation", "structural_similarity"])
def test_a_cascade_starts_at_1_with_nothing_random(measure: str, facts: dict[str, Any]) -> None:
    figure = Figure()
    paint_likeness(figure, LIGHT, facts, "cascading", measure)
    line = figure.axes[0].get_lines()[0]
    assert line.get_xdata().tolist() == [0, 1, 2]  # type: ignore[union-attr]
    assert line.get_ydata()[0] == 1  # type: ignore[index]
    figure = Figure()
    paint_likeness(figure, LIGHT, facts, "independent", measure)
    assert figure.axes[0].get_lines()[0].get_xdata().tolist() == [1, 2]  # type: ignore[union-attr]


def test_any_number_of_methods_is_told_apart() -> None:
    assert len({repr(appearance(number)) for number in range(25)}) == 25
    assert appearance(25) == appearance(0)


def test_the_sheet_has_a_row_of_images_and_two_a_method(facts: dict[str, Any]) -> None:
    images = np.zeros((2, 16, 16, 3), np.uint8)
    maps = np.zeros((2, 16, 16), np.float32)
    one = example_sheet(facts, {"image": images, "layercam": (maps, maps)}, ["MEL", "NV"])
    facts["methods"] = {}
    assert one.shape[0] > 2 * example_sheet(facts, {"image": images}, ["MEL", "NV"]).shape[0]
