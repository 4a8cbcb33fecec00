from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lentigo.evaluation.evaluate import Context, evaluate_predictions, save_evaluation
from lentigo.evaluation.intervals.bootstrap import Resampling
from lentigo.evaluation.intervals.sample import Sample
from lentigo.evaluation.predictions import Predictions
from lentigo.settings.errors import DataError, TableError
from lentigo.settings.sealing import read_sealed

NAMES = ("MEL", "NV", "BCC", "AK")
FEW = Resampling(60)
CONTEXT = Context("test", "0123", ("MEL", "BCC", "SCC"), resampling=FEW)

Evaluate = Callable[..., dict[str, Any]]


def predictions_of(images: Sample, names: tuple[str, ...] = NAMES) -> Predictions:
    ids = np.array([f"i{index}" for index in range(images.num_images)])
    return Predictions(ids, "test", -1, np.array(names)[images.truth], images.probabilities, names)


def intervals_in(found: Any) -> list[dict[str, Any]]:
    if isinstance(found, dict):
        own = [found] if "value" in found else []
        return own + [inner for value in found.values() for inner in intervals_in(value)]
    return [inner for value in found for inner in intervals_in(value)] if isinstance(found, list) else []


@pytest.fixture(scope="module")
def images(make_sample: Callable[..., Sample]) -> Sample:
    return make_sample(num_images=400)


@pytest.fixture(scope="module")
def result(images: Sample) -> dict[str, Any]:
    shares = np.tile(np.bincount(images.truth, minlength=4) / 400, (400, 1))
    baselines = {"majority_class": shares}
    return evaluate_predictions(predictions_of(images), images.groups.codes, CONTEXT, baselines)


def test_it_says_where_it_comes_from(result: dict[str, Any], images: Sample) -> None:
    expected = {
        "part": "test",
        "n_images": 400,
        "n_groups": images.groups.num_groups,
        "split_hash": "0123",
        "leaked": False,
        "absent_classes": [],
        "classes_of_few_groups": {},
    }
    assert {name: result[name] for name in expected} == expected
    assert result["confusion_matrix"] == images.confusion.tolist()
    assert result["malignant_vs_benign"]["malignant"] == ["MEL", "BCC"]
    assert list(result["per_class"]) == list(NAMES)
    assert list(result["curves"]) == ["roc", "precision_recall", "reliability", "expected_calibration_error"]


def test_it_is_json_and_every_figure_has_an_interval(result: dict[str, Any]) -> None:
    assert json.loads(json.dumps(result, allow_nan=False)) == result
    found = intervals_in(result)
    assert len(found) > 50
    for figure in found:
        assert list(figure) == ["value", "low", "high", "n", "n_groups"]
        assert figure["low"] <= figure["value"] <= figure["high"]
        assert 0 < figure["n_groups"] <= figure["n"] <= 400


def test_the_baseline_is_beaten(result: dict[str, Any]) -> None:
    baseline = result["baselines"]["majority_class"]
    assert baseline["title"] == "always the commonest class"
    assert baseline["metrics"]["balanced_accuracy"]["value"] == 0.25
    assert baseline["metrics"]["malignant_roc_auc"]["value"] == 0.5
    difference = baseline["model_minus_baseline"]["balanced_accuracy"]
    assert difference["value"] == pytest.approx(result["metrics"]["balanced_accuracy"]["value"] - 0.25)
    assert difference["low"] > 0


def test_the_order_of_images_does_not_matter(result: dict[str, Any], images: Sample) -> None:
    order = np.random.default_rng(0).permutation(400)
    shuffled = Sample(images.truth[order], images.probabilities[order], images.groups)
    again = evaluate_predictions(predictions_of(shuffled), images.groups.codes[order], CONTEXT)
    for figure, other in zip(intervals_in(result["metrics"]), intervals_in(again["metrics"]), strict=True):
        assert figure == pytest.approx(other, abs=1e-12)


def test_a_binary_model_needs_no_list_of_malignant_classes(make_sample: Callable[..., Sample]) -> None:
    images = make_sample(num_classes=2)
    found = evaluate_predictions(
        predictions_of(images, ("benign", "malignant")),
        images.groups.codes,
        Context("test", "", resampling=FEW),
    )
    binary = found["malignant_vs_benign"]
    assert binary["malignant"] == ["malignant"]
    assert binary["confusion_matrix"] == found["confusion_matrix"]
    assert binary["metrics"]["roc_auc"] == found["metrics"]["roc_auc"]
    assert binary["metrics"]["sensitivity"] == found["per_class"]["malignant"]["recall"]


def test_without_malignant_classes_nothing_is_said_about_them(images: Sample) -> None:
    context = Context("test", "", ("SCC",), resampling=FEW)
    answers = {"nameless": images.probabilities}
    found = evaluate_predictions(predictions_of(images), images.groups.codes, context, answers)
    assert found["malignant_vs_benign"] is None
    assert found["baselines"]["nameless"]["title"] == "nameless"
    assert found["baselines"]["nameless"]["metrics"]["malignant_roc_auc"] is None


@pytest.mark.parametrize(
    ("truth", "groups"),
    [(["MEL"], [0]), (["NV"] * 3, [0, 0, 0]), (["NV"] * 3, [0, 1, 2]), (["MEL", "NV"], [0, 1])],
)
def test_the_smallest_parts_give_json(truth: list[str], groups: list[int]) -> None:
    answers = np.tile([0.4, 0.4, 0.1, 0.1], (len(truth), 1))
    few = Predictions(np.arange(len(truth)).astype(str), "test", -1, np.array(truth), answers, NAMES)
    found = evaluate_predictions(few, groups, CONTEXT, {"majority_class": answers})
    json.dumps(found, allow_nan=False)
    assert found["ties"] == len(truth)
    assert found["absent_classes"] == [name for name in NAMES if name not in truth]
    of_class = {name: {g for g, own in zip(groups, truth, strict=True) if own == name} for name in truth}
    assert found["classes_of_few_groups"] == {name: len(own) for name, own in of_class.items()}
    for figure in intervals_in(found):
        assert figure["n_groups"] > 1 or figure["low"] is None


def test_a_leak_is_stamped(images: Sample) -> None:
    context = Context("train", "", leaked=True, resampling=FEW)
    assert evaluate_predictions(predictions_of(images), images.groups.codes, context)["leaked"] is True


def test_what_does_not_fit_is_refused(images: Sample) -> None:
    predictions = predictions_of(images)
    with pytest.raises(DataError, match="baseline majority_class"):
        evaluate_predictions(predictions, images.groups.codes, CONTEXT, {"majority_class": np.zeros((2, 4))})
    with pytest.raises(DataError, match="groups"):
        evaluate_predictions(predictions, [0, 1], CONTEXT)
    with pytest.raises(DataError, match="no image"):
        evaluate_predictions(predictions.of_part("validation"), [], CONTEXT)
    with pytest.raises(TableError, match="none of the model's classes"):
        evaluate_predictions(
            Predictions(np.array(["x"]), "test", -1, np.array([""]), np.eye(4)[:1], NAMES), [0], CONTEXT
        )


def test_parts_gather_in_one_file(tmp_path: Path, result: dict[str, Any]) -> None:
    path = tmp_path / "evaluation.json"
    save_evaluation(path, "my-run", {**result, "part": "validation"})
    save_evaluation(path, "my-run", {**result, "n_images": 1})
    document = save_evaluation(path, "my-run", result)
    assert list(document["parts"]) == ["validation", "test"]
    assert document["parts"]["test"] == result
    assert read_sealed(path) == document
    assert (document["schema_version"], document["run"]) == (1, "my-run")
    assert "not a medical device" in document["notice"]
