"""The section on metadata: gains and losses are both named, and what may be chance is not."""

from __future__ import annotations

from typing import Any

from lentigo.report.sections.metadata import metadata_content
from lentigo.report.sections.sections import filled_sections


def figure(value: float | None, low: float | None, high: float | None) -> dict[str, Any]:
    one = {"value": 0.5, "low": 0.4, "high": 0.6, "n": 9, "n_groups": 9}
    return {"first": one, "second": one, "difference": {**one, "value": value, "low": low, "high": high}}


def evaluation(**recalls: dict[str, Any]) -> dict[str, Any]:
    agreement = {"both_right": 1, "only_first_right": 1234, "only_second_right": 3, "neither_right": 4}
    figures = {"balanced_accuracy": figure(0.02, -0.01, 0.05), "malignant_roc_auc": figure(0.1, 0.05, 0.2)}
    return {"metadata": {"figures": figures, "recall": recalls, "agreement": agreement}, "leaked": False}


def test_sure_gains_and_losses_are_named() -> None:
    content = metadata_content(
        evaluation(
            MEL=figure(-0.1, -0.2, -0.02),
            BCC=figure(0.2, 0.1, 0.3),
            NV=figure(0.01, -0.01, 0.02),
            DF=figure(None, None, None),
        )
    )
    assert content is not None
    assert content["losing"] == ["melanoma"]
    assert content["gaining"] == ["basal cell carcinoma"]
    assert [row["title"] for row in content["rows"]][:2] == ["balanced accuracy", "malignant ROC AUC"]
    told = [row["difference"] for row in content["rows"]][2:]
    assert told == ["\u22120.100", "+0.200", "+0.010", "undefined"]
    assert "recall of melanoma \u22120.100" in content["picture"].description


def test_without_figures_there_is_no_section() -> None:
    assert metadata_content({"metadata": None}) is None
    assert metadata_content({}) is None
    assert "metadata" not in [section.anchor for section in filled_sections({"leaked": False})]


def test_a_leak_is_stamped_on_the_picture() -> None:
    honest, leaked = (
        metadata_content({**evaluation(MEL=figure(0.1, 0.0, 0.2)), "leaked": one}) for one in (False, True)
    )
    assert honest is not None
    assert leaked is not None
    assert len(leaked["picture"].light) > len(honest["picture"].light)
