"""A sketch in; its keypoints, with what surrounds each, out.

SIFT (D. Lowe, "Distinctive image features from scale-invariant keypoints", 2004) as OpenCV has it, with so
low a threshold that smooth skin has keypoints too: its pores. Faint marks are often alike by chance, but then
they do not agree on how one picture lies in another, which is what counts later.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Sketch = NDArray[np.uint8]
Floats = NDArray[np.float32]
Descriptions = NDArray[np.uint8]

MOST_KEYPOINTS = 150
"""Kept a picture, the strongest first."""
FAINTEST = 0.004
"""Contrast of a keypoint, as a share of white."""
BLACK = 16
"""Darker is the frame around a dermatoscope's field, or what a turned picture is filled up with."""
RIM = 7
"""Width in pixels of the brush that the border of black is drawn with; all frames are alike there."""
LENGTH = 128
"""Numbers that describe the surroundings of a keypoint: 4 x 4 places, 8 directions each."""


@dataclass(frozen=True)
class Keypoints:
    """Keypoints of one picture."""

    points: Floats
    """(K, 2), x and y, pixels of the sketch."""
    sizes: Floats
    """(K,), pixels."""
    angles: Floats
    """(K,), radians from x towards y."""
    descriptions: Descriptions
    """(K, 128)"""

    def __len__(self) -> int:
        return len(self.points)


def find_keypoints(sketch: Sketch) -> Keypoints:
    """Find the keypoints of a sketch, uint8 (H, W), brightness."""
    is_shown = (sketch >= BLACK).astype(np.uint8)
    mask = cv2.erode(is_shown, np.ones((RIM, RIM), np.uint8), borderValue=1)
    detector = cv2.SIFT.create(nfeatures=MOST_KEYPOINTS, contrastThreshold=FAINTEST)
    found, described = detector.detectAndCompute(sketch, mask)
    marks = [(*mark.pt, mark.size, np.deg2rad(mark.angle)) for mark in found[:MOST_KEYPOINTS]]
    values = np.array(marks, dtype=np.float32).reshape(-1, 4)
    described = np.zeros((0, LENGTH), np.float32) if described is None else described[:MOST_KEYPOINTS]
    return Keypoints(values[:, :2], values[:, 2], values[:, 3], described.astype(np.uint8))


def mirrored(descriptions: Descriptions) -> Descriptions:
    """Descriptions (K, 128) that the same keypoints would have in the picture turned upside down by a mirror.

    The surroundings are described in the keypoint's own direction, so a mirror reverses the order of rows and
    of directions, whatever line it mirrors at.
    """
    parts = descriptions.reshape(-1, 4, 4, 8)[:, ::-1]
    return np.ascontiguousarray(parts[..., -np.arange(8) % 8]).reshape(-1, LENGTH)


def evened(descriptions: Descriptions) -> Floats:
    """Descriptions (K, 128) of length 1, whose products tell how alike they are.

    Square roots keep a few strong directions from outweighing all others (Arandjelovic and Zisserman, 2012).
    """
    values = descriptions.astype(np.float32)
    return np.asarray(np.sqrt(values / np.maximum(values.sum(axis=1, keepdims=True), 1)))
