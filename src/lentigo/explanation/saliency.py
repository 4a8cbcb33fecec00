"""Heat on a grid in, saliency maps (..., H, W) in [0, 1] out. NumPy and Pillow only.

Apart from `gradcam.py` so that serving, which has no training framework, can make the same maps.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Floats = NDArray[np.float32]


def weigh_channels(features: Floats, weights: Floats) -> Floats:
    """Channels weighted, summed, and cut off below 0: what all class activation maps end with.

    Equation 2 of Selvaraju et al., Grad-CAM, 2017 (https://arxiv.org/abs/1610.02391).

    Args:
        features: last feature map, (N, h, w, C).
        weights: of the channels, for each of M classes, (N, M, C).

    Returns:
        (N, M, h, w), not negative.
    """
    num_images, height, width, channels = features.shape
    # float64: where a class is barely spoken for, large terms cancel and rounding would show in the map
    flat = features.reshape(num_images, height * width, channels).astype(np.float64)
    heat = weights.astype(np.float64) @ flat.transpose(0, 2, 1)
    return np.asarray(np.maximum(heat, 0.0).reshape(num_images, -1, height, width), dtype=np.float32)


def scale_by_maximum(heat: Floats) -> Floats:
    """Divide each map (..., h, w) by its own maximum, so its hottest place is 1; an all-zero map stays zero.

    Maps of two images can therefore not be compared in strength, only in place. Values that are not
    finite count as zero: a map is a picture, and one bad cell must not blank the rest.
    """
    finite = np.nan_to_num(heat, nan=0.0, posinf=0.0, neginf=0.0)
    highest = finite.max(axis=(-2, -1), keepdims=True)
    divisor = np.where(highest > 0, highest, 1.0)
    return np.asarray(finite / divisor, dtype=np.float32)


def enlarge(heat: Floats, height: int, width: int) -> Floats:
    """Resize maps (..., h, w) to (..., height, width), bilinear with pixel centres aligned, edges held."""
    if heat.shape[-2:] == (height, width):
        return heat
    size = (width, height)
    enlarged = np.zeros((*heat.shape[:-2], height, width), np.float32)
    for place in np.ndindex(heat.shape[:-2]):
        enlarged[place] = Image.fromarray(heat[place]).resize(size, Image.Resampling.BILINEAR)
    return enlarged


def saliency_maps(heat: Floats, height: int, width: int) -> Floats:
    """From heat (..., h, w) that is not negative to maps float32 (..., height, width) in [0, 1].

    Enlarged first and then scaled, so that the hottest pixel of every map is exactly 1.
    """
    return np.clip(scale_by_maximum(enlarge(heat, height, width)), 0.0, 1.0)
