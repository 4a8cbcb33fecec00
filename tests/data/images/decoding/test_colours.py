from __future__ import annotations

import numpy as np
import pytest
from made_images import LINEAR
from PIL import Image

from lentigo.data.images.decoding import colours
from lentigo.data.images.decoding.colours import Colours
from lentigo.settings.errors import ImageError

SIZE = (8, 6)


@pytest.mark.parametrize(
    ("band", "info", "colour"),
    [
        (Image.new("RGBA", SIZE, (200, 100, 50, 128)), {}, (100, 50, 25)),
        (Image.new("LA", SIZE, (200, 64)), {}, (50, 50, 50)),
        (Image.new("L", SIZE, 77), {}, (77, 77, 77)),
        (Image.new("L", SIZE, 77), {"transparency": 77}, (0, 0, 0)),
        (Image.new("1", SIZE, 1), {}, (255, 255, 255)),
        (Image.new("CMYK", SIZE, (0, 255, 255, 0)), {}, (255, 0, 0)),
        (Image.fromarray(np.full(SIZE[::-1], 0x8001, np.uint16)), {}, (128, 128, 128)),
        (Image.new("I", SIZE, 0x7FFF), {}, (127, 127, 127)),
        (Image.new("F", SIZE, 0.5), {}, (128, 128, 128)),
        (Image.new("RGB", SIZE, (128, 128, 128)), {"icc_profile": LINEAR}, (188, 188, 188)),
    ],
    ids=["RGBA", "LA", "L", "keyed", "1", "CMYK", "I;16", "I", "F", "profile"],
)
def test_each_mode_has_its_rule(band: Image.Image, info: dict[str, object], colour: tuple[int, ...]) -> None:
    band.info.update(info)
    found = np.asarray(Colours(band.info).converted(band).convert("RGB"), int)
    assert found.shape == (6, 8, 3)
    assert np.abs(found - colour).max() <= 1


@pytest.mark.parametrize(("mode", "value"), [("I", -1), ("I", 65536), ("F", 1.5), ("F", float("nan"))])
def test_values_that_no_rule_covers_are_refused(mode: str, value: float) -> None:
    with pytest.raises(ImageError, match="save it with 8 bits"):
        Colours({}).converted(Image.new(mode, SIZE, value))


def test_averaging_comes_before_the_profile() -> None:
    """Black and white in halves are 128 in the middle, which the linear profile makes 188, not 128."""
    board = np.repeat(np.array([[0, 255] * 4], np.uint8)[..., None], 3, axis=2).repeat(6, axis=0)
    found = np.asarray(Colours({"icc_profile": LINEAR}).converted(Image.fromarray(board), 2), int)
    assert found.shape == (3, 4, 3)
    assert np.abs(found - 188).max() <= 2


def test_profiles_are_kept_within_bounds_and_never_as_keys_of_megabytes() -> None:
    colours._kept.cache_clear()
    band = Image.new("RGB", SIZE, (128, 128, 128))
    for extra in range(20):
        Colours({"icc_profile": LINEAR + bytes(extra)}).converted(band)
    assert colours._kept.cache_info().currsize == colours.NUM_KEPT
    before = colours._kept.cache_info()
    large = Colours({"icc_profile": LINEAR + bytes(2_000_000)})
    assert np.abs(np.asarray(large.converted(band), int) - 188).max() <= 2
    assert colours._kept.cache_info() == before


@pytest.mark.parametrize("profile", [b"nothing", LINEAR + bytes(4_000_000)])
def test_a_profile_that_cannot_be_used_is_said_so(profile: bytes) -> None:
    found = Colours({"icc_profile": profile})
    band = Image.new("RGB", SIZE, (1, 2, 3))
    assert found.converted(band).tobytes() == band.tobytes()
    assert "colour profile cannot be used" in found.remarks[0]
