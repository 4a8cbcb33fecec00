"""A batch of images with labels and weights in; the same with images mixed in pairs out: mixup and CutMix.

The loss of a mixed image is the mixture of the two losses, each with its own image's weight:

    share * w_a * loss(a) + (1 - share) * w_b * loss(b) = weight * cross-entropy(target)

with weight = share * w_a + (1 - share) * w_b and the target, which sums to 1, of both labels in those parts.
Each image is mixed with its successor in the batch, which the order of the epoch has drawn.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

from lentigo.settings.recipe import Augmentation
from lentigo.training.batches.randomness import uniform_numbers

Floats = NDArray[np.float64]
Pixels = NDArray[np.uint8]

STREAM = 4
"""Keeps these random numbers apart from others of the same seed and epoch."""
NUMBERS_AN_IMAGE = 8
"""Five are used: whether, which way, the share, and the centre of a rectangle."""


@dataclass(frozen=True)
class Mixing:
    """How the images of one batch are mixed, (B,) each."""

    shares: Floats
    """Of an image in its mixture, in [0, 1]; the rest is its successor's. 1: not mixed."""
    boxes: NDArray[np.int64]
    """(B, 4) top, left, bottom, right of what is cut out of the successor; empty (0) where laid over."""


def is_mixing(augmentation: Augmentation) -> bool:
    """Whether any setting mixes images."""
    return bool((augmentation.mixup or augmentation.cutmix) and augmentation.mixing_share)


def draw_mixing(
    augmentation: Augmentation, size: tuple[int, int], seed: int, epoch: int, positions: range
) -> Mixing:
    """Draw how the images at some positions of an epoch, one batch, are mixed.

    Args:
        augmentation: settings, of which `mixup` or `cutmix` is on.
        size: (height, width) of the images.
        seed: at least 0.
        epoch: from 0.
        positions: places in the epoch, without gaps.
    """
    numbers = uniform_numbers(seed, (epoch, STREAM), positions, NUMBERS_AN_IMAGE)
    is_mixed = numbers[:, 0] < augmentation.mixing_share
    both = bool(augmentation.mixup and augmentation.cutmix)
    is_cut = numbers[:, 1] < 0.5 if both else np.full(len(numbers), bool(augmentation.cutmix))
    concentration = np.where(is_cut, augmentation.cutmix, augmentation.mixup)
    shares = betaincinv(concentration, concentration, numbers[:, 2])
    boxes = _boxes(shares, numbers[:, 3:5], size) * (is_mixed & is_cut)[:, np.newaxis]
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    shares = np.where(is_cut, 1 - areas / (size[0] * size[1]), shares)
    return Mixing(np.where(is_mixed, shares, 1.0), boxes)


def mix_images(images: Pixels, mixing: Mixing) -> Pixels:
    """Mix images (B, H, W, 3), each with its successor; the last one with the first."""
    mixed = images.copy()
    for place, (share, (top, left, bottom, right)) in enumerate(
        zip(mixing.shares, mixing.boxes, strict=True)
    ):
        other = images[(place + 1) % len(images)]
        if bottom > top and right > left:
            mixed[place, top:bottom, left:right] = other[top:bottom, left:right]
        elif share < 1:
            mixed[place] = cv2.addWeighted(images[place], share, other, 1 - share, 0)
    return mixed


def mix_labels(
    labels: NDArray[np.int64], weights: NDArray[np.float32] | None, num_classes: int, mixing: Mixing
) -> tuple[NDArray[np.float32], NDArray[np.float32] | None]:
    """Targets (B, K) that sum to 1, and weights (B,) or None, of mixed images.

    Args:
        labels: (B,) class indices before mixing.
        weights: (B,) before mixing; None when all are 1.
        num_classes: K.
        mixing: how the images are mixed.
    """
    own = np.eye(num_classes)[labels] * mixing.shares[:, np.newaxis]
    others = np.roll(np.eye(num_classes)[labels], -1, axis=0) * (1 - mixing.shares)[:, np.newaxis]
    if weights is None:
        return (own + others).astype(np.float32), None
    parts = own * weights[:, np.newaxis] + others * np.roll(weights, -1)[:, np.newaxis]
    total = parts.sum(axis=1)
    targets = np.where(
        total[:, np.newaxis] > 0, parts / np.maximum(total, 1e-30)[:, np.newaxis], own + others
    )
    return targets.astype(np.float32), total.astype(np.float32)


def mix_known(known: NDArray[np.float32], mixing: Mixing) -> NDArray[np.float32]:
    """What is known beside mixed images (B, D): of both, in the shares of their labels."""
    shares = mixing.shares[:, np.newaxis]
    return np.asarray(known * shares + np.roll(known, -1, axis=0) * (1 - shares), dtype=np.float32)


def _boxes(shares: Floats, centres: Floats, size: tuple[int, int]) -> NDArray[np.int64]:
    """Rectangles (B, 4) of the shape of the image, of 1 - share of its area, cut off at its border."""
    extent = np.array(size)
    halves = np.sqrt(1 - shares)[:, np.newaxis] * extent / 2
    middles = centres * extent
    first = np.clip(np.rint(middles - halves), 0, extent)
    last = np.clip(np.rint(middles + halves), 0, extent)
    return np.column_stack([first, last]).astype(np.int64)
