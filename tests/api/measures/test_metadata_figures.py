"""What metadata gain and cost: a whole run, asked in both ways."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from lentigo.api.answers.answers import Answers
from lentigo.api.answers.runs.source import open_run
from lentigo.api.answers.source import Asked
from lentigo.api.measures.metadata_figures import measure_metadata


@pytest.fixture(scope="module")
def told(told_job: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((told_job.run / "evaluation.json").read_text())["parts"]["validation"]
    return found


def answers_of(run: Any, asked: Asked | None = None) -> Answers:
    source = open_run(run)
    predictions = source.validation_predictions()
    assert predictions is not None
    return source.answers(predictions, "validation", asked=asked)


def test_figures_are_those_of_one_network_asked_in_two_ways(told_job: Any, told: dict[str, Any]) -> None:
    found, answers = told["metadata"], answers_of(told_job.run)
    assert answers.images is not None
    alone = answers.source.image_alone(answers.images)
    assert alone is not None
    truth = answers.sample.truth
    right = {"first": answers.sample.predicted == truth, "second": alone.argmax(axis=1) == truth}
    for who, is_right in right.items():
        assert found["figures"]["accuracy"][who]["value"] == pytest.approx(is_right.mean())
        for index, name in enumerate(answers.predictions.class_names):
            recall = is_right[truth == index].mean() if (truth == index).any() else None
            assert found["recall"][name][who]["value"] == (None if recall is None else pytest.approx(recall))
    counts = found["agreement"]
    assert counts["only_first_right"] == (right["first"] & ~right["second"]).sum()
    assert counts["only_second_right"] == (right["second"] & ~right["first"]).sum()
    difference = found["figures"]["accuracy"]["difference"]
    assert difference["value"] == pytest.approx(right["first"].mean() - right["second"].mean())
    assert set(difference) >= {"low", "high", "p_value"}
    assert np.abs(alone - answers.sample.probabilities).max() > 1e-3, "this run makes something of them"


def test_there_are_none_of_images_alone_and_in_brief(small_job: Any, told_job: Any) -> None:
    assert measure_metadata(answers_of(small_job.run)) is None
    assert measure_metadata(answers_of(told_job.run, Asked(is_brief=True))) is None


def test_the_network_is_asked_about_painted_images_with_the_metadata_of_the_whole_ones(told_job: Any) -> None:
    answers = answers_of(told_job.run)
    assert answers.images is not None
    ask = answers.source.asker(answers.images)
    assert ask is not None
    np.testing.assert_allclose(ask(answers.images.pixels()), answers.sample.probabilities, atol=1e-6)


def test_the_report_shows_gains_and_losses(told_job: Any) -> None:
    page = (told_job.run / "report.html").read_text()
    assert "What age, sex and site add, and what they cost" in page
