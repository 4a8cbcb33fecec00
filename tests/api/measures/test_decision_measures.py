"""Calibration, operating points, net benefit and mixes of classes as measured on a part of a run."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lentigo.api.answers.answers import EvaluatedPart
from lentigo.api.answers.runs.fit import ValidationFit
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
from lentigo.evaluation.calibration.calibration_fitting import choose_calibration
from lentigo.evaluation.decisions.operating_points import DEFAULT_RULES, choose_threshold, parse_rule
from lentigo.evaluation.decisions.thresholding import Thresholding
from lentigo.evaluation.evaluate import Context
from lentigo.evaluation.intervals.bootstrap import Resampling
from lentigo.evaluation.intervals.sample import sample
from lentigo.evaluation.predictions import Predictions
from lentigo.settings.run import RunDirectory

NAMES = ("MEL", "NV", "BKL")
CONTEXT = Context("test", "ab", ("MEL",), resampling=Resampling(100))


def surer_than_right(num_images: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Truth drawn from probabilities, and a network that doubles their logarithms."""
    generator = np.random.default_rng(seed)
    honest = softmax(1.5 * generator.normal(size=(num_images, 3)) + np.array([-1.0, 1.0, 0.0]))
    truth = np.minimum((generator.random((num_images, 1)) > honest.cumsum(axis=1)).sum(axis=1), 2)
    return truth, softmax(2 * np.log(honest))


@dataclass(frozen=True)
class MadePart(EvaluatedPart):
    """A part whose validation was made, so that no network is asked."""

    @property
    def groups(self) -> Any:  # type: ignore[override]
        return self.predictions.image_ids.astype(str)

    @cached_property
    def fit(self) -> ValidationFit | None:  # type: ignore[override]
        truth, network = surer_than_right(800, seed=1)
        made = sample(truth, network, np.arange(800))
        fitted = choose_calibration(made)
        scores = fitted.calibration.apply(network)[:, 0]
        points = tuple(choose_threshold(parse_rule(rule), truth == 0, scores) for rule in DEFAULT_RULES)
        thresholding = Thresholding(fitted.calibration, (0,), points, DEFAULT_RULES[0])
        return ValidationFit(thresholding, fitted, made, {"part": "validation", "n_images": 800})


def part_of(seed: int, part: str = "test") -> MadePart:
    truth, network = surer_than_right(800, seed)
    ids = np.array([f"image{number}" for number in range(800)], dtype=object)
    names = np.array(NAMES, dtype=object)[truth]
    predictions = Predictions(ids, np.array(part), np.array(-1), names, network, NAMES)
    nothing: Any = None
    return MadePart(RunDirectory(Path("nowhere")), nothing, nothing, predictions, replace(CONTEXT, part=part))


@pytest.fixture(scope="module")
def test_part() -> MadePart:
    return part_of(seed=2)


def test_calibration_gains_on_images_it_was_not_fitted_on(test_part: MadePart) -> None:
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


def test_operating_points_hold_on_other_images(test_part: MadePart) -> None:
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
    cheapest = figures["cost=10:1"]["cost"]["value"]
    assert cheapest < found["all_called"]["cost"]["value"]
    assert cheapest < found["none_called"]["cost"]["value"]
    costs = found["class_costs"]
    assert costs["cheapest"]["value"] < costs["most_probable"]["value"]


def test_another_mix_of_classes(test_part: MadePart) -> None:
    rare = replace(test_part, prior="malignant=0.02")
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


def test_a_mix_is_estimated_without_labels(test_part: MadePart) -> None:
    found = measure_prior(test_part)
    assert found is not None
    assert found["asked"] is None
    for name in NAMES:
        assert found["estimated"][name] == pytest.approx(found["here"][name], abs=0.06)
    estimated = replace(test_part, prior="estimate")
    assert prior_of(estimated) == pytest.approx(tuple(found["estimated"].values()))


def test_a_run_is_measured_as_a_whole(small_job: Any, tmp_path: Path) -> None:
    from lentigo.api.training import open_data
    from lentigo.evaluation.predictions import load_predictions

    run = RunDirectory.existing(shutil.copytree(small_job.run, tmp_path / "run"))
    manifest, split = open_data(run)
    stored = load_predictions(run.predictions_file, "validation")
    context = Context("validation", split.hash, tuple(run.record()["malignant"]), resampling=Resampling(50))
    part = EvaluatedPart(run, manifest, split, stored, context, rules=("specificity=0.8",))
    points = measure_operating_points(part)
    assert points is not None
    assert points["chosen"] == "specificity=0.8"
    assert (run.path / "operating_points.json").is_file()
    assert part.fit is not None
    np.testing.assert_array_equal(part.fit.validation.probabilities, stored.probabilities)


def test_without_validation_there_is_nothing(test_part: MadePart) -> None:
    class Unfitted(MadePart):
        fit = None  # type: ignore[assignment]

    part = Unfitted(
        **{name: getattr(test_part, name) for name in ("run", "manifest", "split", "predictions", "context")}
    )
    measures = (measure_calibration, measure_operating_points, measure_decision_curve, measure_prior)
    assert [measure(part) for measure in measures] == [None] * 4
