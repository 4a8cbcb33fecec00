from __future__ import annotations

import base64
import io

import numpy as np
import pytest
from PIL import Image

from lentigo.report.drawing.images import jpeg_uri, png_uri, stamped, svg_uri


def opened(uri: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(uri.partition(",")[2])))


@pytest.fixture(scope="module")
def image() -> np.ndarray:
    ramp = np.linspace(0, 255, 80, dtype=np.uint8)
    return np.stack(np.broadcast_arrays(ramp[:, None], ramp[None], np.uint8(90)), axis=-1).astype(np.uint8)


def test_png_gives_the_same_pixels_back(image: np.ndarray) -> None:
    uri = png_uri(image)
    assert uri.startswith("data:image/png;base64,")
    np.testing.assert_array_equal(np.asarray(opened(uri)), image)


def test_jpeg_is_made_smaller_but_never_larger_and_keeps_its_shape(image: np.ndarray) -> None:
    assert opened(jpeg_uri(image, 40)).size == (40, 40)
    assert opened(jpeg_uri(image, 400)).size == (80, 80)
    assert opened(jpeg_uri(image[:, :40], 40)).size == (20, 40)
    close = np.asarray(opened(jpeg_uri(image, 400))).astype(float)
    assert np.abs(close - image).mean() < 3


def test_a_photograph_carries_nothing_but_pixels(image: np.ndarray) -> None:
    picture = opened(jpeg_uri(image, 40))
    assert not picture.getexif()
    assert "comment" not in picture.info


@pytest.mark.parametrize("shape", [(96, 96), (224, 300), (12, 9), (1, 60)])
def test_the_stamp_marks_any_shape_and_leaves_its_size(shape: tuple[int, int]) -> None:
    grey = np.full((*shape, 3), 120, np.uint8)
    marked = stamped(grey)
    assert marked.shape == grey.shape
    assert (marked != grey).any()


def test_the_stamp_runs_over_the_whole_picture(image: np.ndarray) -> None:
    changed = (stamped(image) != image).any(axis=-1)
    columns = np.flatnonzero(changed.any(axis=0))
    assert columns[0] < 25
    assert columns[-1] > 55
    assert 0.05 < changed.mean() < 0.6
    assert opened(jpeg_uri(image, 80, is_leaked=True)).size == (80, 80)


def test_svg_is_wrapped() -> None:
    assert base64.b64decode(svg_uri(b"<svg/>").partition(",")[2]) == b"<svg/>"
