"""EfficientNet-Lite: published sizes and layouts, PyTorch's own answers, and a cat and a cup of coffee."""

from __future__ import annotations

from dataclasses import dataclass

import keras
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from lentigo.models import BACKBONES, probabilities
from lentigo.models.lite.efficientnet_lite import (
    _with_shortcut,
    block_plan,
    build_efficientnet_lite,
    imagenet_classifier,
)
from lentigo.models.lite.lite_weights import find_lite_weights, torch_key
from lentigo.models.lite.state_dict import read_state_dict


@dataclass(frozen=True)
class Published:
    """What is known of a variant from elsewhere."""

    side: int
    blocks: int
    millions: float
    """Parameters that learn."""
    logits: tuple[float, ...]
    """Every 250th, of `waves`, by a network written in PyTorch that loads the same state dict strictly."""
    cat: float
    coffee: float
    """Probabilities of the domestic cats and of espresso, for scikit-image's pictures."""


PUBLISHED = {
    "lite0": Published(224, 16, 4.65, (-0.6120, -0.8331, -0.9751, -1.3959), 0.92, 0.95),
    "lite1": Published(240, 21, 5.42, (-1.5094, -0.5320, -1.2348, -0.2438), 0.81, 0.53),
    "lite2": Published(260, 21, 6.09, (-0.6160, -0.1674, -1.7635, 0.9853), 0.84, 0.89),
}

Built = tuple[str, Published, keras.Model]


@pytest.fixture(scope="module", params=PUBLISHED)
def built(request: pytest.FixtureRequest) -> Built:
    """Each variant whole, at its own size, with its published weights."""
    variant: str = request.param
    side = PUBLISHED[variant].side
    try:
        return variant, PUBLISHED[variant], imagenet_classifier(variant, side, side)
    finally:
        keras.backend.clear_session()


def test_sizes_are_the_published_ones(built: Built) -> None:
    variant, published, classifier = built
    assert len(block_plan(variant)) == published.blocks
    count = sum(int(np.prod(weight.shape)) for weight in classifier.trainable_weights)
    assert count / 1e6 == pytest.approx(published.millions, abs=0.005)
    assert classifier.get_layer("top.bn_relu6").output.shape == (None, *[-(-published.side // 32)] * 2, 1280)
    assert BACKBONES[f"efficientnet-{variant}"].side == published.side


def test_every_array_of_the_published_file_has_its_layer(built: Built) -> None:
    variant, _, classifier = built
    keys = {torch_key(layer.name) for layer in classifier.layers if layer.weights}
    state = read_state_dict(find_lite_weights(variant))
    assert {name.rpartition(".")[0] for name in state} == keys
    loaded = sum(int(np.prod(weight.shape)) for weight in classifier.weights)
    assert loaded == sum(array.size for name, array in state.items() if "num_batches" not in name)


def waves(side: int) -> NDArray[np.float32]:
    """An image (1, side, side, 3) by a formula, between -1 and 1."""
    row, column, channel = np.indices((side, side, 3))
    return np.sin(0.1 * row + 0.07 * column + channel)[np.newaxis].astype(np.float32)


def test_answers_are_those_of_pytorch(built: Built) -> None:
    _, published, classifier = built
    found = np.asarray(classifier(waves(published.side)))[0]
    np.testing.assert_allclose(found[::250], published.logits, atol=5e-4)


def as_published(image: NDArray[np.uint8], side: int) -> NDArray[np.float32]:
    """Centre crop of 0.875 of the shorter side, bicubic, (x - 127) / 128."""
    height, width = image.shape[:2]
    kept = round(0.875 * min(height, width))
    left, top = (width - kept) // 2, (height - kept) // 2
    crop = Image.fromarray(image).crop((left, top, left + kept, top + kept))
    pixels = np.asarray(crop.resize((side, side), Image.Resampling.BICUBIC), np.float32)
    scaled: NDArray[np.float32] = (pixels - 127) / 128
    return scaled


def test_the_published_network_knows_a_cat_and_a_coffee(built: Built) -> None:
    data = pytest.importorskip("skimage.data", reason="scikit-image's pictures are not installed")
    _, published, classifier = built
    images = np.stack([as_published(image, published.side) for image in (data.chelsea(), data.coffee())])
    found = probabilities(classifier(images), "logits")
    domestic_cats, espresso = slice(281, 286), 967
    assert found[0, domestic_cats].sum() == pytest.approx(published.cat, abs=0.02)
    assert found[1, espresso] == pytest.approx(published.coffee, abs=0.02)


def test_the_deeper_a_block_the_more_often_it_is_dropped() -> None:
    backbone = build_efficientnet_lite("lite0", 32, 32, stochastic_depth=0.8)
    rates = {layer.name: layer.rate for layer in backbone.layers if layer.name.endswith(".drop")}
    # 0.8 x b / 16 for the nine blocks whose input and output have one shape
    by_hand = {2: 0.1, 4: 0.2, 6: 0.3, 7: 0.35, 9: 0.45, 10: 0.5, 12: 0.6, 13: 0.65, 14: 0.7}
    assert rates == pytest.approx({f"blocks.{block}.drop": rate for block, rate in by_hand.items()})
    assert not [
        layer.name for layer in build_efficientnet_lite("lite0", 32, 32).layers if "drop" in layer.name
    ]


def test_a_block_is_dropped_for_an_image_as_a_whole_or_counts_for_more() -> None:
    shortcut, added = keras.Input((2, 2, 3)), keras.Input((2, 2, 3))
    block = keras.Model([shortcut, added], _with_shortcut(shortcut, added, 0.6, "block"))
    generator = np.random.default_rng(0)
    before, gain = generator.normal(size=(2, 4000, 2, 2, 3)).astype(np.float32)
    share = ((np.asarray(block([before, gain], training=True)) - before) / gain).reshape(4000, -1)
    dropped = np.abs(share[:, 0]) < 1e-3
    np.testing.assert_allclose(share, np.where(dropped, 0, 2.5)[:, None] * np.ones(12), atol=2e-2)
    assert dropped.mean() == pytest.approx(0.6, abs=0.03)  # four standard deviations of 4000 draws
    np.testing.assert_allclose(block([before, gain]), before + gain, rtol=1e-6)
    block.trainable = False  # a frozen block gives one answer, in training too
    np.testing.assert_allclose(block([before, gain], training=True), before + gain, rtol=1e-6)
