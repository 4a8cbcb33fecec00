from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("keras")

from lentigo.explanation.gradcam import NetworkLens
from lentigo.explanation.methods import all_classes, explain_images
from lentigo.explanation.randomisation import blocks_from_head, random_twin, randomised
from lentigo.models import Network, build_network
from lentigo.settings.recipe import Input, Model


@pytest.fixture
def network() -> Network:
    return build_network(Model(), Input(24, 32), 3, seed=3)


@pytest.fixture
def twin() -> Network:
    return random_twin(Model(), Input(24, 32), 3, seed=4)


def test_blocks_go_from_the_logits_to_the_image_and_have_weights(network: Network) -> None:
    assert blocks_from_head(network) == ["head", "block3", "block2", "block1"]


@pytest.mark.parametrize("blocks", [["head"], ["block2"], ["head", "block3", "block2", "block1"]])
def test_only_the_named_blocks_are_lent_and_all_come_back(
    blocks: list[str], network: Network, twin: Network
) -> None:
    before = {weight.path: np.array(weight) for weight in network.model.weights}
    with randomised(network, twin, blocks):
        changed = {
            path.split("/")[0].split("_")[0].replace("logits", "head")
            for path, weight in ((one.path, np.array(one)) for one in network.model.weights)
            if not np.array_equal(weight, before[path])
        }
    assert changed == set(blocks)
    for weight in network.model.weights:
        np.testing.assert_array_equal(np.array(weight), before[weight.path])


def test_weights_come_back_after_an_error(network: Network, twin: Network) -> None:
    before = [np.array(weight) for weight in network.model.weights]
    with pytest.raises(ZeroDivisionError), randomised(network, twin, ["head"]):
        raise ZeroDivisionError
    for old, new in zip(before, network.model.weights, strict=True):
        np.testing.assert_array_equal(old, np.array(new))


def test_twins_of_other_seeds_differ(network: Network, twin: Network) -> None:
    again, other = (random_twin(Model(), Input(24, 32), 3, seed=seed) for seed in (4, 5))
    first = [np.array(weight) for weight in twin.model.weights]
    assert all(np.array_equal(a, np.array(b)) for a, b in zip(first, again.model.weights, strict=True))
    assert not all(np.array_equal(a, np.array(b)) for a, b in zip(first, other.model.weights, strict=True))


@pytest.mark.parametrize("method", ["gradcam", "cam", "occlusion"])
def test_maps_follow_the_weights_the_network_has_when_asked(
    method: str, network: Network, twin: Network
) -> None:
    images = np.random.default_rng(0).integers(0, 256, (2, 24, 32, 3), dtype=np.uint8)
    lens, classes = NetworkLens(network), all_classes(2, 3)
    own = explain_images(lens, images, classes, method)
    with randomised(network, twin, blocks_from_head(network)):
        lent = explain_images(lens, images, classes, method)
    expected = explain_images(NetworkLens(twin), images, classes, method)
    np.testing.assert_allclose(lent, expected, atol=1e-4)
    assert np.abs(own - lent).max() > 0.05
    np.testing.assert_array_equal(explain_images(lens, images, classes, method), own)
