"""Two sketches and a guess how one lies in the other in; how well their details agree, once aligned, out.

Lesions look alike at a distance; hairs, pores and pigment network are where they do. So the pictures are laid
over each other (ECC: G. Evangelidis and E. Psarakis, "Parametric image alignment using enhanced correlation
coefficient maximization", 2008) and compared by what is left when everything coarse is taken away, with
the same weight everywhere: two dark spots of one size agree along their edge, and nowhere else. The picture
that shows less is blurred and shrunk to the scale of the other, which cannot be sharpened.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from lentigo.data.copies.near_duplicates.keypoints import BLACK

Sketch = NDArray[np.uint8]
Picture = NDArray[np.float32]
Matrix = NDArray[np.float64]

FINE, COARSE = 0.7, 4.0
"""Standard deviations of the blurs, in pixels of the sketch, between which details lie."""
NEIGHBOURHOOD = 6.0
"""Standard deviation of the blur, in pixels, over which the strength of details is evened out."""
FAINTEST = 2.0
"""Grey levels; fainter details keep less weight, for they are noise."""
SURE = 0.97
"""Agreement at which no better alignment is sought."""
LEAST_OVERLAP = 0.4
"""Share of the smaller picture that must be left to compare."""
LEAST_PIXELS = 400
EDGE = 9
"""Width in pixels of the brush that the border of the common area is drawn with: blurs reach over it."""
NUM_STEPS = 25


@dataclass(frozen=True)
class Match:
    """How well one picture lies in another."""

    agreement: float
    """Correlation of the details where both have some, -1 to 1."""
    matrix: Matrix
    """(2, 3), from a pixel of the second sketch to the point of the first."""


def align(first: Sketch, second: Sketch, matrix: Matrix) -> Match:
    """Improve a guess and measure the agreement of details.

    Args:
        first: uint8 (H, W), brightness.
        second: the same, of a size of its own.
        matrix: the guess (2, 3), from a pixel of `second` to the point of `first`.

    Returns:
        The better of: the guess, the guess aligned by details.
    """
    if abs(np.linalg.det(matrix[:, :2])) <= 1:
        return _align(first, second, matrix)
    match = _align(second, first, _inverse(matrix))
    return Match(match.agreement, _inverse(match.matrix))


def _align(wide: Sketch, narrow: Sketch, matrix: Matrix) -> Match:
    """`align`, where the second picture is to be shrunk."""
    shrinking = np.sqrt(abs(np.linalg.det(matrix[:, :2])))
    blur = 0.5 * np.sqrt(max(0.0, 1 / max(shrinking, 0.1) ** 2 - 1))
    soft = narrow.astype(np.float32)
    soft = cv2.GaussianBlur(soft, (0, 0), blur) if blur > 0.1 else soft
    details = _details(wide)

    def judged(matrix: Matrix) -> Match:
        return Match(_agreement(wide, details, (narrow, soft), matrix), matrix)

    best = judged(matrix)
    if best.agreement >= SURE:
        return best
    refined = judged(_ecc(details, _details(soft), narrow, matrix))
    return max(best, refined, key=lambda match: match.agreement)


def _ecc(wide: Picture, narrow: Picture, shown: Sketch, matrix: Matrix) -> Matrix:
    """The map improved by affine alignment of details; the map as it was where that fails."""
    criteria = (cv2.TERM_CRITERIA_COUNT + cv2.TERM_CRITERIA_EPS, NUM_STEPS, 1e-4)
    start, mask = _inverse(matrix).astype(np.float32), (shown >= BLACK).astype(np.uint8)
    try:
        _, found = cv2.findTransformECC(wide, narrow, start, cv2.MOTION_AFFINE, criteria, mask, 3)
    except cv2.error:  # no overlap is left, or a picture without any contrast
        return matrix
    return _inverse(np.asarray(found, dtype=np.float64))


def _agreement(
    wide: Sketch, details: Picture, narrow: tuple[Picture | Sketch, Picture], matrix: Matrix
) -> float:
    """Correlation of details with those of the narrow picture (as it is; blurred), laid over the wide one."""
    size = wide.shape[::-1]
    laid = cv2.warpAffine(narrow[1], matrix, size, flags=cv2.INTER_LINEAR)
    is_shown = (
        cv2.warpAffine((narrow[0] >= BLACK).astype(np.float32), matrix, size, flags=cv2.INTER_LINEAR) > 0.99
    )
    common = (is_shown & (wide >= BLACK)).astype(np.uint8)
    common = cv2.erode(common, np.ones((EDGE, EDGE), np.uint8), borderValue=1) > 0
    smaller = min(wide.size, narrow[0].size * abs(np.linalg.det(matrix[:, :2])))
    if common.sum() < max(LEAST_PIXELS, LEAST_OVERLAP * smaller):
        return 0.0
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


def _inverse(matrix: Matrix) -> Matrix:
    return np.asarray(cv2.invertAffineTransform(matrix))
