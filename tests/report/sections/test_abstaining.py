"""The section "When it should not answer": what it says, and that it shows on the page."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lentigo.evaluation.abstaining.conformal import fit_conformal
from lentigo.evaluation.abstaining.figures import ShownAnswers, abstaining_figures
from lentigo.evaluation.abstaining.rule import Abstaining, Unknown
from lentigo.evaluation.intervals.bootstrap import Resampling
from lentigo.evaluation.intervals.sample import sample
from lentigo.report.pages.page import ReportInput, write_report
from lentigo.report.sections.abstaining import abstaining_content


def interval(value: float) -> dict[str, Any]:
    return {"value": value, "low": value - 0.1, "high": value + 0.1, "n": 200, "n_groups": 150}


@pytest.fixture(scope="module")
def figures() -> dict[str, Any]:
    generator = np.random.default_rng(0)
    truth = generator.integers(2, size=200)
    own = np.clip(generator.normal(0.65, 0.25, 200), 0.01, 0.99)
    rows = np.where(truth[:, np.newaxis] == [0, 1], own[:, np.newaxis], 1 - own[:, np.newaxis])
    images = sample(truth, rows, np.arange(200) // 2)
    conformal = fit_conformal(rows, truth, images.groups.codes, ("lac", True), 0.1)
    unknown = Unknown("energy", 0.9, 0.05, np.linspace(0, 1, 101))
    part = ShownAnswers(
        images, ("MEL", "NV"), images.predicted, generator.random(200), images, is_validation=True
    )
    found = abstaining_figures(part, Abstaining(conformal, unknown, {}), Resampling(30))
    scores = {
        name: {"mean": interval(mean), "per_class": {"MEL": interval(mean), "NV": interval(mean)}}
        for name, mean in (("maximum_probability", 0.6), ("energy", 0.7))
    }
    return {**found, "comparison": {"chosen": "energy", "scores": scores}}


def test_the_best_score_comes_first_and_the_bundles_sets_are_marked(figures: dict[str, Any]) -> None:
    found = abstaining_content({"abstaining": figures})
    assert found is not None
    assert [row["name"] for row in found["scores"]["rows"]] == ["energy", "maximum_probability"]
    assert [row["is_shown"] for row in found["sets"]].count(True) == 1
    assert found["promised"] == pytest.approx(0.9)
    worst = min(
        figures["prediction_sets"]["kinds"]["lac"]["by_class"]["per_class"].values(),
        key=lambda one: one["value"],
    )
    assert next(row for row in found["sets"] if row["is_shown"])["least"] == worst


def test_without_figures_there_is_no_section() -> None:
    assert abstaining_content({}) is None
    assert abstaining_content({"abstaining": None}) is None


def test_what_was_not_compared_is_left_out(figures: dict[str, Any]) -> None:
    found = abstaining_content({"abstaining": {**figures, "comparison": None, "unknown": None}})
    assert found is not None
    assert (found["scores"], found["unknown"]) == (None, None)


@pytest.mark.parametrize("is_whole", [True, False])
def test_it_stands_on_the_page(
    figures: dict[str, Any], binary_input: ReportInput, tmp_path: Path, is_whole: bool
) -> None:
    own = figures if is_whole else {**figures, "comparison": None, "unknown": None}
    page = tmp_path / "report.html"
    write_report(page, replace(binary_input, evaluation={**binary_input.evaluation, "abstaining": own}))
    text = page.read_text(encoding="utf-8")
    assert 'id="abstaining"' in text
    assert ("Telling images of a class never seen" in text) == is_whole
    assert "least ambiguous (LAC)" in text
