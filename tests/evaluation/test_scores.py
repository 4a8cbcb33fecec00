from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from lentigo.evaluation import scores
from lentigo.evaluation.intervals.bootstrap import Resampling
from lentigo.evaluation.intervals.sample import Sample, sample
from lentigo.evaluation.metrics import CLASS_METRICS, ClassMetric, recall

FEW = Resampling(100)
MATRIX = np.array([[2667, 142], [228, 1184]])


def of_matrix(matrix: np.ndarray) -> Sample:
    """Images that give this confusion matrix, each its own group."""
    size = len(matrix)
    truth, answered = (np.repeat(part.ravel(), matrix.ravel()) for part in np.indices(matrix.shape))
    return sample(truth, np.eye(size)[answered], np.arange(matrix.sum()))


def values(figures: dict[str, Any]) -> dict[str, Any]:
    return {name: figure["value"] for name, figure in figures.items() if isinstance(figure, dict)}


def test_the_matrix_of_the_study() -> None:
    scored = scores.score(of_matrix(MATRIX), FEW)
    found = scores.malignant_metrics(scored)
    expected = {
        "accuracy": 0.912343,
        "balanced_accuracy": 0.893988,
        "macro_f1": (2 * 2667 / (2 * 2667 + 370) + 2 * 1184 / (2 * 1184 + 370)) / 2,
        "roc_auc": 0.893988,
        "precision": 0.892911,
        "sensitivity": 0.838527,
        "specificity": 0.949448,
        "f1": 0.864865,
    }
    assert {name: values(found)[name] for name in expected} == pytest.approx(expected, abs=1e-5)
    half_width = 1.96 * np.sqrt(0.838527 * 0.161473 / 1412)
    assert found["sensitivity"]["low"] == pytest.approx(0.838527 - half_width, abs=6e-3)
    assert found["sensitivity"]["high"] == pytest.approx(0.838527 + half_width, abs=6e-3)


def test_the_balanced_column_of_the_study_by_weighting() -> None:
    found = values(scores.malignant_class_weighted(scores.score(of_matrix(MATRIX), FEW)))
    wrong = 142 / 2809
    recall = 1184 / 1412
    expected = {"accuracy": 0.893988, "precision": recall / (recall + wrong), "recall": recall}
    expected["f1"] = 2 * expected["precision"] * recall / (expected["precision"] + recall)
    assert found == pytest.approx(expected, abs=1e-6)


def test_weighting_changes_nothing_where_classes_are_equally_frequent() -> None:
    scored = scores.score(of_matrix(np.array([[8, 1, 1], [2, 7, 1], [0, 4, 6]])), FEW)
    weighted, plain = values(scores.class_weighted(scored)), values(scores.headline(scored))
    assert weighted["accuracy"] == pytest.approx(plain["accuracy"])
    assert weighted["f1"] == pytest.approx(plain["macro_f1"])


def test_each_figure_tells_what_it_rests_on(make_sample: Callable[..., Sample]) -> None:
    images = make_sample(num_images=200, num_classes=3)
    found = scores.per_class(scores.score(images, FEW), ("a", "b", "c"))
    for index, name in enumerate("abc"):
        actual, answered = images.truth == index, images.predicted == index
        counts = {figure: found[name][figure]["n"] for figure in ("recall", "specificity", "precision", "f1")}
        assert counts == {
            "recall": actual.sum(),
            "specificity": (~actual).sum(),
            "precision": answered.sum(),
            "f1": (actual | answered).sum(),
        }
        assert found[name]["recall"]["n_groups"] == len(set(images.groups.codes[actual]))
        assert found[name]["support"] == actual.sum()
        area = roc_auc_score(actual, images.probabilities[:, index])
        assert found[name]["roc_auc"]["value"] == pytest.approx(area)


def test_a_perfect_score_on_few_groups_is_not_certain() -> None:
    images = sample([0] * 50 + [1] * 6, np.eye(2)[[0] * 50 + [1] * 6], [*range(50), 50, 50, 50, 51, 51, 51])
    scored = scores.score(images, FEW)
    found = {**scores.headline(scored), **scores.per_class(scored, ("a", "b"))["b"]}
    for name in ("balanced_accuracy", "roc_auc", "recall"):
        assert (found[name]["value"], found[name]["high"]) == (1, 1)
    # two groups in the rarer class, 50 in the other: 2 / (2 + 1.96 ** 2) = 0.342 and 0.929
    assert found["recall"]["low"] == pytest.approx(0.342, abs=1e-3)
    both = 1 - np.hypot(1 - 0.34239, 1 - 0.92865) / 2
    assert found["balanced_accuracy"]["low"] == pytest.approx(both, abs=1e-4)
    assert 0.34 < found["roc_auc"]["low"] < 0.929
    assert found["accuracy"]["low"] == pytest.approx(52 / (52 + 1.96**2), abs=1e-3)
    assert (found["recall"]["n"], found["recall"]["n_groups"]) == (6, 2)


def test_an_absent_class_is_undefined_and_skipped() -> None:
    images = sample([0, 0, 1, 1], np.eye(3)[[0, 2, 1, 1]], range(4))
    scored = scores.score(images, FEW)
    absent = scores.per_class(scored, ("a", "b", "c"))["c"]
    assert absent["support"] == 0
    for name in ("recall", "f1", "roc_auc"):
        assert (absent[name]["value"], absent[name]["low"], absent[name]["high"]) == (None, None, None)
    assert absent["precision"]["value"] == 0
    assert scores.headline(scored)["balanced_accuracy"]["value"] == pytest.approx((0.5 + 1) / 2)


def test_one_row_adds_a_metric_of_classes(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is left of a class's recall when chance is taken away: (recall - 1/K) / (1 - 1/K)."""
    beyond = ClassMetric(
        "beyond chance", lambda c: (recall(c) - 0.5) / 0.5, lambda actual, _answered: actual, (-1.0, 1.0)
    )
    monkeypatch.setitem(CLASS_METRICS, "beyond", beyond)
    scored = scores.score(of_matrix(MATRIX), FEW)
    found = scores.malignant_metrics(scored)["beyond"]
    assert found["value"] == pytest.approx(2 * 0.838527 - 1, abs=1e-5)
    assert found["n"] == 1412
    never = scores.score(of_matrix(np.array([[5, 0], [9, 0]])), FEW)
    worst = scores.per_class(never, ("a", "b"))["b"]["beyond"]
    assert (worst["low"], worst["value"]) == (-1, -1)
    assert worst["high"] == pytest.approx(2 * 1.96**2 / (9 + 1.96**2) - 1, abs=1e-3)
