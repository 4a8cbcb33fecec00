from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from lentigo.evaluation.abstaining.leave_one_class_out import Featured, compare_scores, linear_logits
from lentigo.evaluation.abstaining.single_scores import fit_mahalanobis, mahalanobis
from lentigo.evaluation.abstaining.unknown_scores import SCORES
from lentigo.evaluation.intervals.bootstrap import Resampling

CENTRES = np.array([[4.0, 0, 0], [0, 4.0, 0], [0, 0, 4.0]])
FEW = Resampling(40)


def featured(num_images: int, seed: int) -> Featured:
    generator = np.random.default_rng(seed)
    classes = np.arange(num_images) % 3
    features = CENTRES[classes] + generator.normal(size=(num_images, 3))
    figures = generator.normal(size=(num_images, 4))
    return Featured(
        features, figures, classes, np.array(["a", "b", "c"])[classes], np.arange(num_images) // 2
    )


def test_every_score_is_tried_on_every_diagnosis() -> None:
    train, validation = featured(120, 0), featured(90, 1)
    found = compare_scores(train, validation, {}, FEW)
    assert found is not None
    assert found["scores"].keys() == SCORES.keys()
    means = {name: figures["mean"]["value"] for name, figures in found["scores"].items()}
    assert found["chosen"] == max(means, key=lambda name: means[name])
    own = found["scores"]["mahalanobis"]
    known = train.among(train.diagnoses != "b")
    scores = mahalanobis(validation.features, fit_mahalanobis(known.features, known.classes))
    expected = roc_auc_score(validation.diagnoses == "b", scores)
    assert own["per_class"]["b"]["value"] == pytest.approx(expected)
    assert own["mean"]["value"] == pytest.approx(
        np.mean([figure["value"] for figure in own["per_class"].values()])
    )
    assert own["mean"]["low"] < own["mean"]["value"] < own["mean"]["high"]
    assert own["mean"]["value"] > 0.95, "far from both other classes"


def test_the_left_out_diagnosis_is_not_learnt_from() -> None:
    train, validation = featured(120, 0), featured(90, 1)
    changed = Featured(
        np.where((train.diagnoses == "b")[:, np.newaxis], 50.0, train.features),
        train.figures, train.classes, train.diagnoses, train.groups,
    )  # fmt: skip
    before, after = (compare_scores(one, validation, {}, FEW) for one in (train, changed))
    assert before is not None
    assert after is not None
    for name in SCORES:
        first, second = (one["scores"][name]["per_class"]["b"] for one in (before, after))
        assert first == second


def test_diagnoses_may_be_finer_than_classes() -> None:
    train, validation = featured(120, 0), featured(90, 1)
    two = [
        Featured(one.features, one.figures, np.minimum(one.classes, 1), one.diagnoses, one.groups)
        for one in (train, validation)
    ]
    found = compare_scores(*two, {}, FEW)
    assert found is not None
    # without a only one class would remain
    assert list(found["scores"]["energy"]["per_class"]) == ["b", "c"]


def test_the_worst_kind_of_other_pictures_counts_as_much_as_left_out_diagnoses() -> None:
    train, validation = featured(120, 0), featured(90, 1)
    strange = np.random.default_rng(2).normal(size=(12, 4)) + 9
    far = {
        "things": (validation.features[:12], strange),
        "noise": (validation.features[:12] * 0 - 9, strange),
    }
    found = compare_scores(train, validation, far, FEW)
    assert found is not None
    pixels, doubt = (found["scores"][name] for name in ("pixel_statistics", "maximum_probability"))
    assert pixels["far"]["things"]["value"] == 1.0, "their pixels are far from those of all validation images"
    assert doubt["far"]["things"]["value"] < 0.7, "the network sees what it knows"
    for score in (pixels, doubt):
        near = np.mean([one["value"] for one in score["per_class"].values()])
        worst = min(one["value"] for one in score["far"].values())
        assert score["mean"]["value"] == pytest.approx((near + worst) / 2)
    assert found["chosen"] == "several"


def test_two_classes_leave_nothing_to_compare() -> None:
    train = featured(60, 0)
    two = train.among(train.classes < 2)
    assert compare_scores(two, two, {}, FEW) is None


def test_logits_of_two_classes_are_two_columns() -> None:
    train = featured(60, 0)
    two = train.among(train.classes < 2)
    logits = linear_logits(two, two.features)
    assert logits.shape == (40, 2)
    np.testing.assert_array_equal(logits.argmax(axis=1), two.classes)
