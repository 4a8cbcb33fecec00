"""Image files in; what each is, with a small sketch of it, or why it cannot be used, out."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from lentigo.data.images.pixels import inspect_and_decode, pixel_digest
from lentigo.settings.errors import ImageError
from lentigo.settings.files import sha256_of
from lentigo.settings.phases import Steps

SKETCH_SIDE = 128
"""The longer side of a sketch, pixels."""
SHORTEST_SIDE = 16
"""The shorter side of a sketch, pixels: a strip of an image is squashed."""
Sketch = TypeVar("Sketch")
Brightness = NDArray[np.uint8]
"""(H, W), the longer side 128."""


@dataclass(frozen=True)
class Look(Generic[Sketch]):
    """What one file turned out to be."""

    sha256: str = ""
    """Of its bytes; empty where it cannot be read."""
    width: int = 0
    height: int = 0
    warnings: tuple[str, ...] = ()
    """Reasons to look at the image."""
    reason: str = ""
    """Why the file cannot be used; empty when it can."""
    sketch: Sketch | None = None
    """What the sketching function makes of it; None where there is a reason."""


@dataclass(frozen=True)
class Sketching(Generic[Sketch]):
    """What is to be kept of the pixels of an image."""

    size: Callable[[int, int], tuple[int, int]]
    """Width and height of an image -> height and width of the pixels that are enough."""
    make: Callable[[NDArray[np.uint8]], Sketch]
    """Pixels (H, W, 3) -> what is kept."""


def _sketch_size(width: int, height: int) -> tuple[int, int]:
    scale = SKETCH_SIDE / max(height, width)
    return max(SHORTEST_SIDE, round(height * scale)), max(SHORTEST_SIDE, round(width * scale))


def _brightness(pixels: NDArray[np.uint8]) -> Brightness:
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), dtype=np.uint8)


BRIGHTNESS = Sketching(_sketch_size, _brightness)
"""The sketch by which copies are found."""


def look_at_all(
    paths: Sequence[Path],
    sketching: Sketching[Sketch],
    progress: Steps | None = None,
) -> list[Look[Sketch]]:
    """Look at each file, in threads (decoding and hashing let go of the interpreter).

    Args:
        paths: image files, there or not.
        sketching: what is to be kept of their pixels, such as `BRIGHTNESS`.
        progress: called with (done, total).
    """
    looks = []
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for look in pool.map(lambda path: look_at(path, sketching), paths):
            looks.append(look)
            if progress:
                progress(len(looks), len(paths))
    return looks


def look_at(path: Path, sketching: Sketching[Sketch]) -> Look[Sketch]:
    """Look at one file: every byte of it is read, and it is decoded once."""
    if not path.is_file():
        return Look(reason="the file is missing")
    try:
        sha256 = sha256_of(path)
        facts, pixels = inspect_and_decode(path, sketching.size)
        return Look(sha256, facts.width, facts.height, facts.warnings, sketch=sketching.make(pixels))
    except ImageError as error:
        return Look(sha256=sha256, reason=str(error))
    except OSError as error:
        return Look(reason=f"cannot be read: {error.strerror or error}")


def same_pixels(paths: Sequence[Path]) -> list[int]:
    """Number files so that those with the same decoded pixels, in size and value, have the same number.

    Raises:
        ImageError: a file cannot be used.
    """
    numbers: dict[bytes, int] = {}
    return [numbers.setdefault(pixel_digest(path), len(numbers)) for path in paths]
