"""Keypoints of two pictures in; the affine map that most of them agree on, out."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from lentigo.data.copies.near_duplicates.keypoints import Keypoints, evened, mirrored

Matrix = NDArray[np.float64]

RATIO = 0.85
"""How much nearer the best partner of a keypoint must be than the second best."""
TOLERANCE = 2.0
"""Pixels by which a keypoint may miss its partner."""
LEAST_KEYPOINTS = 6
"""Of one photograph, 98 % of pairs have 19 and more; rims of black frames up to 8."""
LARGEST_STRETCH = 2.0
"""How much more one direction may be stretched than the other: 4 : 3 squashed to a square is 1.33."""
LARGEST_SCALE = 3.0


@dataclass(frozen=True)
class Fit:
    """A map that keypoints agree on."""

    matrix: Matrix
    """(2, 3), from a pixel (x, y, 1) of the second picture to the point of the first."""
    num_keypoints: int
    """That agree."""
    residual: float
    """By how much they miss each other in the middle case, pixels of the picture that shows more."""


def fit(first: Keypoints, second: Keypoints, is_mirrored: bool) -> Fit | None:
    """Lay the second picture over the first; None where too few keypoints agree, or on what nobody does."""
    rows, queries = _partners(first, second, is_mirrored)
    if len(rows) < LEAST_KEYPOINTS:
        return None
    aims, points = first.points[rows], second.points[queries]
    found, inliers = cv2.estimateAffine2D(points, aims, None, cv2.RANSAC, TOLERANCE)
    if found is None or inliers.sum() < LEAST_KEYPOINTS or not _is_plausible(found, is_mirrored):
        return None
    is_inlier = inliers.ravel() > 0
    misses = np.linalg.norm(points[is_inlier] @ found[:, :2].T + found[:, 2] - aims[is_inlier], axis=1)
    scale = max(1.0, float(np.sqrt(abs(np.linalg.det(found[:, :2])))))
    return Fit(np.asarray(found), int(is_inlier.sum()), float(np.median(misses)) / scale)


def _partners(
    first: Keypoints, second: Keypoints, is_mirrored: bool
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows of keypoints, of the first and the second, that are nearer to each other than to any other."""
    if min(len(first), len(second)) < 2:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    asking = mirrored(second.descriptions) if is_mirrored else second.descriptions
    likeness = evened(asking) @ evened(first.descriptions).T
    best = np.argpartition(-likeness, 1, axis=1)[:, :2]
    distances = np.sqrt(np.maximum(0, 2 - 2 * np.take_along_axis(likeness, best, axis=1)))
    queries = np.flatnonzero(distances[:, 0] < RATIO * distances[:, 1])
    return best[queries, 0], queries


def _is_plausible(matrix: Matrix, is_mirrored: bool) -> bool:
    large, small = np.linalg.svd(matrix[:, :2], compute_uv=False)
    is_as_large = small > 1 / LARGEST_SCALE and large < LARGEST_SCALE and large < LARGEST_STRETCH * small
    return bool(is_as_large and (np.linalg.det(matrix[:, :2]) < 0) == is_mirrored)
