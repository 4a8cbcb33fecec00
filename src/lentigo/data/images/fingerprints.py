"""Perceptual hashes: an image in, 64 bits out that stay nearly the same when it is resized or compressed.

The bits are the signs of the lowest frequencies of the image's brightness (its discrete cosine transform)
against their median: pHash, in C. Zauner, "Implementation and benchmarking of perceptual image hash
functions", 2010.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

NUM_FREQUENCIES = 8
_LUMINANCE = np.array([0.299, 0.587, 0.114])
"""Weights of red, green and blue in brightness: ITU-R BT.601."""


def perceptual_hash(image: NDArray[np.uint8]) -> str:
    """Hash the look of an image (H, W, 3) to 64 bits, as 16 hexadecimal digits.

    Images of any size can be compared; a difference of a few bits means the same picture.
    """
    brightness = image.astype(np.float64) @ _LUMINANCE
    height, width = brightness.shape
    frequencies = _cosines(height) @ brightness @ _cosines(width).T
    # rounded, so that rounding errors of other processors cannot flip a bit of a plain image
    frequencies = np.round(frequencies / brightness.size, 6)
    bits = frequencies.ravel() > np.median(frequencies)
    return np.packbits(bits).tobytes().hex()


@lru_cache(maxsize=64)
def _cosines(length: int) -> NDArray[np.float64]:
    """The lowest basis functions of the cosine transform (DCT-II) over `length` samples: (8, length)."""
    phases = np.pi * (np.arange(length) + 0.5) / length
    return np.asarray(np.cos(np.outer(np.arange(NUM_FREQUENCIES), phases)))
