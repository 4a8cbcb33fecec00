"""The prior's correction: odds divided by the share to a power, folded into the last bias."""

from __future__ import annotations

import numpy as np
import pytest

from lentigo.models import build_network, probabilities
from lentigo.settings.recipe import HeadLayer, Input, Model
from lentigo.training.prior import correct_prior, prior_shift


def test_the_full_power_undoes_the_prior() -> None:
    shares = np.array([0.7, 0.2, 0.1])
    corrected = np.exp(np.log(shares) + prior_shift([70, 20, 10], 1.0))
    np.testing.assert_allclose(corrected / corrected.sum(), 1 / 3, rtol=1e-6)


def test_even_classes_and_power_zero_change_nothing() -> None:
    np.testing.assert_allclose(prior_shift([5, 5], 0.7), 0, atol=1e-7)
    np.testing.assert_allclose(prior_shift([1, 99], 0.0), 0, atol=1e-7)
    assert np.isfinite(prior_shift([0, 9], 1.0)).all()


@pytest.mark.parametrize("output", ["logits", "softmax"])
def test_probabilities_are_reweighted_exactly(output: str) -> None:
    model = Model(head=(HeadLayer("pool"),), output=output)  # type: ignore[arg-type]
    network = build_network(model, Input(16, 16), 3, seed=1)
    images = np.random.default_rng(0).integers(0, 256, (4, 16, 16, 3), dtype=np.uint8)
    before = probabilities(network.model.predict_on_batch(images), network.output)
    counts = np.array([70, 20, 10])
    correct_prior(network, counts.tolist(), 0.5)
    expected = before * (counts / 100) ** -0.5
    after = probabilities(network.model.predict_on_batch(images), network.output)
    np.testing.assert_allclose(after, expected / expected.sum(axis=1, keepdims=True), atol=1e-6)
