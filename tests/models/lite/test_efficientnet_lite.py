"""EfficientNet-Lite: published sizes, and the published network recognises a cat and a cup of coffee."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from lentigo.models import probabilities
from lentigo.models.lite.efficientnet_lite import block_plan, build_efficientnet_lite, imagenet_classifier

IMAGENET_LOGITS = 1280 * 1000 + 1000


def trainable(model: keras.Model) -> int:
    return sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)


@pytest.mark.parametrize(
    ("variant", "blocks", "millions"), [("lite0", 16, 4.65), ("lite1", 21, 5.42), ("lite2", 21, 6.09)]
)
def test_sizes_are_the_published_ones(variant: str, blocks: int, millions: float) -> None:
    backbone = build_efficientnet_lite(variant, 64, 64)
    assert len(block_plan(variant)) == blocks
    assert (trainable(backbone) + IMAGENET_LOGITS) / 1e6 == pytest.approx(millions, abs=0.005)
    assert backbone.output.shape == (None, 2, 2, 1280)


def as_published(image: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Centre crop of 0.875 of the shorter side, bicubic to 224, (x - 127) / 128."""
    height, width = image.shape[:2]
    side = round(0.875 * min(height, width))
    left, top = (width - side) // 2, (height - side) // 2
    crop = Image.fromarray(image).crop((left, top, left + side, top + side))
    pixels = np.asarray(crop.resize((224, 224), Image.Resampling.BICUBIC), np.float32)
    scaled: NDArray[np.float32] = (pixels - 127) / 128
    return scaled


def test_the_published_network_knows_a_cat_and_a_coffee() -> None:
    data = pytest.importorskip("skimage.data", reason="scikit-image's pictures are not installed")
    images = np.stack([as_published(data.chelsea()), as_published(data.coffee())])
    found = probabilities(imagenet_classifier("lite0")(images), "logits")
    domestic_cats, espresso = slice(281, 286), 967
    assert found[0, domestic_cats].sum() == pytest.approx(0.92, abs=0.02)
    assert found[1, espresso] == pytest.approx(0.95, abs=0.02)
