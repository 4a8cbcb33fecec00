"""Pixels in; the individual typology angle of the skin around the lesion, in degrees, and its band out.

ITA = atan2(L* - 50, b*) in CIELAB (Chardon et al., 1991); bands of Del Bino and Bernerd (2013). In dermoscopy
it is an estimate only: light, gel and the device's white balance move it, so bands are for finding gaps
between subgroups, never for saying what skin somebody has.
"""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

BANDS = (
    ("very light", 55.0),
    ("light", 41.0),
    ("intermediate", 28.0),
    ("tan", 10.0),
    ("brown", -30.0),
    ("dark", -np.inf),
)
"""Name, and the angle in degrees above which a skin is in the band."""

SIDE = 64
"""Pixels to which an image is shrunk first: hairs and gel bubbles average out."""
DARKEST, LEAST_SKIN = 20.0, 0.05
"""L* below which a pixel is vignette, not skin; share of the image that must be left to say anything."""


def skin_angle(image: NDArray[np.uint8]) -> float:
    """Individual typology angle of the skin in one image.

    Skin is what is lighter than Otsu's threshold of L* (the lesion is darker), without the black vignette
    and without what is bluish (ink, rulers): as Kinyanjui et al. (2020) with a plain mask.

    Args:
        image: uint8 (H, W, 3), RGB.

    Returns:
        degrees from -90 to 90; nan where too little skin can be seen.
    """
    small = cv2.resize(np.ascontiguousarray(image), (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    lab = cv2.cvtColor(small.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    lightness, yellow = lab[..., 0], lab[..., 2]
    is_lit = lightness > DARKEST
    threshold, _ = cv2.threshold(
        lightness[is_lit].astype(np.uint8).reshape(-1, 1), 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU
    ) if is_lit.any() else (0.0, None)  # fmt: skip
    is_skin = is_lit & (lightness > threshold) & (yellow > 0)
    if is_skin.mean() < LEAST_SKIN:
        return float("nan")
    return float(np.degrees(np.arctan2(np.median(lightness[is_skin]) - 50, np.median(yellow[is_skin]))))


def skin_band(angle: float) -> str:
    """The band of an angle in degrees; empty where it is nan."""
    if np.isnan(angle):
        return ""
    return next(name for name, above in BANDS if angle > above)


def skin_bands(images: Iterable[NDArray[np.uint8]]) -> list[str]:
    """The band of each image of a stream."""
    return [skin_band(skin_angle(image)) for image in images]
