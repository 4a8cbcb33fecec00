"""An image file in; what a bundle's network takes of it, and what is wrong with the image, out.

Apart from `prediction`, so that a process which only reads images starts without the rest.
"""

from __future__ import annotations

import io
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from lentigo.data.images.input_checks import CHECK_SIDE, failed_checks
from lentigo.data.images.pixels import decode_with_thumbnail
from lentigo.settings.errors import ImageError
from lentigo.settings.recipe import Resize

T = TypeVar("T")
Pixels = NDArray[np.uint8]
Source = str | Path | bytes | Pixels | Image.Image
"""A file, a file's bytes, pixels uint8 (H, W, 3) in sRGB, or an image that Pillow has opened."""
Read = tuple[Pixels, tuple[str, ...]]
"""Pixels uint8 (H, W, 3) of the network's size, and warnings about the image itself in plain words."""
Reading = Callable[[bytes], Read]


def read_image(source: str | Path | bytes, height: int, width: int, resize: Resize) -> Read:
    """Read a file at the size that a network takes.

    Raises:
        ImageError: the file cannot be used; the message is the reason.
    """
    pixels, thumbnail = decode_with_thumbnail(source, height, width, resize, CHECK_SIDE)
    return pixels, quality_warnings(thumbnail)


def read_source(source: Source, height: int, width: int, resize: Resize) -> Read:
    """As `read_image`, of images in memory too: pixels of the network's size are taken as they are.

    Raises:
        ImageError: as `read_image`, or the array is no image.
    """
    if isinstance(source, Image.Image):
        return read_image(_opened_as_file(source), height, width, resize)
    if not isinstance(source, np.ndarray):
        return read_image(source, height, width, resize)
    if source.dtype != np.uint8 or source.ndim != 3 or source.shape[2] != 3 or 0 in source.shape:
        raise ImageError(f"an array of {source.dtype} {source.shape}; expected uint8 (height, width, 3)")
    image, warnings = read_image(_as_file(source), height, width, resize)
    return source if source.shape == image.shape else image, warnings


def quality_warnings(thumbnail: Pixels) -> tuple[str, ...]:
    """What is wrong with an image, told in plain words, from its thumbnail of 128 x 128 pixels."""
    return tuple(f"the image {check.reason}" for check in failed_checks(thumbnail))


def several(images: Source | Iterable[Source]) -> Iterable[Source]:
    """One image as a list of one; an array of four axes is several images."""
    if isinstance(images, str | Path | bytes | Image.Image):
        return [images]
    if isinstance(images, np.ndarray) and images.ndim == 3:
        return [images]
    return images


def name_of(source: Source) -> str:
    """The path; empty for what has none."""
    return str(source) if isinstance(source, str | Path) else ""


def ahead(
    pool: ThreadPoolExecutor, read: Callable[[Source], T], sources: Iterable[Source], count: int
) -> Iterator[T]:
    """Results of `read` in order, at most `count` of them begun before they are asked for."""
    waiting: deque[Future[T]] = deque()
    for source in sources:
        waiting.append(pool.submit(read, source))
        if len(waiting) >= count:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _as_file(pixels: Pixels) -> bytes:
    """Pixels as the bytes of a file without loss, so that they are resized by the one way there is."""
    buffer = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(buffer, format="BMP")
    return buffer.getvalue()


def _opened_as_file(image: Image.Image) -> bytes:
    """The same without loss, upright and with its colour profile: it is read as its file would be.

    Raises:
        ImageError: its file is damaged.
    """
    buffer = io.BytesIO()
    try:
        upright = ImageOps.exif_transpose(image)
        upright.save(buffer, format="TIFF", icc_profile=image.info.get("icc_profile"))
    except (OSError, ValueError, SyntaxError) as error:
        raise ImageError(f"Pillow cannot give its pixels: {error}") from error
    return buffer.getvalue()
