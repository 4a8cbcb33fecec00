from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from lentigo.data.images.decoding import bands
from lentigo.data.images.decoding.bands import Picture, Target, resized
from lentigo.data.images.decoding.colours import Colours
from lentigo.data.images.pixels import _centre


@pytest.fixture(autouse=True)
def small_bands(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bands of about 600 pixels, so that small images come in many."""
    monkeypatch.setattr(bands, "WHOLE_PIXELS", 0)
    monkeypatch.setattr(bands, "BAND_PIXELS", 600)


def noise(width: int, height: int, seed: int = 0) -> Image.Image:
    values = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return Image.fromarray(values)


def joined(picture: Picture, multiple: int = 1) -> np.ndarray:
    return np.concatenate([np.asarray(band) for band in picture.bands(multiple)])


@pytest.mark.parametrize("orientation", range(10))
def test_bands_put_together_are_the_upright_image(orientation: int) -> None:
    image = noise(47, 61)
    turn = bands.TURNS.get(orientation)
    expected = image if turn is None else image.transpose(turn)
    picture = Picture(image, Colours({}), orientation)
    assert picture.size == expected.size
    assert len(list(picture.bands())) > 3
    np.testing.assert_array_equal(joined(picture), np.asarray(expected))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_averaging_is_done_where_the_pixels_lie_in_the_file(orientation: int) -> None:
    image = noise(47, 61)
    turn = bands.TURNS.get(orientation)
    small = image.reduce(4)
    expected = small if turn is None else small.transpose(turn)
    picture = Picture(image, Colours({}), orientation, factor=4)
    assert picture.size == expected.size
    np.testing.assert_array_equal(joined(picture), np.asarray(expected))


def test_bands_are_multiples_but_for_the_last() -> None:
    heights = [band.height for band in Picture(noise(47, 61), Colours({})).bands(8)]
    assert heights == [8] * 7 + [5]


@settings(max_examples=60, deadline=None)
@given(
    size=st.tuples(st.integers(1, 90), st.integers(1, 90)),
    wanted=st.tuples(st.integers(1, 60), st.integers(1, 60)),
    way=st.sampled_from(["whole", "centre"]),
)
def test_resized_in_bands_is_what_pillow_gives(
    size: tuple[int, int], wanted: tuple[int, int], way: str
) -> None:
    """Bit by bit, unless Pillow takes columns first; then by rounding."""
    image = noise(*size)
    box = _centre(*size, wanted[0] / wanted[1]) if way == "centre" else None
    (found,) = resized(Picture(image, Colours({})), [Target(*wanted, box)])
    if box is None:
        expected = image.resize(wanted, Image.Resampling.BILINEAR)
    else:
        expected = ImageOps.fit(image, wanted, Image.Resampling.BILINEAR)
    is_tall = size[1] - wanted[1] > max(0, 2 * (size[0] - wanted[0]))
    difference = np.abs(np.asarray(found, int) - np.asarray(expected, int))
    assert difference.max() <= (1 if is_tall else 0)


def test_several_sizes_come_from_one_reading() -> None:
    image = noise(70, 50)
    found = resized(Picture(image, Colours({})), [Target(20, 10), Target(9, 30)])
    for one, size in zip(found, [(20, 10), (9, 30)], strict=True):
        np.testing.assert_array_equal(one, image.resize(size, Image.Resampling.BILINEAR))
