"""Views are NumPy's own flips and turns, and the eight are a group."""

from __future__ import annotations

import numpy as np
import pytest

from lentigo.data.images.views import TURNS, TURNS_OF, View, views_of
from lentigo.settings.checking.views import parse_views

BATCH = np.random.default_rng(0).integers(0, 256, (2, 3, 4, 3), dtype=np.uint8)


def test_views_are_flips_and_turns() -> None:
    assert TURNS["identity"](BATCH) is BATCH
    np.testing.assert_array_equal(TURNS["horizontal_flip"](BATCH), np.flip(BATCH, axis=2))
    np.testing.assert_array_equal(TURNS["vertical_flip"](BATCH), np.flip(BATCH, axis=1))
    for view, quarters in (("quarter_turn", 1), ("half_turn", 2), ("three_quarter_turn", 3)):
        np.testing.assert_array_equal(TURNS[view](BATCH), np.rot90(BATCH, quarters, axes=(1, 2)))
    np.testing.assert_array_equal(TURNS["transpose"](BATCH), np.transpose(BATCH, (0, 2, 1, 3)))
    mirrored = np.transpose(TURNS["half_turn"](BATCH), (0, 2, 1, 3))
    np.testing.assert_array_equal(TURNS["anti_transpose"](BATCH), mirrored)


@pytest.mark.parametrize("names", [TURNS_OF["flips"], TURNS_OF["dihedral"]])
def test_a_view_of_a_view_is_one_of_them(names: tuple[str, ...]) -> None:
    """So the mean over them does not depend on which way up an image was taken."""
    square = BATCH[:, :, :3]
    known = {TURNS[name](square).tobytes() for name in names}
    assert len(known) == len(names)
    for name in names:
        turned = TURNS[name](square)
        assert {TURNS[other](turned).tobytes() for other in names} == known


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("one", 1),
        ("flips", 4),
        ("dihedral", 8),
        ("flips+0.8x4", 20),
        ("one+0.7x16", 17),
        ("dihedral+0.85x1+0.7x1", 24),
    ],
)
def test_a_text_stands_for_so_many_views_and_the_upright_whole_is_the_first(text: str, count: int) -> None:
    views = views_of(text)
    assert len(set(views)) == len(views) == count == parse_views(text).num_views
    assert views[0] == View(), "saliency is of the whole image as it stands"
    assert views[0].of(BATCH) is BATCH


def test_those_that_swap_the_sides_need_a_square() -> None:
    for text, keeps in (("one+0.8x4", True), ("flips", True), ("dihedral", False)):
        assert all(view.of(BATCH).shape == BATCH.shape for view in views_of(text)) == keeps


def test_windows_by_hand() -> None:
    assert [view.window for view in views_of("one+0.5x4")[1:]] == [
        (0, 0, 0.5),
        (0, 0.5, 0.5),
        (0.5, 0, 0.5),
        (0.5, 0.5, 0.5),
    ]
    assert views_of("one+0.6x1")[1].window == pytest.approx((0.2, 0.2, 0.6))
    grid = np.array([view.window for view in views_of("one+0.7x16")[1:]])
    np.testing.assert_allclose(np.unique(grid[:, 0]), [0, 0.1, 0.2, 0.3])
    np.testing.assert_allclose(grid[:, :2].max(axis=0) + 0.7, 1)


def test_a_crop_shows_its_part_enlarged_and_is_turned_afterwards() -> None:
    quarters = np.zeros((1, 8, 12, 3), np.uint8)
    for place, level in (((0, 0), 10), ((0, 6), 60), ((4, 0), 110), ((4, 6), 160)):
        quarters[0, place[0] : place[0] + 4, place[1] : place[1] + 6] = level
    for window, level in (
        ((0, 0, 0.5), 10),
        ((0, 0.5, 0.5), 60),
        ((0.5, 0, 0.5), 110),
        ((0.5, 0.5, 0.5), 160),
    ):
        found = View(window=window).of(quarters)
        assert found.shape == quarters.shape
        inner = found[:, 1:-1, 1:-1]  # where windows meet, a pixel is between its neighbours of both
        assert np.unique(inner).tolist() == [level]
    ramp = np.broadcast_to(np.arange(0, 240, 20, dtype=np.uint8)[None, None, :, None], (1, 8, 12, 3))
    upright, flipped = (View(turn, (0, 0, 0.5)).of(ramp) for turn in ("identity", "horizontal_flip"))
    assert upright[0, 0, 0, 0] < upright[0, 0, -1, 0] <= 110
    np.testing.assert_array_equal(flipped, upright[:, :, ::-1])
