"""A dose in; how the plane is bent before the one warp of an image out.

A matrix (2, 2) takes an output point, counted from the centre, to where it is read from; the curvature of a
lens is a number, see `data/images/warp.py`. Both become part of the warp: the pixels are still moved once.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lentigo.training.operations.dose import Dose

Linear = NDArray[np.float64]

LARGEST_SHEAR = 0.3
"""Shift of a row, or of a column, as a share of its distance from the centre."""
LARGEST_STRETCH = 1.4
"""Longest side of what a square becomes over its shortest."""
LARGEST_CURVATURE = 0.4


def shear(dose: Dose) -> Linear:
    """Shift rows, or columns, the further the further they lie from the centre."""
    matrix = np.eye(2)
    place = (0, 1) if dose.numbers[0] < 0.5 else (1, 0)
    matrix[place] = dose.signed * LARGEST_SHEAR
    return matrix


def stretch(dose: Dose) -> Linear:
    """Change the ratio of width to height and keep areas."""
    factor = LARGEST_STRETCH ** (dose.signed / 2)
    return np.diag([factor, 1 / factor])


def lens(dose: Dose) -> float:
    """A lens that bends outwards (cushion) or inwards (barrel): its curvature."""
    return dose.signed * LARGEST_CURVATURE
