"""What is known moves the logits by as much as its weights say, and zeros move nothing."""

from __future__ import annotations

import numpy as np
import pytest

from lentigo.models import build_network, freeze, join_metadata
from lentigo.models.frozen_part import divide
from lentigo.models.network import GAIN, Network, metadata_kernel
from lentigo.settings.recipe import HeadLayer, Input, Model

IMAGES = np.random.default_rng(0).integers(0, 256, (3, 32, 40, 3), dtype=np.uint8)
KNOWN = np.array([[0, 0], [1, 0], [0.5, 0.25]], np.float32)
KERNEL = np.array([[0.1, 0.0, -0.2], [0.0, 0.4, 0.0]], np.float32)
HEAD = (HeadLayer("pool"), HeadLayer("dense", units=5))


def joined(precision: str = "float32") -> tuple[Network, Network]:
    alone = build_network(Model(head=HEAD), Input(32, 40), 3, precision, seed=1)  # type: ignore[arg-type]
    network = join_metadata(alone, 2)
    assert network.metadata is not None
    network.metadata.get_layer("metadata_logits").set_weights([KERNEL])
    return alone, network


def test_logits_by_hand() -> None:
    alone, network = joined()
    moved = np.asarray(network.model([IMAGES, KNOWN])) - np.asarray(alone.model(IMAGES))
    expected = GAIN * np.array([[0, 0, 0], [0.1, 0, -0.2], [0.05, 0.1, -0.1]])
    np.testing.assert_allclose(moved, expected, atol=1e-6)
    np.testing.assert_allclose(metadata_kernel(network), GAIN * KERNEL, rtol=1e-6)


def test_bfloat16_computes_images_and_not_what_is_known() -> None:
    alone, network = joined("mixed_bfloat16")
    moved = np.asarray(network.model([IMAGES, KNOWN])) - np.asarray(alone.model(IMAGES))
    np.testing.assert_allclose(moved, GAIN * KNOWN @ KERNEL, atol=1e-6)


def test_a_new_network_answers_as_without_and_draws_no_random_numbers() -> None:
    alone = build_network(Model(head=HEAD), Input(32, 40), 3, seed=1)
    network = join_metadata(alone, 2)
    np.testing.assert_array_equal(np.asarray(network.model([IMAGES, KNOWN])), np.asarray(alone.model(IMAGES)))
    assert join_metadata(alone, 0) is alone
    assert metadata_kernel(alone) is None


@pytest.mark.parametrize(("learn", "learns"), [(("head",), True), (("all",), True), (("block3",), False)])
def test_it_learns_with_the_head(learn: tuple[str, ...], learns: bool) -> None:
    _, network = joined()
    freeze(network, learn)
    assert network.metadata is not None
    assert bool(network.metadata.trainable_variables) == learns
    ours = {id(variable) for variable in network.metadata.variables}
    assert learns == bool(ours & {id(variable) for variable in network.model.trainable_variables})


@pytest.mark.parametrize("learn", [("head",), ("block3", "head")])
def test_the_learning_part_of_a_division_takes_what_is_known(learn: tuple[str, ...]) -> None:
    _, network = joined()
    division = divide(network, learn)
    assert division is not None
    activations = np.asarray(division.frozen(IMAGES))
    np.testing.assert_allclose(
        np.asarray(division.learning([activations, KNOWN])),
        np.asarray(network.model([IMAGES, KNOWN])),
        rtol=1e-4,
        atol=1e-5,
    )
