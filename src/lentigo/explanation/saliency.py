"""Feature maps and gradients in, saliency maps (N, H, W) in [0, 1] out. NumPy and Pillow only.

Apart from `gradcam.py` so that serving, which has no training framework, can make the same maps.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Floats = NDArray[np.float32]


def weigh_features(features: Floats, gradients: Floats) -> Floats:
    """Grad-CAM before any scaling: channels weighted by their mean gradient, summed, negatives cut off.

    Equations 1 and 2 of Selvaraju et al., Grad-CAM, 2017 (https://arxiv.org/abs/1610.02391).

    Args:
        features: last feature map, (N, h, w, C).
        gradients: of one logit an image with respect to `features`, (N, h, w, C).

    Returns:
        (N, h, w), not negative.
    """
    weights = gradients.mean(axis=(1, 2), dtype=np.float32)
    heat = np.einsum("nhwc,nc->nhw", features.astype(np.float32), weights)
    return np.asarray(np.maximum(heat, 0.0), dtype=np.float32)


def scale_by_maximum(heat: Floats) -> Floats:
    """Divide each map (N, h, w) by its own maximum, so its hottest place is 1; an all-zero map stays zero.

    Maps of two images can therefore not be compared in strength, only in place. Values that are not
    finite count as zero: a map is a picture, and one bad cell must not blank the rest.
    """
    finite = np.nan_to_num(heat, nan=0.0, posinf=0.0, neginf=0.0)
    highest = finite.max(axis=(1, 2), keepdims=True)
    divisor = np.where(highest > 0, highest, 1.0)
    return np.asarray(finite / divisor, dtype=np.float32)


def enlarge(heat: Floats, height: int, width: int) -> Floats:
    """Resize maps (N, h, w) to (N, height, width), bilinear with pixel centres aligned, edges held."""
    size = (width, height)
    enlarged = [np.asarray(Image.fromarray(one).resize(size, Image.Resampling.BILINEAR)) for one in heat]
    return np.stack(enlarged) if enlarged else np.zeros((0, height, width), np.float32)


def saliency_maps(features: Floats, gradients: Floats, height: int, width: int) -> Floats:
    """From features and gradients (N, h, w, C) to maps float32 (N, height, width) in [0, 1].

    Enlarged first and then scaled, so that the hottest pixel of every map is exactly 1.
    """
    heat = enlarge(weigh_features(features, gradients), height, width)
    return np.clip(scale_by_maximum(heat), 0.0, 1.0)
