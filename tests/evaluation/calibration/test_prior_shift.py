"""Another mix of classes: Bayes' posterior exactly, and mixes as people write them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lentigo.evaluation.calibration.prior_shift import resolve_prior, shift_prior
from lentigo.settings.errors import SettingsError

MEANS = np.array([-1.5, 0.0, 2.0])
BEFORE, AFTER = np.array([0.2, 0.5, 0.3]), np.array([0.05, 0.15, 0.8])
NAMES = ("MEL", "NV", "BCC", "BKL")
SHARES = (0.1, 0.6, 0.1, 0.2)


def posterior(values: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Bayes' rule for Gaussian classes of variance 1, (N, 3)."""
    joint = shares * np.exp(-((values[:, np.newaxis] - MEANS) ** 2) / 2)
    return np.asarray(joint / joint.sum(axis=1, keepdims=True))


def test_by_hand() -> None:
    # odds of 1 : 1 at equal shares become 9 : 1 where the first class is nine times as common
    found = shift_prior(np.array([[0.5, 0.5]]), (0.5, 0.5), (0.9, 0.1))
    np.testing.assert_allclose(found, [[0.9, 0.1]])


def test_the_posterior_of_gaussian_classes_is_exact() -> None:
    values = np.linspace(-6, 6, 101)
    found = shift_prior(posterior(values, BEFORE), BEFORE, AFTER)
    np.testing.assert_allclose(found, posterior(values, AFTER), rtol=1e-12)


@given(
    st.lists(st.floats(0.01, 1), min_size=3, max_size=3), st.lists(st.floats(0.01, 1), min_size=3, max_size=3)
)
def test_there_and_back(first: list[float], second: list[float]) -> None:
    one, other = (np.array(shares) / sum(shares) for shares in (first, second))
    plain = posterior(np.linspace(-2, 2, 5), BEFORE)
    there = shift_prior(plain, one, other)
    np.testing.assert_allclose(there.sum(axis=1), 1)
    np.testing.assert_allclose(shift_prior(there, other, one), plain, rtol=1e-9)


def test_a_class_that_is_ruled_out_gets_nothing() -> None:
    found = shift_prior(np.array([[0.5, 0.5], [1.0, 0.0]]), (0.5, 0.5), (0.0, 1.0))
    assert found.tolist() == [[0.0, 1.0], [0.0, 1.0]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("train", SHARES),
        ("uniform", (0.25,) * 4),
        ("MEL=0.4", (0.4, 0.4, 0.2 / 3, 0.4 / 3)),
        ("MEL=0.1,NV=0.2,BCC=0.3,BKL=0.4", (0.1, 0.2, 0.3, 0.4)),
        ("malignant=0.02", (0.01, 0.735, 0.01, 0.245)),
        ("benign = 0.98", (0.01, 0.735, 0.01, 0.245)),
        ("MEL=0.333,NV=0.333,BCC=0.333,BKL=0", (1 / 3, 1 / 3, 1 / 3, 0.0)),
    ],
)
def test_mixes_as_people_write_them(text: str, expected: tuple[float, ...]) -> None:
    assert resolve_prior(text, NAMES, SHARES, ("MEL", "BCC")) == pytest.approx(expected)


def test_two_sides_that_are_the_classes_themselves() -> None:
    found = resolve_prior("malignant=0.02", ("benign", "malignant"), (0.5, 0.5), ("malignant",))
    assert found == pytest.approx((0.98, 0.02))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("half", "not a share"),
        ("MEL=2", "not a share"),
        ("MEL=nan", "not a share"),
        ("SCC=0.1", "not a class"),
        ("MEL=0.1,MEL=0.2", "named twice"),
        ("MEL=0.1,malignant=0.2", "named twice"),
        ("MEL=0.8,NV=0.8", "sum to 1.6"),
        ("malignant=0.3,benign=0.3", "sum to 0.6"),
    ],
)
def test_what_is_no_mix_is_told(text: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        resolve_prior(text, NAMES, SHARES, ("MEL", "BCC"))
