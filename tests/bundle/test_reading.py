"""What a network takes of a file, and what is wrong with the image."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from lentigo.bundle.reading import read_image
from lentigo.data.images.pixels import decode
from lentigo.settings.errors import ImageError


def as_png(pixels: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format="PNG")
    return buffer.getvalue()


def test_pixels_are_those_of_decode_and_a_blank_image_is_warned_of() -> None:
    content = as_png(np.full((50, 60, 3), 128, np.uint8))
    pixels, warnings = read_image(content, 16, 24, "squash")
    np.testing.assert_array_equal(pixels, decode(content, 16, 24, "squash"))
    assert warnings
    assert all(warning.startswith("the image ") for warning in warnings)


def test_what_is_no_image_is_refused() -> None:
    with pytest.raises(ImageError, match="is text"):
        read_image(b"text", 16, 24, "squash")
