"""What is fitted on validation, fitted on the answers of a bundle's own network."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import lentigo
from lentigo.api.answers.runs.source import open_run
from lentigo.api.bundling.refitting import refit
from lentigo.bundle.prediction import Bundle
from lentigo.evaluation.decisions.thresholding import read_thresholding

Outputs = dict[str, np.ndarray]


@pytest.fixture(scope="module")
def exported(small_job: Any, tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    out = tmp_path_factory.mktemp("refitting") / "bundle"
    lentigo.export(small_job.run, out)
    return lentigo.load_bundle(out)


@pytest.fixture
def refitted(exported: Bundle, small_job: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """What is fitted where the network's outputs are changed by a function."""
    compute = exported.outputs

    def fit(change: Callable[[Outputs], Outputs]) -> Any:
        monkeypatch.setattr(exported, "outputs", lambda *asked: change(compute(*asked)))
        return refit(exported, open_run(small_job.run))

    return fit


def test_the_same_answers_give_the_same(exported: Bundle, refitted: Any) -> None:
    found = refitted(lambda outputs: outputs)
    for key in ("calibration", "operating_points", "abstaining"):
        assert found[key]["fitted_on"]["network"] == "int8"
    before = exported.facts
    assert found["calibration"]["scale"] == pytest.approx(before.calibration["scale"], rel=0.01)
    thresholds = [
        [point["threshold"] for point in one["points"]]
        for one in (found["operating_points"], before.operating_points)
    ]
    assert thresholds[0] == pytest.approx(thresholds[1], abs=1e-3)
    scores = [one["unknown"]["quantiles"] for one in (found["abstaining"], before.abstaining)]
    assert scores[0] == pytest.approx(scores[1], rel=1e-3)


def test_other_answers_keep_what_was_promised_by_other_thresholds(
    exported: Bundle, refitted: Callable[..., Any], small_job: Any
) -> None:
    is_malignant = np.isin(exported.facts.class_names, exported.facts.malignant)

    def milder(outputs: Outputs) -> Outputs:
        lowered = outputs["probabilities"] * np.where(is_malignant, 0.5, 1.0)
        return outputs | {"probabilities": lowered / lowered.sum(axis=1, keepdims=True)}

    answers = open_run(small_job.run).validation_predictions()
    assert answers is not None
    probabilities = milder({"probabilities": answers.probabilities})["probabilities"]
    places = tuple(np.flatnonzero(is_malignant).tolist())
    found, before = refitted(milder), exported.facts

    def sensitivity(calibration: Any, points: Any) -> float:
        thresholding = read_thresholding(calibration, points, places)
        called = thresholding.called(probabilities, thresholding.point)
        return float(called[np.isin(answers.truth_indices(), places)].mean())

    kept = sensitivity(found["calibration"], found["operating_points"])
    assert kept >= 0.95, "as `sensitivity=0.95` says, on the answers that it was fitted on"
    assert sensitivity(before.calibration, before.operating_points) < kept
