"""An image and its saliency map in, the two laid over each other out. NumPy and Pillow only."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from lentigo.settings.files import write_atomically

# 33 places of matplotlib's "inferno" (Smith and van der Walt, CC0): equal steps of heat are equal steps to
# the eye, also in grey print and for the colour-blind. In between it is linear, within 2 of 255.
_INFERNO = (
    "000004 040312 0b0724 150b37 210c4a 2e0a5a 3c0965 4a0c6b 57106d 63146e 70196e 7d1e6d 89226a "
    "962766 a32b61 af315c bb3755 c63e4d d14644 db4f3b e35932 eb6528 f1711e f67f14 f98d0a fb9c06 "
    "fcab0f fbba1f f9ca32 f5d949 f2e865 f3f586 fcffa4 "
)
_ANCHORS = np.array([list(bytes.fromhex(colour)) for colour in _INFERNO.split()], dtype=np.float64)

Pixels = NDArray[np.uint8]


def heat_colours(heat: NDArray[np.float32]) -> Pixels:
    """Colours of heat in [0, 1], any shape (...); uint8 (..., 3). Values outside are held at the ends."""
    places = np.linspace(0.0, 1.0, len(_ANCHORS))
    channels = [np.interp(heat, places, _ANCHORS[:, channel]) for channel in range(3)]
    return np.asarray(np.rint(np.stack(channels, axis=-1)), dtype=np.uint8)


def overlay(image: Pixels, heat: NDArray[np.float32], alpha: float = 0.65) -> Pixels:
    """Lay a saliency map over its image, more opaque where it is hotter.

    The image goes grey first, so that colour means heat alone and skin's own reds mislead nobody.

    Args:
        image: uint8 (H, W, 3).
        heat: (H, W) in [0, 1].
        alpha: opacity in [0, 1] where heat is 1; where heat is 0 the grey image shows untouched.

    Returns:
        uint8 (H, W, 3).
    """
    grey = image.astype(np.float64) @ np.array([0.299, 0.587, 0.114])
    opacity = (alpha * np.clip(heat, 0.0, 1.0))[..., np.newaxis]
    mixed = (1.0 - opacity) * grey[..., np.newaxis] + opacity * heat_colours(heat)
    return np.asarray(np.rint(mixed), dtype=np.uint8)


def save_picture(path: Path, pixels: Pixels) -> Path:
    """Write pixels (H, W, 3) as a PNG file, atomically; returns `path`."""
    write_atomically(path, lambda temporary: Image.fromarray(pixels).save(temporary, format="PNG"))
    return path


def heat_bar(height: int = 12, width: int = 256) -> Pixels:
    """The colour scale from 0 (left) to 1 (right), uint8 (height, width, 3)."""
    ramp = np.linspace(0.0, 1.0, width, dtype=np.float32)
    return np.broadcast_to(heat_colours(ramp), (height, width, 3)).copy()
