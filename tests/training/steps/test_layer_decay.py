"""Learning rates of layers, by hand."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from blobs import blob_images, make_recipe

from lentigo.models import build_network, freeze
from lentigo.settings.recipe import Stage, Training
from lentigo.training import backend
from lentigo.training.steps.accumulation import GradientSum
from lentigo.training.steps.layer_decay import layer_factors
from lentigo.training.steps.learner import Learner, Way
from lentigo.training.steps.objective import build_optimizer


def test_factors_fall_block_by_block_from_the_head_to_the_image() -> None:
    recipe = make_recipe()
    network = build_network(recipe.model, recipe.input, 3, seed=0)
    freeze(network, ("all",))
    factors = layer_factors(network, 0.5)
    found = dict(zip([one.path for one in network.model.trainable_variables], factors, strict=True))
    num_blocks = len(network.blocks)
    for place, layers in enumerate(network.blocks.values()):
        for layer in layers:
            for weight in layer.trainable_weights:
                assert found.pop(weight.path) == 0.5 ** (num_blocks - place)
    assert found
    assert set(found.values()) == {1.0}  # what remains is the head


@pytest.mark.parametrize("name", ["sgd", "adam", "adamw"])
@pytest.mark.parametrize("is_summed", [False, True])
def test_steps_and_decay_are_as_much_smaller_by_hand(name: str, is_summed: bool) -> None:
    training = Training(optimizer=name, weight_decay=0.1)  # type: ignore[arg-type]
    optimizer = build_optimizer(training, 0.5, [0.25, 1.0])
    early, late = (keras.Variable(np.ones(1, "float32"), name="kernel") for _ in range(2))
    optimizer.build([early, late])
    gradients = [keras.ops.ones(1), keras.ops.ones(1)]
    if is_summed:
        total = GradientSum()
        total.build([early, late])
        total.apply(gradients, [early, late])
        total.hand_over(optimizer, [early, late])
    else:
        optimizer.apply(gradients, [early, late])
    # Adam's first step is lr; Nesterov's with momentum 0.9 is 1.9 lr; decay takes lr x 0.1 of 1 before it
    step = 1.9 if name == "sgd" else 1.0
    np.testing.assert_allclose(np.asarray(late.value), 1 - 0.5 * 0.1 - 0.5 * step, rtol=1e-4)
    np.testing.assert_allclose(np.asarray(early.value), 1 - 0.125 * 0.1 - 0.125 * step, rtol=1e-4)


def test_a_stage_moves_early_layers_less_and_resumes_to_the_bit() -> None:
    images, labels = blob_images(8)
    recipe = make_recipe(optimizer="sgd", weight_decay=0.0, average_weights=0.0)

    def learner(decay: float) -> Learner:
        backend.prepare(0)
        network = build_network(recipe.model, recipe.input, 3, seed=0)
        return Learner(network, recipe.training, Stage(("all",), 1, 1e-2, layer_decay=decay), Way())

    even, gentle = learner(1.0), learner(0.1)
    before = [np.array(one.value) for one in even.network.model.trainable_variables]
    factors = layer_factors(gentle.network, 0.1)
    for one in (even, gentle):
        one.step((images, labels, None), 1e-2)
    pairs = [[np.array(v.value) for v in one.network.model.trainable_variables] for one in (even, gentle)]
    for start, far, near, factor in zip(before, *pairs, factors, strict=True):
        np.testing.assert_allclose(near - start, factor * (far - start), rtol=2e-3, atol=2e-7)
    groups = gentle.groups()
    loss = gentle.step((images, labels, None), 1e-2).loss
    other = learner(0.1)
    other.restore(groups)
    assert other.step((images, labels, None), 1e-2).loss == loss
