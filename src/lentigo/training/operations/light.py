"""An image and a dose in; a change of its colours by one matrix (3, 4) out: hue, cast, illumination.

The last column is added. Matrices multiply, so that these and the factors of brightness, contrast and
saturation are one pass over the pixels.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lentigo.training.operations.dose import Dose

Matrix = NDArray[np.float64]
Pixels = NDArray[np.uint8]

LUMA = np.array([0.299, 0.587, 0.114])
"""Weights of red, green and blue in grey, ITU-R BT.601, as in Pillow."""
YIQ = np.array([LUMA, [0.595716, -0.274453, -0.321263], [0.211456, -0.522591, 0.311135]])
"""Red, green and blue to brightness and two axes of colour (NTSC)."""
LARGEST_HUE_TURN = 0.1
"""Of a full turn round the grey axis."""
LARGEST_CAST = 0.3
"""Of each channel, before brightness is restored."""
MINKOWSKI = 6
"""Norm of shades of grey: 1 is the grey world, infinity the brightest pixel (Finlayson and Trezzi, 2004)."""
EVERY = 4
"""Rows and columns of which every fourth tells the colour of the light."""


def hue(image: Pixels, dose: Dose) -> Matrix:
    """Turn all colours round the grey axis; grey and brightness stay."""
    del image
    angle = dose.signed * LARGEST_HUE_TURN * 2 * np.pi
    cosine, sine = np.cos(angle), np.sin(angle)
    turn = np.array([[1, 0, 0], [0, cosine, -sine], [0, sine, cosine]])
    return _without_offset(np.linalg.solve(YIQ, turn @ YIQ))


def cast(image: Pixels, dose: Dose) -> Matrix:
    """Light of another colour, chosen freely; a grey pixel keeps its brightness."""
    del image
    gains = 1 + dose.strength * LARGEST_CAST * (2 * dose.numbers[:3] - 1)
    return _gains(gains)


def illumination(image: Pixels, dose: Dose) -> Matrix:
    """Take away the colour of the light, or have more of it, up to all of it, or twice as much.

    The light is estimated by shades of grey, the usual colour constancy for dermoscopy (Barata et al., 2015).
    """
    values = image[::EVERY, ::EVERY].astype(np.float64).reshape(-1, 3) / 255
    light = np.maximum((values**MINKOWSKI).mean(axis=0) ** (1 / MINKOWSKI), 1 / 255)
    return _gains((light.mean() / light) ** dose.signed)


def compose(first: Matrix, second: Matrix) -> Matrix:
    """The matrix (3, 4) of `first`, then `second`."""
    linear = second[:, :3] @ first[:, :3]
    offset = second[:, :3] @ first[:, 3] + second[:, 3]
    return np.column_stack([linear, offset])


def _gains(gains: NDArray[np.float64]) -> Matrix:
    return _without_offset(np.diag(gains / (LUMA @ gains)))


def _without_offset(linear: NDArray[np.float64]) -> Matrix:
    return np.column_stack([linear, np.zeros(3)])
