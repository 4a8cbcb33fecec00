"""Another mix of classes: Bayes' posterior exactly, mixes estimated, and mixes as people write them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lentigo.evaluation.calibration.prior_shift import estimate_prior, resolve_prior, shift_prior
from lentigo.settings.errors import SettingsError

MEANS = np.array([-1.5, 0.0, 2.0])
BEFORE, AFTER = np.array([0.2, 0.5, 0.3]), np.array([0.05, 0.15, 0.8])
NAMES = ("MEL", "NV", "BCC", "BKL")
SHARES = (0.1, 0.6, 0.1, 0.2)


def posterior(values: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Bayes' rule for Gaussian classes of variance 1, (N, 3)."""
    joint = shares * np.exp(-((values[:, np.newaxis] - MEANS) ** 2) / 2)
    return np.asarray(joint / joint.sum(axis=1, keepdims=True))


def draw(shares: np.ndarray, count: int, seed: int) -> np.ndarray:
    generator = np.random.default_rng(seed)
    return generator.normal(MEANS[generator.choice(3, size=count, p=shares)])


def test_by_hand() -> None:
    # odds of 1 : 1 at equal shares become 9 : 1 where the first class is nine times as common
    found = shift_prior(np.array([[0.5, 0.5]]), (0.5, 0.5), (0.9, 0.1))
    np.testing.assert_allclose(found, [[0.9, 0.1]])


def test_the_posterior_of_gaussian_classes_is_exact() -> None:
    values = np.linspace(-6, 6, 101)
    found = shift_prior(posterior(values, BEFORE), BEFORE, AFTER)
    np.testing.assert_allclose(found, posterior(values, AFTER), rtol=1e-12)


def test_an_unknown_mix_is_estimated_without_labels() -> None:
    found = estimate_prior(posterior(draw(AFTER, 20_000, seed=1), BEFORE), BEFORE)
    np.testing.assert_allclose(found, AFTER, atol=0.015)
    assert found.sum() == pytest.approx(1)


def test_the_same_mix_is_estimated_as_the_same() -> None:
    found = estimate_prior(posterior(draw(BEFORE, 20_000, seed=2), BEFORE), BEFORE)
    np.testing.assert_allclose(found, BEFORE, atol=0.015)


def test_a_class_that_cannot_be_seen_keeps_its_share() -> None:
    """Each row says the same of the third class: a little more than its share in `before`, or its mean."""
    seen = posterior(draw(AFTER, 500, seed=3), BEFORE)[:, :2]
    blind = np.column_stack([0.98 * seen / seen.sum(axis=1, keepdims=True), np.full(500, 0.02)])
    assert estimate_prior(blind, blind.mean(axis=0))[2] == pytest.approx(0.02, abs=0.005)
    taken_over = estimate_prior(blind, (0.4, 0.589, 0.011))[2]
    assert taken_over > 0.04
    few = estimate_prior(np.array([[1.0, 0.0, 0.0]]), BEFORE)
    assert few.min() > 0


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
