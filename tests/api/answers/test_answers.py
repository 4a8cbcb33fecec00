"""What is judged, and what is fitted and calibrated for it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from lentigo.api.answers.answers import Answers, Finer
from lentigo.api.answers.runs.parts import groups_of
from lentigo.api.answers.runs.source import RunSource, open_run
from lentigo.api.answers.source import Source
from lentigo.api.answers.validation_fit import Validation
from lentigo.evaluation.calibration.calibration import softmax
from lentigo.evaluation.evaluate import Context
from lentigo.evaluation.intervals.sample import sample
from lentigo.evaluation.predictions import Predictions, load_predictions

NAMES = ("MEL", "NV", "BKL")


@pytest.fixture(scope="module")
def source(small_job: Any) -> RunSource:
    return open_run(small_job.run)


@pytest.fixture(scope="module")
def evaluated(source: RunSource) -> Answers:
    return source.answers(load_predictions(source.run.predictions_file, "validation"), "validation")


def made(part: str, seed: int = 0, num_images: int = 300) -> Answers:
    """Answers of somebody who is too sure, known by them alone."""
    generator = np.random.default_rng(seed)
    logits = 3 * generator.normal(size=(num_images, 3))
    truth = np.array([generator.choice(3, p=row) for row in softmax(logits / 3)])
    ids = np.array([f"{part}{number}" for number in range(num_images)], dtype=object)
    named = np.array(NAMES, dtype=object)[truth]
    predictions = Predictions(ids, np.array(part), np.array(-1), named, softmax(logits), NAMES)
    return Answers(predictions, ids.astype(str), Context(part, "", ("MEL",)))


def on_validation() -> Validation:
    return Validation(made("validation", seed=1).sample, NAMES, ("MEL",))


def test_stored_answers_on_validation_are_what_is_fitted_on(evaluated: Answers, source: RunSource) -> None:
    found = source.validation_predictions()
    assert found is not None
    np.testing.assert_array_equal(found.probabilities, evaluated.predictions.probabilities)
    assert evaluated.is_validation
    assert evaluated.fit is not None
    assert evaluated.fit.validation is evaluated.sample


def test_groups_are_those_of_the_split(evaluated: Answers, source: RunSource) -> None:
    table = source.split.table.set_index("image_id")["group"]
    expected = [table[image_id] for image_id in evaluated.predictions.image_ids]
    assert evaluated.groups.tolist() == expected
    assert groups_of(source.split, evaluated.predictions).tolist() == expected


def test_images_are_those_answered_in_their_order(evaluated: Answers) -> None:
    backwards = replace(evaluated, predictions=evaluated.predictions.chosen(np.array([2, 0])))
    assert backwards.images is not None
    assert backwards.images.table["image_id"].tolist() == backwards.predictions.image_ids.tolist()


def test_answers_without_validation_are_taken_as_they_are() -> None:
    answers = made("test")
    assert answers.fit is None
    assert answers.calibrated is answers.predictions.probabilities
    assert (answers.images, answers.baselines()) == (None, {})


def test_a_stranger_s_answers_are_calibrated_by_theirs_on_validation() -> None:
    answers = replace(made("test"), source=Source("theirs", on_validation()))
    assert answers.fit is not None
    expected = answers.fit.thresholding.calibration.apply(answers.predictions.probabilities)
    np.testing.assert_array_equal(answers.calibrated, expected)
    assert answers.calibrated.max(axis=1).mean() < answers.predictions.probabilities.max(axis=1).mean()


def test_classes_put_together_are_calibrated_one_by_one_and_added() -> None:
    fine = made("test")
    finer = Finer(fine.predictions.probabilities, NAMES, ("MEL",), {"OTHER": ("MEL", "BKL")})
    names = np.where(fine.predictions.truth == "NV", "NV", "OTHER")
    coarse = Predictions(
        fine.predictions.image_ids, np.array("test"), np.array(-1), names,
        finer.coarse(finer.probabilities), ("OTHER", "NV"),
    )  # fmt: skip
    answers = Answers(coarse, fine.groups, Context("test", ""), Source("", on_validation()), finer=finer)
    assert answers.source_fit is not None
    apart = answers.source_fit.thresholding.calibration.apply(finer.probabilities)
    np.testing.assert_allclose(answers.calibrated, np.stack([apart[:, [0, 2]].sum(axis=1), apart[:, 1]], 1))
    assert finer.mixed() == ["OTHER"]
    assert answers.fit is not None
    assert answers.fit.thresholding.points == ()


def test_the_source_s_class_is_the_one_that_an_answer_is_mostly_made_of() -> None:
    probabilities = np.array([[0.3, 0.4, 0.3], [0.2, 0.7, 0.1], [0.1, 0.3, 0.6]])
    finer = Finer(probabilities, NAMES, (), {"OTHER": ("MEL", "BKL")})
    truth = np.array(["NV", "NV", "OTHER"], dtype=object)
    coarse = Predictions(
        np.array(["a", "b", "c"]),
        np.array("x"),
        np.array(-1),
        truth,
        finer.coarse(probabilities),
        ("OTHER", "NV"),
    )
    answers = Answers(coarse, np.array(["a", "b", "c"]), Context("x", ""), finer=finer)
    assert answers.source_classes().tolist() == [0, 1, 2]
    assert replace(answers, finer=None).source_classes().tolist() == [0, 1, 0]


def test_the_sample_is_of_these_answers(evaluated: Answers) -> None:
    own = evaluated.predictions
    expected = sample(own.truth_indices(), own.probabilities, evaluated.groups)
    np.testing.assert_array_equal(evaluated.sample.truth, expected.truth)
    np.testing.assert_array_equal(evaluated.sample.groups.codes, expected.groups.codes)
