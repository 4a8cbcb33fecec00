"""Images as a network sees them in; figures of their colours and textures, which no training has bent, out.

A network that was trained to tell lesions apart has forgotten what makes a drawing a drawing: a photograph
may land in the middle of a class. How strong detail is at three sizes, in brightness and in two colours, and
how sparse, tells pictures of different making apart (wavelet statistics, as in Lyu and Farid, 2005). NumPy
and Pillow alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

GRID = 64
"""Rows and columns that every image is averaged to first: what is finer depends on how a file was stored."""
LEVELS = 3
"""Sizes of detail: 1, 2 and 4 cells of the grid."""
NUM_FIGURES = 3 * (6 * LEVELS + 2)
FAINT = 0.25
"""Grey values; detail below it is as good as none."""

Floats = NDArray[np.floating[Any]]


def pixel_figures(images: Iterable[NDArray[np.uint8]]) -> Floats:
    """Figures of N images.

    Args:
        images: uint8 (H, W, 3) each; an array (N, H, W, 3) is one too.

    Returns:
        float32 (N, 60): of brightness, red less green, and yellow less blue: the mean; for each size and
        direction of detail the logarithm of its standard deviation and how sparse it is; the contrast left.
    """
    found = [np.zeros((0, NUM_FIGURES), np.float32)]
    found.extend(_figures(image)[np.newaxis] for image in images)
    return np.concatenate(found)


def _figures(image: NDArray[np.uint8]) -> Floats:
    colours = np.stack([_averaged(image[:, :, place]) for place in range(3)])
    red, green, blue = colours
    channels = np.stack([colours.mean(axis=0), red - green, (red + green) / 2 - blue])
    figures = [channels.mean(axis=(1, 2)) / 20]
    for _ in range(LEVELS):
        channels, details = _halved(channels)
        deviation = np.sqrt((details**2).mean(axis=(2, 3)))
        mean = np.abs(details).mean(axis=(2, 3))
        figures += [*np.log(deviation + FAINT), *(np.log(mean + 0.4 * FAINT) - np.log(deviation + FAINT / 2))]
    figures.append(np.log(channels.std(axis=(1, 2)) + 2 * FAINT))
    return np.concatenate(figures).astype(np.float32)


def _averaged(channel: NDArray[np.uint8]) -> Floats:
    """(H, W) averaged to (GRID, GRID), without rounding to whole grey values."""
    plain = Image.fromarray(channel.astype(np.float32))
    return np.asarray(plain.resize((GRID, GRID), Image.Resampling.BOX), np.float32)


def _halved(channels: Floats) -> tuple[Floats, Floats]:
    """One step of Haar's transform: (3, H, W) to means (3, H/2, W/2) and details (3, 3, H/2, W/2)."""
    first, second = channels[:, 0::2, 0::2], channels[:, 0::2, 1::2]
    third, fourth = channels[:, 1::2, 0::2], channels[:, 1::2, 1::2]
    across, down = first - second + third - fourth, first + second - third - fourth
    details = np.stack([across, down, first - second - third + fourth]) / 2
    return np.asarray((first + second + third + fourth) / 4), np.asarray(details)
