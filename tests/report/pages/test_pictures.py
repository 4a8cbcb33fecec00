from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from lentigo.report.drawing.figures import Picture
from lentigo.report.pages import pictures
from lentigo.report.pages.page import ReportInput


def svg_of(picture: Picture) -> str:
    return base64.b64decode(picture.light.partition(",")[2]).decode()


def test_the_model_comes_first_among_its_baselines(report_input: ReportInput) -> None:
    (title, picture), (other, _) = pictures.baseline_pictures(report_input.evaluation)
    assert (title, other) == ("Balanced accuracy", "Malignant versus benign, ROC AUC")
    svg = svg_of(picture)
    names = ["this model", "always the commonest class", "age, sex and site, without the image"]
    places = [svg.index(f">{name}<") for name in names]
    assert places == sorted(places)
    assert ">chance<" in svg


def test_binary_pictures_have_no_extra_malignant_panel(
    binary_input: ReportInput, report_input: ReportInput
) -> None:
    assert "malignant vs benign" not in pictures.roc_picture(binary_input.evaluation).description
    assert "malignant vs benign" in pictures.roc_picture(report_input.evaluation).description


def test_two_kinds_of_reliability(
    report_input: ReportInput, with_evaluation: Callable[..., ReportInput]
) -> None:
    both = pictures.reliability_pictures(report_input.evaluation)
    assert [one.title for one in both] == ["Is the answer right?", "Is it malignant?"]
    assert both[0].error == {"value": 0.062, "low": 0.052, "high": 0.072, "n": 800, "n_groups": 400}
    without = with_evaluation(malignant_vs_benign=None, curves={})
    assert pictures.reliability_pictures(without.evaluation) == []


def test_learning_curves_that_nobody_recorded_are_left_out() -> None:
    rows: list[dict[str, Any]] = [{"stage": 0, "loss": 1.0, "val_accuracy": 0.5, "balanced_accuracy": None}]
    assert [title for title, _ in pictures.learning_pictures(rows, leaked=False)] == ["Loss", "Accuracy"]
    assert pictures.learning_pictures([], leaked=False) == []


def test_a_class_without_images_has_an_undefined_row(with_evaluation: Callable[..., ReportInput]) -> None:
    changed = with_evaluation(per_class={})
    for _, picture in pictures.class_pictures(changed.evaluation):
        assert svg_of(picture).count(">undefined<") == 8
