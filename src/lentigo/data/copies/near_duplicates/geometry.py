"""How one picture can lie in another: names in, maps between their pixels out.

A placement takes the first picture, cuts a window out of it and then turns or flips it; what comes out is
compared with the second picture as a whole. Coordinates are shares of width and height, from 0 to 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Orientation:
    """One of the eight symmetries of the square: first transposed or not, then flipped."""

    name: str
    """What a person would say of the pair, whichever comes first: both quarter turns have one name."""
    is_transposed: bool
    is_flipped_vertically: bool
    is_flipped_horizontally: bool


@dataclass(frozen=True)
class Window:
    """A piece of a picture, as shares of its width and height."""

    width: float
    height: float
    left: float
    top: float


ORIENTATIONS = (
    Orientation("", False, False, False),
    Orientation("flipped left to right", False, False, True),
    Orientation("flipped top to bottom", False, True, False),
    Orientation("turned by 180 degrees", False, True, True),
    Orientation("transposed", True, False, False),
    Orientation("turned by 90 degrees", True, False, True),
    Orientation("turned by 90 degrees", True, True, False),
    Orientation("transposed across the other diagonal", True, True, True),
)

WHOLE = Window(1, 1, 0, 0)
_OFFSETS = (0, 1 / 30, 2 / 30, 0.1)
"""Of windows of nine tenths: so close that a crop in between is at most 1.7 % off; alignment corrects it."""
WINDOWS = (
    WHOLE,
    *(Window(0.9, 0.9, left, top) for top in _OFFSETS for left in _OFFSETS),
    Window(0.9, 0.9, 0.05, 0.05),
    Window(0.8, 0.8, 0.1, 0.1),
    Window(0.75, 1, 0.125, 0),  # the middle square of a picture of 4 : 3
    Window(1, 0.75, 0, 0.125),
)


def pixel_map(window: Window, orientation: Orientation, side: int) -> Floats:
    """The map (2, 3) from a pixel (x, y, 1) of the second picture to the point of the first that lies there.

    Both pictures are `side` x `side` pixels; pixel x covers the shares from x / side to (x + 1) / side.
    """
    flip_x, flip_y = orientation.is_flipped_horizontally, orientation.is_flipped_vertically
    flip = np.array([[1 - 2 * flip_x, 0, flip_x], [0, 1 - 2 * flip_y, flip_y], [0, 0, 1.0]])
    swap = np.eye(3)[[1, 0, 2]] if orientation.is_transposed else np.eye(3)
    cut = np.array([[window.width, 0, window.left], [0, window.height, window.top], [0, 0, 1.0]])
    to_shares = np.array([[1 / side, 0, 0.5 / side], [0, 1 / side, 0.5 / side], [0, 0, 1.0]])
    return np.asarray((np.linalg.inv(to_shares) @ cut @ swap @ flip @ to_shares)[:2])


def rescaled(matrix: Floats, side: int, to_side: int) -> Floats:
    """A map (2, 3) between pictures of `side` pixels, for the same pictures at `to_side` pixels."""
    factor = to_side / side
    shift = (factor - 1) / 2
    linear = matrix[:, :2]
    offset = matrix[:, 2] * factor + shift - linear @ np.array([shift, shift])
    return np.column_stack([linear, offset])
