"""From one image file, or its bytes, to the uint8 pixels that a network takes.

In: JPEG, PNG, WebP, BMP, TIFF, GIF or DICOM, told by content and not by name. Out: `decode` gives uint8
(H, W, 3) in sRGB, upright, at the size asked for; `inspect` gives what is worth knowing about the file.
Training, prediction and service all come through here, so that a network sees the same pixels everywhere.

Only Pillow and NumPy are needed, and pydicom for DICOM. What values of other kinds become is fixed
(`decoding/colours.py`); the first frame is used. What any file may cost is bounded (`decoding/limits.py`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from lentigo.data.images.decoding.bands import Picture, Target, resized
from lentigo.data.images.decoding.colours import Colours
from lentigo.data.images.decoding.kinds import EXTENSIONS, SUFFIXES, accepted_list
from lentigo.data.images.decoding.opened import Opened
from lentigo.data.images.decoding.opening import Source, opened
from lentigo.settings.recipe import Resize

__all__ = [
    "SUFFIXES",
    "ImageFacts",
    "Source",
    "accepted_list",
    "decode",
    "decode_with_thumbnail",
    "inspect",
    "inspect_and_decode",
    "num_pixels",
    "pixel_digest",
]

SMALLEST_GOOD_SIDE = 64
FLAT_SHARE = 8
"""A flat block worth a warning fills at least one in so many rows of the image."""

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class ImageFacts:
    """What is known about one usable image file."""

    width: int
    """Pixels, upright."""
    height: int
    """Pixels, upright."""
    format: str
    """A key of `EXTENSIONS`."""
    warnings: tuple[str, ...] = ()
    """Reasons to look at the image, in plain words."""


def decode(source: Source, height: int, width: int, resize: Resize = "squash") -> Pixels:
    """Read one image at the size a network takes.

    A JPEG is decoded at the smallest of the scales 1/8, 1/4, 1/2, 1 that is no smaller than asked for, and
    then resized, like any other image, by bilinear interpolation whose support grows with the reduction
    (antialiased). The result depends on the bytes and the arguments only.

    Args:
        source: path, or the file's bytes; both give the same pixels.
        height: of the result, pixels.
        width: of the result, pixels.
        resize: `squash` ignores the aspect ratio; `crop` keeps it and cuts what sticks out at both ends;
            `pad` keeps it and fills the rest with black at both ends.

    Returns:
        uint8 (height, width, 3), sRGB.

    Raises:
        ImageError: the file cannot be used; the message is the reason.
    """
    return _decoded(source, [(height, width, resize)])[0]


def decode_with_thumbnail(
    source: Source, height: int, width: int, resize: Resize, side: int
) -> tuple[Pixels, Pixels]:
    """`decode`, and the whole image squashed to (side, side, 3), from one reading where that is possible.

    Raises:
        ImageError: as `decode`.
    """
    if min(height, width) < side:  # then the network's pixels may come from fewer than the thumbnail needs
        return decode(source, height, width, resize), decode(source, side, side)
    pixels, thumbnail = _decoded(source, [(height, width, resize), (side, side, "squash")])
    return pixels, thumbnail


def num_pixels(source: Source) -> int:
    """How many pixels a file says that it has; nothing is decoded.

    Raises:
        ImageError: as `decode`, as far as the header tells.
    """
    with opened(source) as file:
        return file.size[0] * file.size[1]


def inspect(source: Source) -> ImageFacts:
    """Read one image to the end and tell what is worth knowing about it.

    Raises:
        ImageError: the file cannot be used; the message is the reason.
    """
    with opened(source) as file, file.picture(_an_eighth) as (picture, colours):
        return _facts(source, file, picture, colours)


def inspect_and_decode(
    source: Source, wanted: Callable[[int, int], tuple[int, int]]
) -> tuple[ImageFacts, Pixels]:
    """`inspect`, and `decode` by squashing, from one reading of the file.

    Args:
        source: path, or the file's bytes.
        wanted: width and height of the upright image -> height and width of the result.

    Raises:
        ImageError: as `decode`.
    """
    with opened(source) as file, file.picture(lambda size: wanted(*size)[::-1]) as (picture, colours):
        facts = _facts(source, file, picture, colours)
        height, width = wanted(facts.width, facts.height)
        image = resized(picture, [Target(width, height)])[0]
    return facts, _laid(image, height, width)


def pixel_digest(source: Source) -> bytes:
    """What only files with the same pixels have in common, whatever their format.

    JPEGs that are too large to be held whole are compared at half their size.

    Raises:
        ImageError: as `decode`.
    """
    with opened(source) as file, file.picture(lambda size: size) as (picture, _):
        digest = hashlib.blake2b(repr(picture.size).encode(), digest_size=32)
        for band in picture.bands():
            digest.update(band.tobytes())
    return digest.digest()


def _facts(source: Source, file: Opened, picture: Picture, colours: Colours) -> ImageFacts:
    width, height = file.upright_size()
    found = [*_size_warnings(width, height), *_content_warnings(picture, height)]
    warnings = [*_name_warnings(source, file.format), *_frame_warnings(file), *colours.remarks, *found]
    return ImageFacts(width, height, file.format, tuple(warnings))


def _decoded(source: Source, wanted: Sequence[tuple[int, int, Resize]]) -> list[Pixels]:
    """One image at several sizes, decoded for the first."""
    with opened(source) as file, file.picture(partial(_enough, wanted[0])) as (picture, _):
        images = resized(picture, [_target(picture, *one) for one in wanted])
    return [_laid(image, height, width) for image, (height, width, _) in zip(images, wanted, strict=True)]


def _enough(wanted: tuple[int, int, Resize], size: tuple[int, int]) -> tuple[int, int]:
    """Width and height that an upright image of some size must have, so that the result shows all it can."""
    height, width, resize = wanted
    if resize == "squash":
        return width, height
    ratios = (height / size[1], width / size[0])
    scale = max(ratios) if resize == "crop" else min(ratios)
    return round(size[0] * scale), round(size[1] * scale)


def _an_eighth(size: tuple[int, int]) -> tuple[int, int]:
    return size[0] // 8, size[1] // 8


def _target(picture: Picture, height: int, width: int, resize: Resize) -> Target:
    across, down = picture.size
    if resize == "crop":
        return Target(width, height, _centre(across, down, width / height))
    if resize == "pad":
        scale = min(width / across, height / down)
        return Target(max(1, round(across * scale)), max(1, round(down * scale)))
    return Target(width, height)


def _centre(across: int, down: int, ratio: float) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of the largest part in the middle whose width is `ratio` times its height."""
    width, height = (ratio * down, down) if across / down >= ratio else (across, across / ratio)
    # rounding may give a part that is larger than the whole
    width, height = min(width, across), min(height, down)
    left, top = (across - width) * 0.5, (down - height) * 0.5
    return left, top, left + width, top + height


def _laid(image: Image.Image, height: int, width: int) -> Pixels:
    """Pixels of an image, in the middle of black ones where it is smaller than asked for."""
    if image.size == (width, height):
        return np.asarray(image, dtype=np.uint8).copy()
    ground = Image.new("RGB", (width, height))
    ground.paste(image, ((width - image.width) // 2, (height - image.height) // 2))
    return np.asarray(ground, dtype=np.uint8).copy()


def _name_warnings(source: Source, name: str) -> Iterator[str]:
    extension = "" if isinstance(source, bytes) else Path(source).suffix.lower()
    if extension and extension not in EXTENSIONS[name]:
        yield f"named {extension} but is {name}; read as {name}"


def _frame_warnings(file: Opened) -> Iterator[str]:
    if file.has_more_frames:
        yield "holds several frames or pages; the first is used"


def _size_warnings(width: int, height: int) -> Iterator[str]:
    if min(width, height) < SMALLEST_GOOD_SIDE:
        yield f"only {width} x {height} pixels"


def _content_warnings(picture: Picture, full_height: int) -> Iterator[str]:
    """Warn of one colour all over, and of rows that a damaged JPEG leaves flat.

    Where the data of a JPEG are lost, every block of 8 x 8 pixels keeps the mean of the last whole one; so
    means of such blocks are compared, not pixels.
    """
    scale = max(1, round(full_height / picture.size[1]))
    factor = max(1, min(8 // scale, min(picture.size) // 8))
    parts = [np.asarray(band.reduce(factor), dtype=np.int16) for band in picture.bands(factor)]
    blocks = np.concatenate(parts)
    if np.ptp(blocks, axis=(0, 1)).max() <= 2:
        yield "one colour all over"
        return
    share = max(_flat_rows(blocks), _flat_rows(blocks.swapaxes(0, 1)))
    if share * FLAT_SHARE >= 1:
        yield f"flat block: {share:.0%} of it is one plain colour from side to side; perhaps damaged"


def _flat_rows(blocks: NDArray[np.int16]) -> float:
    """Share of rows in the longest run of rows that are all of one colour, the same in each; 0 to 1."""
    is_plain = np.ptp(blocks, axis=1).max(axis=-1) <= 1
    if not is_plain.any():  # of nearly all images
        return 0.0
    is_same = np.abs(np.diff(blocks[:, 0], axis=0)).max(axis=-1, initial=0) <= 1
    longest = run = 0
    for row, plain in enumerate(is_plain):
        continues = plain and run > 0 and is_same[row - 1]
        run = run + 1 if continues else int(plain)
        longest = max(longest, run)
    return longest / len(blocks)
