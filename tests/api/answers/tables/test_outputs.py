"""Cells of somebody's columns: probabilities and logits told apart, everything else refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lentigo.api.answers.tables.given import as_text
from lentigo.api.answers.tables.outputs import Outputs, read_outputs
from lentigo.evaluation.metrics import Floats
from lentigo.settings.errors import TableError


def read(numbers: object, digits: int | None = None) -> Outputs:
    frame = pd.DataFrame(np.asarray(numbers))
    if digits is not None:
        frame = frame.map(lambda value: f"{value:.{digits}f}")
    return read_outputs(as_text(frame.rename(columns=str)), "theirs", lambda row: f"line {row + 2}")


@settings(max_examples=30, deadline=None)
@given(arrays(np.float64, (6, 4), elements=st.floats(-30, 30)))
def test_logits_go_through_the_softmax(logits: Floats) -> None:
    logits = logits - logits.max() - 1.0
    found = read(logits)
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    assert found.kind == "logits"
    np.testing.assert_allclose(found.probabilities, powers / powers.sum(axis=1, keepdims=True), rtol=1e-9)


@pytest.mark.parametrize("make", [np.float16, np.float32, np.float64])
def test_probabilities_of_any_precision_stay_what_they_are(make: type) -> None:
    shares = np.random.default_rng(0).dirichlet(np.ones(8), 50)
    found = read(shares.astype(make))
    assert found.kind == "probabilities"
    np.testing.assert_allclose(found.probabilities, shares, atol=2e-3)
    np.testing.assert_allclose(found.probabilities.sum(axis=1), 1, rtol=1e-12)


def test_logarithms_of_probabilities_give_the_probabilities_back() -> None:
    shares = np.random.default_rng(1).dirichlet(np.ones(3), 20)
    np.testing.assert_allclose(read(np.log(shares)).probabilities, shares, rtol=1e-9)


def test_probabilities_written_with_two_digits_are_taken_and_divided_by_their_sum() -> None:
    shares = np.random.default_rng(2).dirichlet(np.ones(8), 400)
    found = read(shares, digits=2)
    assert found.largest_error > 0.005
    np.testing.assert_allclose(found.probabilities.sum(axis=1), 1, rtol=1e-12)


def test_decimal_commas_are_numbers() -> None:
    cells = pd.DataFrame({"MEL": ["0,25", "1"], "NV": ["0,75", "0"]})
    found = read_outputs(cells, "theirs", str)
    np.testing.assert_allclose(found.probabilities, np.array([[0.25, 0.75], [1.0, 0.0]]))


def test_one_column_is_the_second_class() -> None:
    np.testing.assert_allclose(read([[0.2], [0.9]]).probabilities, [[0.8, 0.2], [0.1, 0.9]])
    np.testing.assert_allclose(read([[-1.0], [0.0]]).probabilities[:, 1], [1 / (1 + np.e), 0.5])


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([[20.0, 80.0], [50.0, 50.0]], "percentages"),
        ([[80.0], [3.0]], "percentages"),
        ([[0.9, 0.8], [0.3, 0.9]], "independent sigmoids"),
        ([[3.0, 7.5], [0.0, 2.0]], "neither probabilities nor logits"),
        ([[0.5, 0.5], [0.4, 0.6], [0.4, 0.4]], "line 4: adds up to 0.8"),
        ([[0.5, 0.5], [0.4, 0.6], [-0.4, 1.4]], "line 4"),
        ([[0.5, 0.5], [np.nan, 0.6]], "line 3, 0: ''"),
        ([[0.5, 0.5], [np.inf, 0.6]], "line 3, 0: 'inf'"),
    ],
)
def test_what_is_neither_is_refused_with_the_reason(rows: list[list[float]], reason: str) -> None:
    with pytest.raises(TableError, match=reason):
        read(rows)
