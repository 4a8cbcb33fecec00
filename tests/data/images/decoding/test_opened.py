from __future__ import annotations

import numpy as np
from made_images import LINEAR, drawn, pillow

from lentigo.data.images.decoding import opened as module
from lentigo.data.images.decoding.opened import Opened
from lentigo.data.images.decoding.opening import opened


def test_a_jpeg_is_decoded_at_the_size_that_is_enough_whichever_side_is_up() -> None:
    for orientation, enough in ((1, (100, 50)), (6, (50, 100))):
        exif = b"Exif\0\0MM\0*\0\0\0\x08\0\1\1\x12\0\3\0\0\0\1\0" + bytes([orientation]) + bytes(6)
        content = pillow("JPEG", "RGB", exif=exif)(800, 400)
        with opened(content) as file, file.picture(lambda _, enough=enough: enough) as (picture, _):  # type: ignore[misc]
            assert picture.size == enough
            assert file.upright_size() == ((800, 400) if orientation == 1 else (400, 800))


def test_a_profile_on_a_large_image_is_applied_after_averaging(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    content = pillow("PNG", "RGB", icc_profile=LINEAR)(400, 200)
    for most, size in ((80_000, (400, 200)), (79_999, (100, 50))):
        monkeypatch.setattr(module, "REDUCED_FROM", most)
        with opened(content) as file, file.picture(lambda _: (90, 50)) as (picture, _):
            assert picture.size == size
    monkeypatch.setattr(module, "REDUCED_FROM", 0)
    with opened(pillow("PNG", "RGB")(400, 200)) as file, file.picture(lambda _: (9, 5)) as (picture, _):
        assert picture.size == (400, 200)


def test_what_it_unfolds_to_is_pixels_and_scratch() -> None:
    image = drawn("RGB", 30, 20)
    assert Opened(image, "PNG", "PNG (RGB)", 4, scratch_bytes=7).unfolded == 30 * 20 * 4 + 7
    with opened(pillow("PNG", "RGB")(30, 20)) as file, file.picture(lambda size: size) as (picture, _):
        np.testing.assert_array_equal(next(picture.bands()), np.asarray(image))
