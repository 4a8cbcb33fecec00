"""The affine map that keypoints agree on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lentigo.data.copies.near_duplicates.fitting import fit
from lentigo.data.copies.near_duplicates.keypoints import Keypoints, find_keypoints


def keypoints_of(sketch: Any) -> Keypoints:
    return find_keypoints(np.ascontiguousarray(sketch))


def test_a_crop_lies_where_it_was_cut(pictures: list[Any], shrunk: Callable[[Any], Any]) -> None:
    found = fit(keypoints_of(shrunk(pictures[0])), keypoints_of(shrunk(pictures[0][40:220, 60:240])), False)
    assert found is not None
    # 180 of 256 pixels fill the sketch; the crop's corner is that of pixel (60, 40) at half size
    scale = 180 / 256
    corner = [(60 + 0.5) / 2 - 0.5 + scale / 2 - 0.25, (40 + 0.5) / 2 - 0.5 + scale / 2 - 0.25]
    np.testing.assert_allclose(found.matrix[:, :2], np.eye(2) * scale, atol=0.02)
    np.testing.assert_allclose(found.matrix[:, 2], corner, atol=0.6)
    assert found.num_keypoints > 10
    assert found.residual < 0.33


def test_a_mirror_image_is_found_in_a_mirror_only(pictures: list[Any], shrunk: Callable[[Any], Any]) -> None:
    first, second = keypoints_of(shrunk(pictures[1])), keypoints_of(shrunk(pictures[1])[:, ::-1])
    found = fit(first, second, True)
    assert found is not None
    np.testing.assert_allclose(found.matrix, [[-1, 0, 127], [0, 1, 0]], atol=0.6)
    assert fit(first, second, False) is None


def test_strangers_and_what_has_no_keypoints_do_not_fit(
    pictures: list[Any], shrunk: Callable[[Any], Any]
) -> None:
    first, second = keypoints_of(shrunk(pictures[2])), keypoints_of(shrunk(pictures[3]))
    none = keypoints_of(np.full((128, 128), 90, np.uint8))
    assert fit(first, second, False) is None
    assert fit(first, none, False) is None
    assert fit(none, first, True) is None


@pytest.mark.parametrize("stretch", [(1, 2.5), (4, 4)])
def test_what_nobody_does_to_a_picture_is_no_fit(
    stretch: tuple[float, float], pictures: list[Any], shrunk: Callable[[Any], Any]
) -> None:
    first = keypoints_of(shrunk(pictures[4]))
    moved = Keypoints(first.points * np.float32(stretch), first.sizes, first.angles, first.descriptions)
    assert fit(first, first, False) is not None
    assert fit(first, moved, False) is None
