"""Two sketches and a guess how one lies in the other in; how well their details agree, once aligned, out.

Lesions look alike at a distance; hairs, pores and pigment network are where they do. So the pictures are laid
over each other (ECC: G. Evangelidis and E. Psarakis, "Parametric image alignment using enhanced correlation
coefficient maximization", 2008) and compared by what is left when everything coarse is taken away, with
the same weight everywhere: two dark spots of one size agree along their edge, and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from lentigo.data.copies.near_duplicates.geometry import Floats, rescaled

Sketch = NDArray[np.uint8]
Picture = NDArray[np.float32]

COARSE_SIDE = 64
FINE, COARSE = 0.7, 4.0
"""Standard deviations of the blurs, in pixels of the sketch, between which details lie."""
NEIGHBOURHOOD = 6.0
"""Standard deviation of the blur, in pixels, over which the strength of details is evened out."""
FAINTEST = 2.0
"""Grey levels; fainter details keep less weight, for they are noise."""
SURE = 0.9
"""Agreement at which no better alignment is sought."""
HOPELESS = 0.2
"""Agreement after the first alignment below which no second is tried."""
LEAST_OVERLAP = 0.5
"""Share of the picture that must be left to compare."""
EDGE = 9
"""Width in pixels of the brush that the border of the common area is drawn with: blurs reach over it."""
BLACK = 16
"""Darker is the frame around a dermatoscope's field; all frames agree along their rim."""


@dataclass(frozen=True)
class Match:
    """How well one picture lies in another."""

    agreement: float
    """Correlation of the details where both have some, -1 to 1."""
    matrix: Floats
    """(2, 3), from a pixel of the second sketch to the point of the first."""


def align(first: Sketch, second: Sketch, matrix: Floats) -> Match:
    """Improve a guess and measure the agreement of details.

    Args:
        first: uint8 (S, S), brightness.
        second: the same.
        matrix: the guess (2, 3), from a pixel of `second` to the point of `first`.

    Returns:
        The best of: the guess, the guess aligned by brightness, that aligned by its details.
    """
    side = len(first)
    details = _details(second)

    def judged(matrix: Floats) -> Match:
        return Match(_agreement(first, second, details, matrix), matrix)

    best = judged(matrix)
    if best.agreement >= SURE:
        return best
    small = [_shrunk(sketch) for sketch in (first, second)]
    coarse = _ecc(small[0], small[1], rescaled(matrix, side, COARSE_SIDE), 25)
    best = max(best, judged(rescaled(coarse, COARSE_SIDE, side)), key=lambda match: match.agreement)
    if not HOPELESS <= best.agreement < SURE:
        return best
    refined = judged(_ecc(_details(first), details, best.matrix, 25))
    return max(best, refined, key=lambda match: match.agreement)


def _ecc(first: Picture, second: Picture, matrix: Floats, num_steps: int) -> Floats:
    """The map improved by affine alignment; the map as it was where that fails."""
    criteria = (cv2.TERM_CRITERIA_COUNT + cv2.TERM_CRITERIA_EPS, num_steps, 1e-4)
    start = matrix.astype(np.float32)
    try:
        _, found = cv2.findTransformECC(second, first, start, cv2.MOTION_AFFINE, criteria, None, 3)
    except cv2.error:  # no overlap is left, or a picture without any contrast
        return matrix
    return np.asarray(found, dtype=np.float64)


def _agreement(first: Sketch, second: Sketch, details: Picture, matrix: Floats) -> float:
    """Correlation of the details of `first`, laid over `second`, with those of `second`."""
    size = (len(first), len(first))
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    laid = cv2.warpAffine(first.astype(np.float32), matrix, size, flags=flags, borderValue=-1)
    is_shown = (laid >= BLACK) & (second >= BLACK)
    common = cv2.erode(is_shown.astype(np.uint8), np.ones((EDGE, EDGE), np.uint8), borderValue=1) > 0
    if common.mean() < LEAST_OVERLAP:
        return 0.0
    laid = np.maximum(laid, 0)
    return _correlation(_details(laid)[common], details[common])


def _correlation(one: Picture, other: Picture) -> float:
    one, other = one - one.mean(), other - other.mean()
    return float(one @ other / np.sqrt(max(float(one @ one) * float(other @ other), 1e-6)))


def _details(picture: NDArray[np.generic]) -> Picture:
    """What is finer than `COARSE`, evened out: about -3 to 3 everywhere."""
    picture = picture.astype(np.float32)
    fine, coarse = (cv2.GaussianBlur(picture, (0, 0), spread) for spread in (FINE, COARSE))
    details = fine - coarse
    strength = cv2.GaussianBlur(details * details, (0, 0), NEIGHBOURHOOD)
    return np.asarray(details / np.sqrt(strength + FAINTEST**2))


def _shrunk(sketch: Sketch) -> Picture:
    small = cv2.resize(sketch, (COARSE_SIDE, COARSE_SIDE), interpolation=cv2.INTER_AREA)
    return np.asarray(small, dtype=np.float32)
