"""Applying a calibration: by hand, and what no calibration may break."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lentigo.evaluation.calibration.calibration import SMALLEST, Calibration, log_probabilities, softmax

PLAIN = Calibration("none", (1.0,) * 3, (0.0,) * 3, (1 / 3,) * 3)
HALVED = Calibration("temperature", (0.5,) * 3, (0.0,) * 3, (1 / 3,) * 3)


def test_by_hand() -> None:
    # a temperature of 2 takes square roots: 0.8, 0.2 -> 2 : 1
    halved = Calibration("temperature", (0.5, 0.5), (0.0, 0.0), (0.5, 0.5))
    np.testing.assert_allclose(halved.apply(np.array([[0.8, 0.2]])), [[2 / 3, 1 / 3]])
    # a bias of log 3 and -log 3 multiplies odds by 9
    biased = Calibration("vector", (1.0, 1.0), (np.log(3), -np.log(3)), (0.5, 0.5))
    np.testing.assert_allclose(biased.apply(np.array([[0.5, 0.5]])), [[0.9, 0.1]])


def test_a_probability_of_zero_stays_finite() -> None:
    assert log_probabilities(np.array([[0.0, 1.0]])).tolist() == [[np.log(SMALLEST), 0.0]]
    found = HALVED.apply(np.array([[1.0, 0.0, 0.0]]))
    assert np.isfinite(found).all()
    assert found.sum() == pytest.approx(1)


def test_no_calibration_changes_nothing_not_even_by_rounding() -> None:
    made = np.random.default_rng(0).dirichlet(np.ones(3), 50)
    np.testing.assert_array_equal(PLAIN.apply(made), made)


@given(
    arrays(np.float64, (7, 3), elements=st.floats(-30, 30)),
    st.tuples(*[st.floats(0.05, 20)] * 3),
    st.tuples(*[st.floats(-5, 5)] * 3),
)
def test_rows_are_probabilities(
    logits: np.ndarray, scale: tuple[float, ...], bias: tuple[float, ...]
) -> None:
    found = Calibration("vector", scale, bias, (1 / 3,) * 3).apply(softmax(logits))
    assert ((found >= 0) & (found <= 1)).all()
    np.testing.assert_allclose(found.sum(axis=1), 1)


@given(arrays(np.float64, (9, 4), elements=st.floats(-8, 8)), st.floats(0.1, 10))
def test_a_temperature_changes_no_answer(logits: np.ndarray, scale: float) -> None:
    before = softmax(logits)
    after = Calibration("temperature", (scale,) * 4, (0.0,) * 4, (0.25,) * 4).apply(before)
    rows = np.arange(len(logits))
    np.testing.assert_allclose(after[rows, before.argmax(axis=1)], after.max(axis=1))


def test_numpy_is_enough() -> None:
    places = ("calibration.calibration", "decisions.operating_points", "calibration.prior_shift")
    modules = ", ".join(f"lentigo.evaluation.{place}" for place in places)
    told = "[name for name in ('scipy', 'pandas', 'sklearn') if name in sys.modules]"
    code = f"import sys, {modules}; sys.exit(str({told}) if {told} else 0)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
