"""Views are NumPy's own flips and turns, and the eight are a group."""

from __future__ import annotations

from typing import get_args, get_type_hints

import numpy as np
import pytest

from lentigo.data.images.views import DIHEDRAL, FLIPS, ONE_VIEW, SQUARE_ONLY, VIEWS, VIEWS_OF
from lentigo.settings.recipe import Prediction

BATCH = np.random.default_rng(0).integers(0, 256, (2, 3, 4, 3), dtype=np.uint8)


def test_views_are_flips_and_turns() -> None:
    assert VIEWS["identity"](BATCH) is BATCH
    np.testing.assert_array_equal(VIEWS["horizontal_flip"](BATCH), np.flip(BATCH, axis=2))
    np.testing.assert_array_equal(VIEWS["vertical_flip"](BATCH), np.flip(BATCH, axis=1))
    for view, quarters in (("quarter_turn", 1), ("half_turn", 2), ("three_quarter_turn", 3)):
        np.testing.assert_array_equal(VIEWS[view](BATCH), np.rot90(BATCH, quarters, axes=(1, 2)))
    np.testing.assert_array_equal(VIEWS["transpose"](BATCH), np.transpose(BATCH, (0, 2, 1, 3)))
    mirrored = np.transpose(VIEWS["half_turn"](BATCH), (0, 2, 1, 3))
    np.testing.assert_array_equal(VIEWS["anti_transpose"](BATCH), mirrored)


@pytest.mark.parametrize("names", [FLIPS, DIHEDRAL])
def test_a_view_of_a_view_is_one_of_them(names: tuple[str, ...]) -> None:
    """So the mean over them does not depend on which way up an image was taken."""
    square = BATCH[:, :, :3]
    known = {VIEWS[name](square).tobytes() for name in names}
    assert len(known) == len(names)
    for name in names:
        turned = VIEWS[name](square)
        assert {VIEWS[other](turned).tobytes() for other in names} == known


def test_every_setting_of_the_recipe_stands_for_views() -> None:
    assert set(VIEWS_OF) == set(get_args(get_type_hints(Prediction)["views"]))
    assert VIEWS_OF["one"] == ONE_VIEW
    assert {name: len(views) for name, views in VIEWS_OF.items()} == {"one": 1, "flips": 4, "dihedral": 8}
    assert all(views[0] == "identity" for views in VIEWS_OF.values()), "saliency is of the upright image"


def test_those_that_swap_the_sides_need_a_square() -> None:
    for name, views in VIEWS_OF.items():
        keeps = all(VIEWS[view](BATCH).shape == BATCH.shape for view in views)
        assert keeps == (name not in SQUARE_ONLY)
