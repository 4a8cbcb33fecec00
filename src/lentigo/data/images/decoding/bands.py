"""A decoded image in, upright and in RGB, band by band; resized and averaged without ever being whole.

Pillow resizes first along rows and then along columns, each with values of 8 bits. Rows do not know of each
other in the first pass, so it may be done in bands: the result is Pillow's own, bit by bit. (Large images
over twice as high as wide are the exception: Pillow takes columns first; values differ by rounding.)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Protocol

from PIL import Image

from lentigo.data.images.decoding.colours import Colours

WHOLE_PIXELS = 1 << 22
"""Up to so many pixels an image comes in one band."""
BAND_PIXELS = 1 << 19
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""EXIF orientation -> what makes it upright."""
SIDEWAYS = (5, 6, 7, 8)
"""Those that lie on their side: upright rows are columns of the file."""
FROM_THE_END = (3, 4, 7, 8)
"""Those whose first upright row is the last row or column of the file."""
Box = tuple[int, int, int, int]


class Stored(Protocol):
    """Pixels as they lie in the file: Pillow's images, or DICOM's frames."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""

    def crop(self, box: Box) -> Image.Image:
        """A part of it: left, top, right, bottom."""


@dataclass(frozen=True)
class Target:
    """One size to bring an image to."""

    width: int
    height: int
    box: tuple[float, float, float, float] | None = None
    """Left, top, right and bottom of the part that is wanted; default: all of it."""


class Picture:
    """An image in RGB, upright."""

    def __init__(self, stored: Stored, colours: Colours, orientation: int = 1, factor: int = 1) -> None:
        """Look at stored pixels.

        Args:
            stored: the pixels.
            colours: how they become sRGB.
            orientation: as EXIF numbers it; anything unknown is upright.
            factor: average over squares of so many pixels before the colour profile is applied.
        """
        self._stored, self._colours, self._factor = stored, colours, factor
        self._turn = TURNS.get(orientation)
        self._is_sideways = orientation in SIDEWAYS
        self._is_from_the_end = orientation in FROM_THE_END
        width, height = stored.size[::-1] if self._is_sideways else stored.size
        self.size = (-(-width // factor), -(-height // factor))
        """Width and height, upright."""

    def bands(self, multiple: int = 1) -> Iterator[Image.Image]:
        """RGB images of the whole width, from top to bottom; all but the last a multiple of so many rows."""
        width, height = self.size
        stored = width * self._factor**2
        rows = (
            height
            if stored * height <= WHOLE_PIXELS
            else max(1, BAND_PIXELS // (stored * multiple)) * multiple
        )
        for top in range(0, height, rows):
            yield self._band(top, min(top + rows, height))

    def _band(self, top: int, bottom: int) -> Image.Image:
        """Rows of the upright image, taken from where they lie in the stored one: in rows or in columns."""
        width, height = self._stored.size
        if self._is_from_the_end:
            top, bottom = self.size[1] - bottom, self.size[1] - top
        start, end = top * self._factor, bottom * self._factor
        box = (
            (start, 0, min(end, width), height) if self._is_sideways else (0, start, width, min(end, height))
        )
        part = self._colours.converted(self._stored.crop(box), self._factor)
        return part if self._turn is None else part.transpose(self._turn)


def resized(picture: Picture, targets: Sequence[Target]) -> list[Image.Image]:
    """The picture at several sizes, bilinear with a support that grows with the reduction (antialiased).

    Returns:
        One RGB image a target, as `Image.resize` with its size and box would give.
    """
    height = picture.size[1]
    bands = picture.bands()
    first = next(bands)
    if first.height == height:
        return [first.resize((one.width, one.height), Image.Resampling.BILINEAR, one.box) for one in targets]
    columns = [Image.new("RGB", (target.width, height)) for target in targets]
    top = 0
    for band in chain([first], bands):
        for column, target in zip(columns, targets, strict=True):
            left, _, right, _ = target.box or (0, 0, *picture.size)
            size, box = (target.width, band.height), (left, 0, right, band.height)
            column.paste(band.resize(size, Image.Resampling.BILINEAR, box), (0, top))
        top += band.height
    return [_down(column, target) for column, target in zip(columns, targets, strict=True)]


def _down(column: Image.Image, target: Target) -> Image.Image:
    """The second pass."""
    _, top, _, bottom = target.box or (0, 0, *column.size)
    size, box = (target.width, target.height), (0, top, target.width, bottom)
    return column.resize(size, Image.Resampling.BILINEAR, box)
