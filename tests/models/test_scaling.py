"""The scaling inside the network, against numbers worked out by hand; against Keras in test_backbones.py."""

from __future__ import annotations

from typing import get_args

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
        ("x/128-1", [-1.0, -1 / 128, 127 / 128]),
        ("(x-127)/128", [-127 / 128, 0.0, 1.0]),
        ("imagenet", [-0.485 / 0.229, (127 / 255 - 0.456) / 0.224, (1 - 0.406) / 0.225]),
        ("vgg", [255 - 103.939, 127 - 116.779, 0 - 123.68]),
    ],
)
def test_values_are_those_of_the_formula(scaling: Scaling, expected: list[float]) -> None:
    np.testing.assert_allclose(np.asarray(PixelScaling(scaling)(PIXEL)).ravel(), expected, atol=1e-5)


def test_every_scaling_of_a_recipe_is_known() -> None:
    for scaling in get_args(Scaling):
        assert np.isfinite(PixelScaling(scaling)(PIXEL)).all()


def test_low_precision_rounds_only_the_result() -> None:
    scaled = PixelScaling("x/255", dtype="mixed_bfloat16")(PIXEL)
    assert keras.backend.standardize_dtype(scaled.dtype) == "bfloat16"
    np.testing.assert_allclose(
        np.asarray(keras.ops.cast(scaled, "float32")).ravel()[1], 127 / 255, rtol=2**-8
    )


def test_its_configuration_makes_it_again() -> None:
    copy = PixelScaling.from_config(PixelScaling("vgg", name="scaling").get_config())
    assert (copy.scaling, copy.name) == ("vgg", "scaling")
