"""Views are NumPy's own flips and turns."""

from __future__ import annotations

from typing import get_args, get_type_hints

import numpy as np

from lentigo.data.views import EVERY_VIEW, ONE_VIEW, VIEWS, VIEWS_OF
from lentigo.settings.recipe import Prediction


def test_views_are_flips_and_a_half_turn() -> None:
    batch = np.random.default_rng(0).integers(0, 256, (2, 3, 4, 3), dtype=np.uint8)
    assert VIEWS["identity"](batch) is batch
    np.testing.assert_array_equal(VIEWS["horizontal_flip"](batch), np.flip(batch, axis=2))
    np.testing.assert_array_equal(VIEWS["vertical_flip"](batch), np.flip(batch, axis=1))
    np.testing.assert_array_equal(VIEWS["half_turn"](batch), np.rot90(batch, 2, axes=(1, 2)))


def test_every_setting_of_the_recipe_stands_for_views() -> None:
    assert set(VIEWS_OF) == set(get_args(get_type_hints(Prediction)["views"]))
    assert VIEWS_OF["one"] == ONE_VIEW
    assert VIEWS_OF["flips"] == EVERY_VIEW
