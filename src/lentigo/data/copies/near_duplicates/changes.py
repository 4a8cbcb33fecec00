"""How one picture lies in another in; what a person would say of the two, out."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Size = tuple[int, int]

UNTURNED = 2.5
"""Degrees up to which a picture is not called turned."""
CROPPED = 0.94
"""A picture that shows less than this share of the other's area is called cropped."""
ANOTHER = "perhaps another photograph of the same lesion"


def change_in_words(matrix: Matrix, first: Size, second: Size) -> str:
    """Such as `flipped left to right, turned by 20 degrees, cropped to 81 % of its area`, from either end.

    Args:
        matrix: (2, 3), from a pixel of the second picture to the point of the first.
        first: height and width.
        second: the same.
    """
    share = _smaller_share(matrix, first, second)
    words = [_turn(matrix), f"cropped to {100 * share:.0f} % of its area" if share < CROPPED else ""]
    return ", ".join(word for word in words if word)


def _turn(matrix: Matrix) -> str:
    """Mirrors first, then turns; a mirror across and a half turn are a mirror down."""
    linear = matrix[:, :2].copy()
    is_mirrored = np.linalg.det(linear) < 0
    if is_mirrored:
        linear[:, 0] *= -1
    left, _, right = np.linalg.svd(linear)
    turn = left @ right
    degrees = abs(float(np.rad2deg(np.arctan2(turn[1, 0], turn[0, 0]))))
    if is_mirrored and degrees > 180 - UNTURNED:
        return "flipped top to bottom"
    turned = f"turned by {degrees:.0f} degrees" if degrees > UNTURNED else ""
    return ", ".join(filter(None, ["flipped left to right" if is_mirrored else "", turned]))


def _smaller_share(matrix: Matrix, first: Size, second: Size) -> float:
    """The area that both show, as a share of the picture that shows more; 0 to 1."""
    laid = _corners(second) @ matrix[:, :2].T + matrix[:, 2]
    frame = _corners(first)
    area, _ = cv2.intersectConvexConvex(laid.astype(np.float32), frame.astype(np.float32))
    larger = max(first[0] * first[1], second[0] * second[1] * abs(np.linalg.det(matrix[:, :2])))
    return float(area / larger)


def _corners(size: Size) -> Matrix:
    """(4, 2): x and y of the corners, in order around the picture; pixel x covers x - 0.5 to x + 0.5."""
    height, width = size
    return np.array([(0, 0), (width, 0), (width, height), (0, height)]) - 0.5
