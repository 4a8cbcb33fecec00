from __future__ import annotations

from typing import Any

import pytest

from lentigo.report.sections.verdict import main_figures, malignant_metrics, verdict


def figure(value: float | None, low: float | None = None, high: float | None = None) -> dict[str, Any]:
    return {"value": value, "low": low, "high": high, "n": 300, "n_groups": 200}


def evaluated(model: dict[str, Any], **baselines: Any) -> dict[str, Any]:
    return {"class_names": ["MEL", "NV"], "metrics": {"balanced_accuracy": model}, "baselines": baselines}


def baseline(value: float | None, difference: dict[str, Any] | None = None) -> dict[str, Any]:
    row = {"title": f"baseline at {value}", "metrics": {"balanced_accuracy": figure(value, 0.3, 0.6)}}
    return row | ({} if difference is None else {"model_minus_baseline": {"balanced_accuracy": difference}})


@pytest.mark.parametrize(
    ("model", "mark", "words"),
    [
        (figure(0.7, 0.65, 0.75), "good", "lower end of the model's interval lies above"),
        (figure(0.6, 0.45, 0.75), "unclear", "does not lie above"),
        (figure(0.5, 0.45, 0.55), "bad", "does not lie above"),
        (figure(0.4, 0.35, 0.45), "bad", "does not lie above"),
    ],
)
def test_the_lower_end_is_compared_with_the_best_baseline(
    model: dict[str, Any], mark: str, words: str
) -> None:
    found = verdict(evaluated(model, weak=baseline(0.2), strong=baseline(0.5)))
    assert found.mark == mark
    assert words in found.text
    assert "baseline at 0.5" in found.text


@pytest.mark.parametrize(
    ("low", "mark"), [(0.02, "good"), (0.0, "unclear"), (-0.05, "unclear"), (None, "unclear")]
)
def test_paired_differences_decide_where_they_are_known(low: float | None, mark: str) -> None:
    rows = {"strong": baseline(0.5, figure(0.1, low, 0.15)), "weak": baseline(0.2, figure(0.4, 0.3, 0.5))}
    assert verdict(evaluated(figure(0.6, 0.52, 0.68), **rows)).mark == mark


def test_a_weaker_baseline_that_is_not_beaten_is_not_forgotten() -> None:
    rows = {"strong": baseline(0.5, figure(0.1, 0.05, 0.15)), "noisy": baseline(0.4, figure(0.2, -0.1, 0.5))}
    assert verdict(evaluated(figure(0.6, 0.55, 0.65), **rows)).mark == "unclear"


def test_a_difference_below_zero_is_told_as_being_behind() -> None:
    found = verdict(evaluated(figure(0.4, 0.35, 0.45), one=baseline(0.5, figure(-0.1, -0.15, -0.05))))
    assert found.mark == "bad"
    assert "0.100 behind it (difference −0.150 to −0.050)" in found.text


def test_a_leak_outdoes_every_other_verdict() -> None:
    found = verdict({**evaluated(figure(0.99, 0.98, 1.0), one=baseline(0.5)), "leaked": True})
    assert found.mark == "bad"
    assert "leaked" in found.headline


@pytest.mark.parametrize("model", [{}, figure(None), figure(0.5)])
def test_without_a_figure_or_an_interval_nothing_is_said(model: dict[str, Any]) -> None:
    assert "undefined" in verdict(evaluated(model, one=baseline(0.5))).headline


@pytest.mark.parametrize("baselines", [{}, {"one": baseline(None)}])
def test_without_baselines_the_page_says_so(baselines: dict[str, Any]) -> None:
    assert "No baseline" in verdict(evaluated(figure(0.7, 0.6, 0.8), **baselines)).headline


def test_main_figures_stay_in_place_when_undefined() -> None:
    figures = main_figures({"class_names": ["a", "b"], "malignant_vs_benign": None})
    assert [figure.title for figure in figures][2:] == ["Sensitivity", "Specificity"]
    assert all(figure.interval is None and figure.basis == "" for figure in figures)
    assert malignant_metrics({"malignant_vs_benign": None}) == {}


def test_a_main_figure_tells_what_it_rests_on() -> None:
    assert main_figures(evaluated(figure(0.7, 0.6, 0.8)))[0].basis == "300 images, 200 groups"
