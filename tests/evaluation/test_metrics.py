from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from sklearn import metrics as reference

from lentigo.evaluation import metrics

BY_HAND = np.array([[3, 1, 0], [2, 4, 0], [0, 0, 0]])
"""Class 2 has no images and is never predicted."""

OF_CONFUSIONS = [row.function for row in metrics.METRICS.values() if row.of == "confusion"]
OF_CLASSES = [row.function for row in metrics.CLASS_METRICS.values()]

STUDY_1 = np.array([[2667, 142], [228, 1184]])
STUDY_2 = np.array([[1388, 16], [31, 1381]])


def test_figures_worked_out_by_hand() -> None:
    nan = np.nan
    np.testing.assert_allclose(metrics.recall(BY_HAND), [3 / 4, 4 / 6, nan])
    np.testing.assert_allclose(metrics.precision(BY_HAND), [3 / 5, 4 / 5, nan])
    np.testing.assert_allclose(metrics.specificity(BY_HAND), [4 / 6, 3 / 4, 1.0])
    np.testing.assert_allclose(metrics.f1(BY_HAND), [6 / 9, 8 / 11, nan])
    assert metrics.accuracy(BY_HAND) == pytest.approx(7 / 10)
    assert metrics.balanced_accuracy(BY_HAND) == pytest.approx((3 / 4 + 4 / 6) / 2)
    assert metrics.macro_f1(BY_HAND) == pytest.approx((6 / 9 + 8 / 11) / 2)
    assert metrics.macro_precision(BY_HAND) == pytest.approx(0.7)


def test_the_figures_of_the_study() -> None:
    assert metrics.accuracy(STUDY_1) == pytest.approx(0.9123, abs=5e-5)
    assert metrics.balanced_accuracy(STUDY_1) == pytest.approx(0.894, abs=5e-4)
    printed = {"precision": 0.892, "recall": 0.838, "f1": 0.864}
    for name, value in printed.items():
        # the study cut 0.8929 and 0.8385 off after three digits
        assert metrics.CLASS_METRICS[name].function(STUDY_1)[1] == pytest.approx(value, abs=1e-3)
    assert metrics.accuracy(STUDY_2) == pytest.approx(2769 / 2816)
    for name, value in {"precision": 0.988, "recall": 0.978, "f1": 0.983}.items():
        assert metrics.CLASS_METRICS[name].function(STUDY_2)[1] == pytest.approx(value, abs=1e-3)


def test_weighing_classes_is_what_equal_counts_would_give() -> None:
    weighed = metrics.weigh_classes(np.array([[90, 10], [4, 6]]))
    np.testing.assert_allclose(weighed, [[0.9, 0.1], [0.4, 0.6]])
    assert metrics.accuracy(weighed) == pytest.approx(0.75)
    assert metrics.precision(weighed)[1] == pytest.approx(0.6 / 0.7)


def test_undefined_is_nan_and_a_true_zero_is_zero() -> None:
    never_predicted = np.array([[5, 0], [3, 0]])
    assert np.isnan(metrics.precision(never_predicted)[1])
    assert metrics.recall(never_predicted)[1] == 0
    assert metrics.f1(never_predicted)[1] == 0
    assert np.isnan(metrics.macro_precision(never_predicted))
    assert np.isnan(metrics.accuracy(np.zeros((2, 2))))
    assert np.isnan(metrics.balanced_accuracy(np.zeros((2, 2))))
    only_one_class = np.array([[5, 1], [0, 0]])
    assert np.isnan(metrics.specificity(only_one_class)[0])
    assert np.isnan(metrics.f1(only_one_class)[1])


@pytest.mark.parametrize("seed", range(5))
def test_kappa_and_matthews_are_those_of_scikit_learn(seed: int) -> None:
    rng = np.random.default_rng(seed)
    truth, answered = rng.integers(0, 4, 80), rng.integers(0, 4, 80)
    answered[::2] = truth[::2]
    confusion = metrics.confusion_matrix(truth, answered, 4)
    assert metrics.kappa(confusion) == pytest.approx(reference.cohen_kappa_score(truth, answered))
    assert metrics.matthews(confusion) == pytest.approx(reference.matthews_corrcoef(truth, answered))


def test_kappa_and_matthews_by_hand() -> None:
    # 60 and 20 right of 70 and 30: 0.8 agreed, 0.7 * 0.7 + 0.3 * 0.3 = 0.58 by chance
    confusion = np.array([[60, 10], [10, 20]])
    assert metrics.kappa(confusion) == pytest.approx((0.8 - 0.58) / 0.42)
    assert metrics.matthews(confusion) == pytest.approx((60 * 20 - 10 * 10) / (70 * 30))
    assert metrics.kappa(np.array([[0, 5], [5, 0]])) == metrics.matthews(np.array([[0, 5], [5, 0]])) == -1
    one_class = np.array([[9, 0], [0, 0]])
    assert np.isnan(metrics.kappa(one_class))
    assert np.isnan(metrics.matthews(one_class))
    assert metrics.kappa(np.array([[9, 0], [3, 0]])) == 0
    assert np.isnan(metrics.matthews(np.array([[9, 0], [3, 0]])))


def test_a_tie_goes_to_the_first_class_and_is_counted() -> None:
    probabilities = np.array([[0.4, 0.4, 0.2], [0.2, 0.4, 0.4], [0.1, 0.2, 0.7]])
    np.testing.assert_array_equal(metrics.predicted_classes(probabilities), [0, 1, 2])
    np.testing.assert_array_equal(metrics.tied_rows(probabilities), [True, True, False])


answers = st.integers(2, 6).flatmap(
    lambda size: st.tuples(
        st.just(size),
        st.lists(st.tuples(st.integers(0, size - 1), st.integers(0, size - 1)), min_size=1, max_size=60),
    )
)


@settings(max_examples=40)
@given(answers)
def test_a_confusion_matrix_agrees_with_scikit_learn(drawn: tuple[int, list[tuple[int, int]]]) -> None:
    size, pairs = drawn
    truth, predicted = np.array(pairs).T
    found = metrics.confusion_matrix(truth, predicted, size)
    np.testing.assert_array_equal(found, reference.confusion_matrix(truth, predicted, labels=range(size)))
    present = np.unique(truth)
    expected = reference.recall_score(truth, predicted, labels=present, average="macro", zero_division=0)
    assert metrics.balanced_accuracy(found) == pytest.approx(expected)
    expected = reference.f1_score(truth, predicted, labels=present, average="macro", zero_division=0)
    assert metrics.macro_f1(found) == pytest.approx(expected)
    assert metrics.accuracy(found) == pytest.approx(reference.accuracy_score(truth, predicted))


@given(arrays.arrays(np.int64, (5, 3, 3), elements=st.integers(0, 9)))
def test_many_matrices_at_once_are_as_one_by_one(matrices: np.ndarray) -> None:
    for function in (*OF_CONFUSIONS, *OF_CLASSES, metrics.macro_precision):
        one_by_one = np.stack([function(matrix) for matrix in matrices])
        np.testing.assert_array_equal(function(matrices), one_by_one)


@given(arrays.arrays(np.int64, (4, 4), elements=st.integers(0, 9)), st.permutations(range(4)))
def test_the_order_of_classes_does_not_matter(matrix: np.ndarray, order: list[int]) -> None:
    shuffled = matrix[np.ix_(order, order)]
    for function in OF_CONFUSIONS:
        np.testing.assert_allclose(function(shuffled), function(matrix))
    for function in OF_CLASSES:
        np.testing.assert_array_equal(function(shuffled), function(matrix)[list(order)])


@given(arrays.arrays(np.int64, (4, 4), elements=st.integers(0, 9)))
def test_weighed_classes_each_weigh_one(matrix: np.ndarray) -> None:
    weighed = metrics.weigh_classes(matrix)
    np.testing.assert_allclose(weighed.sum(axis=1), matrix.sum(axis=1) > 0)
    np.testing.assert_allclose(metrics.accuracy(weighed), metrics.balanced_accuracy(matrix))


def test_the_mean_skips_what_is_undefined() -> None:
    values = np.array([[1.0, np.nan, 0.0], [np.nan, np.nan, np.nan]])
    np.testing.assert_array_equal(metrics.mean_defined(values), [0.5, np.nan])


def test_few_groups_of_a_class_are_warned_of() -> None:
    assert metrics.few_groups_warning({}) == metrics.few_groups_warning({"classes_of_few_groups": {}}) == ""
    told = metrics.few_groups_warning({"classes_of_few_groups": {"DF": 3, "VASC": 1}})
    assert told.startswith("fewer than 5 groups of DF (3), VASC (1): intervals")


def test_figures_are_told_by_their_titles_in_the_order_of_the_table() -> None:
    figures = {"roc_auc": {"value": 0.9}, "sensitivity": {"value": 0.8}}
    told = metrics.told_figures(figures, metrics.OF_MALIGNANT)
    assert told[:3] == [("sensitivity", {"value": 0.8}), ("specificity", None), ("balanced accuracy", None)]
    assert told[-1] == ("ROC AUC", {"value": 0.9})
    assert [title for title, _ in metrics.told_figures(None)] == [
        row.title for row in metrics.METRICS.values()
    ]


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("macro_f1", "macro F1"),
        ("malignant_roc_auc", "malignant ROC AUC"),
        ("recall", "sensitivity"),
        ("expected_calibration_error", "expected calibration error"),
    ],
)
def test_a_figure_has_a_title(name: str, title: str) -> None:
    assert metrics.metric_title(name) == title
