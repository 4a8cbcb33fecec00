"""The scaling inside the network, against numbers worked out by hand and against Keras."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from lentigo.models.scaling import PixelScaling
from lentigo.settings.recipe import Scaling

PIXEL = np.array([[[[0, 127, 255]]]], np.uint8)


@pytest.mark.parametrize(
    ("scaling", "expected"),
    [
        ("x/255", [0.0, 127 / 255, 1.0]),
        ("x/127.5-1", [-1.0, 127 / 127.5 - 1, 1.0]),
        ("(x-127)/128", [-127 / 128, 0.0, 1.0]),
        ("vgg", [255 - 103.939, 127 - 116.779, 0 - 123.68]),
        ("imagenet", [-0.485 / 0.229, (127 / 255 - 0.456) / 0.224, (1 - 0.406) / 0.225]),
    ],
)
def test_values_are_those_of_the_formula(scaling: Scaling, expected: list[float]) -> None:
    np.testing.assert_allclose(np.asarray(PixelScaling(scaling)(PIXEL)).ravel(), expected, atol=1e-5)


@pytest.mark.parametrize(("scaling", "mode"), [("vgg", "vgg19"), ("x/127.5-1", "xception")])
def test_it_agrees_with_the_preprocessing_of_keras(scaling: Scaling, mode: str) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (2, 4, 5, 3), dtype=np.uint8)
    expected = getattr(keras.applications, mode).preprocess_input(pixels.astype(np.float32))
    np.testing.assert_allclose(PixelScaling(scaling)(pixels), expected, atol=1e-4)


def test_low_precision_rounds_only_the_result() -> None:
    scaled = PixelScaling("x/255", dtype="mixed_bfloat16")(PIXEL)
    assert keras.backend.standardize_dtype(scaled.dtype) == "bfloat16"
    np.testing.assert_allclose(
        np.asarray(keras.ops.cast(scaled, "float32")).ravel()[1], 127 / 255, rtol=2**-8
    )


def test_its_configuration_makes_it_again() -> None:
    copy = PixelScaling.from_config(PixelScaling("vgg", name="scaling").get_config())
    assert (copy.scaling, copy.name) == ("vgg", "scaling")
