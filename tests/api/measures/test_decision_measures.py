"""Calibration, operating points, net benefit and mixes of classes as measured on answers."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lentigo.api.answers.answers import Answers
from lentigo.api.answers.runs.source import open_run
from lentigo.api.answers.source import Asked, Source
from lentigo.api.answers.validation_fit import Validation
from lentigo.api.measures.decision_measures import (
    calibrated_sample,
    measure_calibration,
    measure_decision_curve,
    measure_operating_points,
    measure_prior,
    prior_of,
    shifted_sample,
)
from lentigo.evaluation.calibration.calibration import softmax
from lentigo.evaluation.evaluate import Context
from lentigo.evaluation.intervals.bootstrap import Resampling
from lentigo.evaluation.intervals.sample import sample
from lentigo.evaluation.predictions import Predictions, load_predictions

NAMES = ("MEL", "NV", "BKL")
CONTEXT = Context("test", "ab", ("MEL",), resampling=Resampling(100))


def surer_than_right(num_images: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Truth drawn from probabilities, and a network that doubles their logarithms."""
    generator = np.random.default_rng(seed)
    honest = softmax(1.5 * generator.normal(size=(num_images, 3)) + np.array([-1.0, 1.0, 0.0]))
    truth = np.minimum((generator.random((num_images, 1)) > honest.cumsum(axis=1)).sum(axis=1), 2)
    return truth, softmax(2 * np.log(honest))


def part_of(seed: int, part: str = "test") -> Answers:
    """Answers of one who is known by them alone, and by those on validation, which are of seed 1."""
    truth, network = surer_than_right(800, seed)
    ids = np.array([f"image{number}" for number in range(800)], dtype=object)
    names = np.array(NAMES, dtype=object)[truth]
    predictions = Predictions(ids, np.array(part), np.array(-1), names, network, NAMES)
    validation = Validation(sample(*surer_than_right(800, seed=1), np.arange(800)), NAMES, ("MEL",))
    return Answers(predictions, ids.astype(str), replace(CONTEXT, part=part), Source("", validation))


@pytest.fixture(scope="module")
def test_part() -> Answers:
    return part_of(seed=2)


def test_calibration_gains_on_images_it_was_not_fitted_on(test_part: Answers) -> None:
    found = measure_calibration(test_part)
    assert found is not None
    assert found["method"] == "temperature"
    assert found["scale"][0] == pytest.approx(0.5, abs=0.06)
    assert not found["is_cross_fitted"]
    assert found["gain"]["log_loss"]["low"] > 0
    assert found["changed_answers"] == 0
    for claim in ("answers", "malignant"):
        before, after = (found[state][claim]["expected_calibration_error"] for state in ("before", "after"))
        assert before["low"] > 0
        assert after["value"] < before["value"]
        assert after["low"] == 0


def test_on_validation_answers_are_cross_fitted() -> None:
    part = part_of(seed=1, part="validation")
    found = measure_calibration(part)
    points = measure_operating_points(part)
    assert found is not None
    assert points is not None
    assert part.fit is not None
    assert found["is_cross_fitted"]
    assert points["is_cross_fitted"]
    np.testing.assert_array_equal(
        calibrated_sample(part).probabilities, part.fit.calibration_fit.cross_fitted
    )


def test_operating_points_hold_on_other_images(test_part: Answers) -> None:
    found = measure_operating_points(test_part)
    assert found is not None
    figures = {point["rule"]: point["figures"] for point in found["points"]}
    assert found["chosen"] == "sensitivity=0.95"
    for rule, name, level in (
        ("sensitivity=0.95", "sensitivity", 0.95),
        ("specificity=0.9", "specificity", 0.9),
    ):
        assert figures[rule][name]["low"] <= level + 0.02
        assert figures[rule][name]["high"] >= level - 0.02
    promises = {point["rule"]: point["promise"] for point in found["points"]}
    assert promises["sensitivity=0.95"]["reached"] == figures["sensitivity=0.95"]["sensitivity"]
    assert promises["sensitivity=0.95"]["confidence"] >= 0.9
    assert promises["cost=10:1"] is None
    cheapest = figures["cost=10:1"]["cost"]["value"]
    assert cheapest < found["all_called"]["cost"]["value"]
    assert cheapest < found["none_called"]["cost"]["value"]
    costs = found["class_costs"]
    assert costs["cheapest"]["value"] < costs["most_probable"]["value"]


def test_another_mix_of_classes(test_part: Answers) -> None:
    rare = replace(test_part, asked=Asked(prior="malignant=0.02"))
    asked, plain = measure_operating_points(rare), measure_operating_points(test_part)
    assert asked is not None
    assert plain is not None
    ours, theirs = (found["points"][0]["figures"] for found in (asked, plain))
    assert ours["sensitivity"] == pytest.approx(theirs["sensitivity"])
    assert ours["positive_predictive_value"]["value"] < theirs["positive_predictive_value"]["value"]
    curve = measure_decision_curve(rare)
    assert curve is not None
    assert curve["prevalence"] == pytest.approx(0.02)
    assert (
        shifted_sample(rare).probabilities[:, 0].mean() < calibrated_sample(rare).probabilities[:, 0].mean()
    )


def test_a_mix_is_estimated_without_labels(test_part: Answers) -> None:
    found = measure_prior(test_part)
    assert found is not None
    assert found["asked"] is None
    for name in NAMES:
        assert found["estimated"][name] == pytest.approx(found["here"][name], abs=0.06)
    estimated = replace(test_part, asked=Asked(prior="estimate"))
    assert prior_of(estimated) == pytest.approx(tuple(found["estimated"].values()))


def test_a_run_is_measured_as_a_whole(small_job: Any, tmp_path: Path) -> None:
    source = open_run(shutil.copytree(small_job.run, tmp_path / "run"))
    stored = load_predictions(source.run.predictions_file, "validation")
    answers = source.answers(stored, "validation", asked=Asked(rules=("specificity=0.8",)))
    part = replace(answers, context=replace(answers.context, resampling=Resampling(50)))
    points = measure_operating_points(part)
    assert points is not None
    assert points["chosen"] == "specificity=0.8"
    assert (source.run.path / "operating_points.json").is_file()
    assert part.fit is not None
    np.testing.assert_array_equal(part.fit.validation.probabilities, stored.probabilities)


def test_without_validation_there_is_nothing(test_part: Answers) -> None:
    part = replace(test_part, source=Source())
    measures = (measure_calibration, measure_operating_points, measure_decision_curve, measure_prior)
    assert [measure(part) for measure in measures] == [None] * 4
