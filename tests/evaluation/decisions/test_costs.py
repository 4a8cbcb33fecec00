"""Classes of least expected cost: by hand, and never dearer than any other answer in expectation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lentigo.evaluation.calibration.calibration import softmax
from lentigo.evaluation.decisions.costs import cheapest_classes, cost_figures, cost_matrix
from lentigo.evaluation.decisions.decisions import Costs
from lentigo.evaluation.intervals.bootstrap import Resampling
from lentigo.evaluation.intervals.sample import sample

MALIGNANT = np.array([True, False, False, True])
MATRIX = cost_matrix(MALIGNANT, Costs(10, 1))


def test_the_matrix_by_hand() -> None:
    assert MATRIX.tolist() == [
        [0, 10, 10, 0.5],
        [1, 0, 0.5, 1],
        [1, 0.5, 0, 1],
        [0.5, 10, 10, 0],
    ]


def test_a_small_chance_of_a_costly_miss_decides() -> None:
    probabilities = np.array([[0.2, 0.8, 0.0, 0.0], [0.05, 0.95, 0.0, 0.0]])
    # 0.8 false alarms against 0.2 misses at 10; 0.95 against 0.05 at 10
    assert cheapest_classes(probabilities, MATRIX).tolist() == [0, 1]


@given(st.integers(0, 2**32 - 1))
def test_no_other_answer_is_expected_to_cost_less(seed: int) -> None:
    probabilities = softmax(np.random.default_rng(seed).normal(size=(20, 4)) * 3)
    chosen = cheapest_classes(probabilities, MATRIX)
    expected = (probabilities @ MATRIX)[np.arange(20), chosen]
    assert (expected[:, np.newaxis] <= probabilities @ MATRIX + 1e-12).all()


def test_with_honest_probabilities_it_costs_less_in_truth() -> None:
    generator = np.random.default_rng(1)
    probabilities = softmax(generator.normal(size=(4_000, 4)))
    truth = np.minimum((generator.random((4_000, 1)) > probabilities.cumsum(axis=1)).sum(axis=1), 3)
    made = sample(truth, probabilities, np.arange(4_000))
    most_probable, cheapest = cost_figures(
        made, [made.predicted, cheapest_classes(probabilities, MATRIX)], MATRIX, Resampling(100)
    )
    assert cheapest["high"] < most_probable["low"]


def test_costs_are_of_a_hundred_images() -> None:
    made = sample([0, 1], np.eye(4)[:2], [0, 1])
    assert cost_figures(made, [np.array([1, 1])], MATRIX, Resampling(20))[0]["value"] == pytest.approx(500)
