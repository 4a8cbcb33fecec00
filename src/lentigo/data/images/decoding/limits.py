"""What decoding one image may cost, and how many large ones are decoded at once.

Whatever the file says, an image costs at most 150 MB beside its own bytes, and a second of one core
(`benchmarks/decoding_cost.py`): what it would unfold to is reckoned from its header and refused before it
unfolds. JPEG alone can be decoded at a reduced size; other formats have to be held whole, so that how many
megapixels they may have depends on the bytes of a pixel.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from lentigo.settings.errors import ImageError

MAX_FILE_BYTES = 300_000_000
"""Of a file on the disk: 40 megapixels of 16-bit RGB, as they are, fit. The service takes 20 MB."""
MAX_PIXELS = 40_000_000
MAX_SIDE = 20_000
"""Pixels; so that a strip of few rows and millions of columns does not make large what is made of it."""
MAX_UNFOLDED = 125_000_000
"""Bytes that a decoder may hold: the pixels as they are in the file's mode, and what it needs beside them."""
LARGE = 16_000_000
"""Bytes from which on an image waits for its turn."""
MAX_LARGE = 2 * MAX_UNFOLDED
"""Bytes of all large images that are decoded at once in one process."""

PIXEL_BYTES = {"1": 1, "L": 1, "P": 1, "I;16": 2, "I;16L": 2, "I;16B": 2, "I;16N": 2}
"""What a pixel takes in Pillow, by mode; of all other modes 4."""


@dataclass(frozen=True)
class Claim:
    """What a file's header says about itself, checked against the bytes that are there."""

    scratch_bytes: int = 0
    """What the decoder holds beside the pixels."""
    size: tuple[int, int] | None = None
    """Width and height as they are stored, where the header was read to the end."""


def pixel_bytes(mode: str) -> int:
    """Bytes of one pixel of a mode in memory."""
    return PIXEL_BYTES.get(mode, 4)


def refuse_size(width: int, height: int, most_pixels: int = MAX_PIXELS) -> None:
    """Stop at an image with too many pixels.

    Raises:
        ImageError: it has more than `most_pixels`, or a side of more than `MAX_SIDE`.
    """
    if width * height > most_pixels:
        most = f"{most_pixels / 1e6:.3g} megapixels"
        raise ImageError(f"{width} x {height} pixels, more than {most}; scale it down")
    if max(width, height) > MAX_SIDE:
        raise ImageError(f"{width} x {height} pixels, a side of more than {MAX_SIDE}; cut or scale it down")


def refuse_cost(what: str, size: tuple[int, int], unfolded: int) -> None:
    """Stop at an image that would take too much memory.

    Args:
        what: format and mode, for the message.
        size: width and height, pixels.
        unfolded: bytes that its decoder would hold.

    Raises:
        ImageError: that is more than `MAX_UNFOLDED`.
    """
    if unfolded > MAX_UNFOLDED:
        most = size[0] * size[1] * MAX_UNFOLDED / unfolded / 1e6
        raise ImageError(
            f"{size[0]} x {size[1]} pixels, which as {what} unfold to {unfolded / 1e6:.0f} MB; at most "
            f"{MAX_UNFOLDED // 10**6} MB, here about {most:.1f} megapixels: scale it down, or save it as JPEG"
        )


def refuse_truncated(there: int, least: float) -> None:
    """Stop at a file that cannot hold what its header promises.

    Args:
        there: bytes of pixel data.
        least: that so many pixels take at the very least.

    Raises:
        ImageError: there are fewer.
    """
    if there < least:
        raise ImageError("truncated: the file ends before the image does; copy or download it again")


class _Turns:
    """Lets images in while those inside take at most `MAX_LARGE` bytes together."""

    def __init__(self) -> None:
        self._free = MAX_LARGE
        self._changed = threading.Condition()

    @contextmanager
    def turn(self, unfolded: int) -> Iterator[None]:
        """Wait for room; small images do not."""
        if unfolded < LARGE:
            yield
            return
        with self._changed:
            self._changed.wait_for(lambda: self._free >= unfolded)
            self._free -= unfolded
        try:
            yield
        finally:
            with self._changed:
                self._free += unfolded
                self._changed.notify_all()


in_turn = _Turns().turn
"""`with in_turn(bytes)`: a large image is decoded once there is room, so that threads together stay small."""
