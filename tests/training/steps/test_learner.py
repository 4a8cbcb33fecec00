from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from blobs import blob_images, make_recipe

from lentigo.models import build_network
from lentigo.settings.recipe import Recipe, Stage
from lentigo.training import backend
from lentigo.training.resuming.checkpoint import in_order
from lentigo.training.steps.learner import Learner

IMAGES, LABELS = blob_images(16)
BATCH = (IMAGES[:8], LABELS[:8], None)


def make_learner(recipe: Recipe, learn: tuple[str, ...] = ("all",)) -> Learner:
    backend.prepare(0)
    network = build_network(recipe.model, recipe.input, 3, seed=0)
    return Learner(network, recipe.training, Stage(learn, 1, 1e-2))


def weights(learner: Learner) -> list[np.ndarray]:
    return [np.array(value) for value in learner.network.model.get_weights()]


def are_equal(one: list[np.ndarray], other: list[np.ndarray]) -> bool:
    return all(np.array_equal(left, right) for left, right in zip(one, other, strict=True))


def test_a_frozen_backbone_stays_and_is_one_unchanging_group() -> None:
    learner = make_learner(make_recipe(), ("head",))
    before = [np.array(value) for value in learner.network.backbone.get_weights()]
    first = learner.groups()
    learner.step(BATCH, 1e-2)
    second = learner.groups()
    assert are_equal(before, learner.network.backbone.get_weights())
    assert first["frozen"].version == second["frozen"].version
    assert len(first["frozen"].arrays) == len(before)
    assert not are_equal(in_order(first["weights"].arrays), in_order(second["weights"].arrays))
    num_trainable = sum(int(np.prod(weight.shape)) for weight in learner.network.head.trainable_weights)
    assert learner.num_trainable == num_trainable


def test_going_back_repeats_every_bit_dropout_included() -> None:
    learner = make_learner(make_recipe())
    learner.step(BATCH, 1e-2)
    groups = learner.groups()
    losses = [learner.step(BATCH, 1e-2).loss for _ in range(3)]
    after = weights(learner)
    other = make_learner(make_recipe())
    other.restore(groups)
    assert [other.step(BATCH, 1e-2).loss for _ in range(3)] == losses
    assert are_equal(weights(other), after)


def test_going_back_leaves_out_the_same_blocks() -> None:
    recipe = make_recipe()
    model = replace(recipe.model, backbone="efficientnet-lite0", stochastic_depth=0.5)
    learner = make_learner(replace(recipe, model=model))
    groups = learner.groups()
    assert len(groups["seeds"].arrays) == 9 + 1  # residual blocks, and the head's dropout
    first, second = (np.asarray(learner.network.backbone(IMAGES / 128 - 1, training=True)) for _ in range(2))
    assert not np.allclose(first, second)
    learner.restore(groups)
    np.testing.assert_array_equal(learner.network.backbone(IMAGES / 128 - 1, training=True), first)


def test_statistics_depend_on_weights_and_batches_alone() -> None:
    learner = make_learner(make_recipe(average_weights=0.0))
    learner.step(BATCH, 1e-2)
    before, seeds = weights(learner), in_order(learner.groups()["seeds"].arrays)
    learner.measure_statistics([BATCH])
    once = weights(learner)
    assert sum(not np.array_equal(one, other) for one, other in zip(before, once, strict=True)) == 2
    learner.measure_statistics([BATCH])
    assert are_equal(once, weights(learner))
    assert are_equal(seeds, in_order(learner.groups()["seeds"].arrays))


def test_averages_are_evaluated_and_handed_on_when_nothing_better_was_kept() -> None:
    learner = make_learner(make_recipe(average_weights=0.9))
    for _ in range(4):
        learner.step(BATCH, 1e-2)
    raw = weights(learner)
    with learner.as_evaluated():
        averaged = weights(learner)
    assert not are_equal(raw, averaged)
    assert are_equal(raw, weights(learner))
    learner.finish()
    assert are_equal(averaged, weights(learner))


def test_the_best_weights_are_handed_on() -> None:
    learner = make_learner(make_recipe(average_weights=0.0))
    learner.step(BATCH, 1e-2)
    with learner.as_evaluated():
        learner.keep_best(1)
    best = weights(learner)
    learner.step(BATCH, 1e-2)
    assert not are_equal(best, weights(learner))
    learner.finish()
    assert are_equal(best, weights(learner))


@pytest.mark.parametrize("decay", [0.0, 0.9])
def test_the_last_weights_are_handed_on_without_a_best(decay: float) -> None:
    learner = make_learner(make_recipe(average_weights=decay))
    result = learner.step(BATCH, 1e-2)
    assert np.asarray(result.confusion).sum() == 8
    with learner.as_evaluated():
        expected = weights(learner)
    learner.finish()
    assert are_equal(expected, weights(learner))


def test_loss_weights_scale_what_is_learnt() -> None:
    recipe = replace(make_recipe(optimizer="sgd", average_weights=0.0, weight_decay=0.0))
    plain, weighted = make_learner(recipe), make_learner(recipe)
    one = plain.step(BATCH, 0.0).loss
    other = weighted.step((*BATCH[:2], np.full(8, 0.5, np.float32)), 0.0).loss
    assert other == pytest.approx(one / 2, rel=1e-5)


def test_the_mean_of_the_weights_is_handed_on_and_survives_going_back() -> None:
    learner = make_learner(make_recipe(average_weights=0.0, keep="average"))
    ends = []
    for number in range(3):
        learner.step(BATCH, 1e-2)
        learner.keep_mean(number + 1, number)
        ends.append(weights(learner))
        learner.restore(learner.groups())
    learner.finish()
    for found, *each in zip(weights(learner), *ends, strict=True):
        np.testing.assert_allclose(found, np.mean(each, axis=0), rtol=1e-4, atol=1e-6)
    assert not are_equal(weights(learner), ends[-1])
