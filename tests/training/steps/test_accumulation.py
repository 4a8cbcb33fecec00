"""Batches in pieces: the same update as of the whole, whatever the loss weights and the last piece."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from blobs import blob_images, make_recipe

from lentigo.models import build_network
from lentigo.settings.recipe import HeadLayer, Model, Recipe, Stage
from lentigo.training import backend
from lentigo.training.steps.accumulation import pieces
from lentigo.training.steps.learner import Learner, Way

IMAGES, LABELS = blob_images(16)
WEIGHTS = np.linspace(0.5, 2, 16, dtype=np.float32)
PLAIN = replace(  # neither batch normalisation nor dropout, which look at more than one image or at the order
    make_recipe(average_weights=0.0, optimizer="sgd"),
    model=Model(head=(HeadLayer("pool"), HeadLayer("dense", units=16))),
)


def learner_of(recipe: Recipe, micro_batch: int) -> Learner:
    backend.prepare(0)
    network = build_network(recipe.model, recipe.input, 3, seed=0)
    return Learner(network, recipe.training, Stage(("all",), 1, 1e-2), Way(micro_batch))


@pytest.mark.parametrize("weights", [None, WEIGHTS])
def test_pieces_add_up_to_the_batch(weights: np.ndarray | None) -> None:
    found = list(pieces((IMAGES[:11], LABELS[:11], None if weights is None else weights[:11]), 4))
    assert [len(images) for images, _, _ in found] == [4, 4, 3]
    np.testing.assert_array_equal(np.concatenate([images for images, _, _ in found]), IMAGES[:11])
    np.testing.assert_array_equal(np.concatenate([labels for _, labels, _ in found]), LABELS[:11])
    costs = np.arange(11.0)
    of_pieces = sum(
        (part * shared).mean()
        for part, (_, _, shared) in zip(np.split(costs, [4, 8]), found, strict=True)
        if shared is not None
    )
    assert of_pieces == pytest.approx((costs * (1 if weights is None else weights[:11])).mean())


@pytest.mark.parametrize("weights", [None, WEIGHTS])
def test_a_batch_in_pieces_is_learnt_as_if_it_were_whole(weights: np.ndarray | None) -> None:
    whole, cut = learner_of(PLAIN, 0), learner_of(PLAIN, 5)
    for _ in range(3):
        batch = (IMAGES, LABELS, weights)
        expected, found = whole.step(batch, 1e-2), cut.step(batch, 1e-2)
        assert found.loss == pytest.approx(expected.loss, rel=1e-4)
        np.testing.assert_array_equal(found.confusion, expected.confusion)
    for one, other in zip(whole.network.model.get_weights(), cut.network.model.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, atol=2e-5)


def test_pieces_repeat_bit_by_bit_from_a_checkpoint() -> None:
    learner = learner_of(make_recipe(), 3)
    batch = (IMAGES[:8], LABELS[:8], None)
    learner.step(batch, 1e-2)
    groups = learner.groups()
    losses = [learner.step(batch, 1e-2).loss for _ in range(3)]
    other = learner_of(make_recipe(), 3)
    other.restore(groups)
    assert [other.step(batch, 1e-2).loss for _ in range(3)] == losses
    pairs = zip(learner.network.model.get_weights(), other.network.model.get_weights(), strict=True)
    assert all(np.array_equal(one, two) for one, two in pairs)
