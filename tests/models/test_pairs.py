"""One backbone asked about two photographs."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest

from lentigo.models import Network, build_network, probabilities
from lentigo.settings.recipe import Input, Model, Scaling

HEIGHT, WIDTH = 16, 20
PIXELS = np.random.default_rng(0).integers(0, 256, (3, 2 * HEIGHT, WIDTH, 3), dtype=np.uint8)


def network(view: str, scaling: str = "x/255") -> Network:
    return build_network(Model(), Input(HEIGHT, WIDTH, scaling=scaling, view=view), 3, seed=1)  # type: ignore[arg-type]


def features(one: Network, pixels: np.ndarray) -> np.ndarray:
    return np.asarray(one.backbone(one.scaling(pixels)))


@pytest.mark.parametrize("scaling", get_args(Scaling))
def test_features_of_both_stand_side_by_side_and_of_none_are_zeros(scaling: str) -> None:
    pair, single = network("pair", scaling), network("all", scaling)
    pixels = PIXELS.copy()
    pixels[1, :HEIGHT] = 0
    pixels[2, HEIGHT:] = 0
    pixels[2, HEIGHT, 0, 1] = 1  # one pixel of all is not black, by one level
    found = features(pair, pixels)
    halves = [features(single, half).copy() for half in (pixels[:, :HEIGHT], pixels[:, HEIGHT:])]
    assert pair.is_pair
    assert found.shape[-1] == 2 * halves[0].shape[-1] == pair.feature_shape[-1]
    halves[0][1] = 0
    np.testing.assert_allclose(found, np.concatenate(halves, axis=-1), atol=1e-5)


def test_the_backbone_is_there_once_and_the_head_knows_which_is_which() -> None:
    pair, single = network("pair"), network("all")
    backbones = [one.backbone.count_params() for one in (pair, single)]
    assert backbones[0] == backbones[1]
    swapped = np.concatenate([PIXELS[:, HEIGHT:], PIXELS[:, :HEIGHT]], axis=1)
    answers = [probabilities(pair.model.predict_on_batch(one), pair.output) for one in (PIXELS, swapped)]
    assert np.abs(answers[0] - answers[1]).max() > 1e-3
    assert set(pair.blocks) == set(single.blocks)
