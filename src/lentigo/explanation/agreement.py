"""Two sets of saliency maps in, how alike each pair is out: Spearman's rank correlation and SSIM.

The similarities of Adebayo et al., Sanity checks for saliency maps, 2018. NumPy only.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

WINDOW = 7
"""Side of SSIM's window, in pixels."""
SSIM_CONSTANTS = (0.01**2, 0.03**2)
"""For values in [0, 1]: they keep flat places from dividing by nothing."""

Floats = NDArray[np.float64]


def rank_correlation(one: NDArray[np.float32], other: NDArray[np.float32]) -> Floats:
    """Spearman's rank correlation of the pixels of each pair of maps.

    Args:
        one: (N, H, W).
        other: (N, H, W).

    Returns:
        (N,) in [-1, 1]; nan where a map is the same everywhere and so ranks nothing.
    """
    pairs = zip(one.reshape(len(one), -1), other.reshape(len(other), -1), strict=True)
    return np.array([_correlation(_ranks(a), _ranks(b)) for a, b in pairs], dtype=np.float64)


def structural_similarity(one: NDArray[np.float32], other: NDArray[np.float32]) -> Floats:
    """SSIM of each pair of maps (Wang et al. 2004, equation 13), mean over flat windows of 7 x 7.

    Args:
        one: (N, H, W) in [0, 1], at least 7 x 7.
        other: (N, H, W) in [0, 1].

    Returns:
        (N,) in [-1, 1]; 1 for equal maps, two empty ones included.
    """
    a, b = one.astype(np.float64), other.astype(np.float64)
    mean_a, mean_b = _windows(a), _windows(b)
    variance_a, variance_b = _windows(a * a) - mean_a**2, _windows(b * b) - mean_b**2
    covariance = _windows(a * b) - mean_a * mean_b
    first, second = SSIM_CONSTANTS
    likeness = (2 * mean_a * mean_b + first) * (2 * covariance + second)
    size = (mean_a**2 + mean_b**2 + first) * (variance_a + variance_b + second)
    return np.asarray((likeness / size).mean(axis=(1, 2)))


def _ranks(values: NDArray[np.float32]) -> Floats:
    """Rank of each value (P,); equal values share the mean of theirs."""
    _, codes, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[codes], dtype=np.float64)


def _correlation(one: Floats, other: Floats) -> float:
    one, other = one - one.mean(), other - other.mean()
    size = float(np.sqrt((one**2).sum() * (other**2).sum()))
    return float((one * other).sum() / size) if size else float("nan")


def _windows(maps: Floats) -> Floats:
    """Mean of every window that lies inside the maps (N, H, W): (N, H - 6, W - 6)."""
    sums = np.pad(maps, ((0, 0), (1, 0), (1, 0))).cumsum(axis=1).cumsum(axis=2)
    side = WINDOW
    total = sums[:, side:, side:] - sums[:, :-side, side:] - sums[:, side:, :-side] + sums[:, :-side, :-side]
    return np.asarray(total / side**2)
