"""Saliency maps in; where their heat lies out: its share in a mask, at the border, in the corners.

Chance is the share of the area: heat spread evenly has exactly that share. NumPy only.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BORDER = 0.1
"""Of the height and width on each side: with both sides of both axes 36 % of the area."""
CORNER = 0.2
"""Side of each corner as a part of height and width: 16 % of the area together."""
CONCENTRATED = 1.5
"""A map whose border or corners hold this many times their share of the area is worth a look."""

Maps = NDArray[np.float32]
Masks = NDArray[np.bool_]
Floats = NDArray[np.float64]


def heat_share(maps: Maps, masks: Masks) -> Floats:
    """Share of each map's heat that lies inside its mask.

    Args:
        maps: (N, H, W), not negative.
        masks: (N, H, W), or (H, W) for all of them.

    Returns:
        (N,) in [0, 1]; nan for a map without heat, which lies nowhere.
    """
    total = maps.sum(axis=(1, 2), dtype=np.float64)
    inside = np.where(masks, maps, 0).sum(axis=(1, 2), dtype=np.float64)
    return np.where(total > 0, inside / np.where(total > 0, total, 1), np.nan)


def area_share(masks: Masks) -> Floats:
    """Share of the area that each mask (N, H, W) covers, (N,): what heat in it would be by chance."""
    return np.asarray(masks.mean(axis=(1, 2)), dtype=np.float64)


def border_mask(height: int, width: int) -> Masks:
    """The frame along the edges, (H, W)."""
    rows, columns = _from_edge(height) < BORDER, _from_edge(width) < BORDER
    return np.asarray(rows[:, np.newaxis] | columns)


def corner_mask(height: int, width: int) -> Masks:
    """The four corners, (H, W)."""
    rows, columns = _from_edge(height) < CORNER, _from_edge(width) < CORNER
    return np.asarray(rows[:, np.newaxis] & columns)


def edge_warnings(heat: Maps) -> list[str]:
    """What is odd about one map (H, W): heat piled up at the border or in the corners, or none at all.

    Lesions lie inside; rulers, gel, vignettes and the dermatoscope's rim lie at the border.
    """
    if not heat.any():
        return ["nothing in the image speaks for this class"]
    places = {"border": border_mask(*heat.shape), "corners": corner_mask(*heat.shape)}
    found = []
    for name, mask in places.items():
        share, area = float(heat_share(heat[np.newaxis], mask)[0]), float(mask.mean())
        if share > CONCENTRATED * area:
            found.append(f"{share:.0%} of the heat lies in the {name}, {area:.0%} of the area")
    return found


def _from_edge(length: int) -> Floats:
    """Distance of each pixel's centre from the nearer edge, as a part of the length, (length,)."""
    centres = (np.arange(length) + 0.5) / length
    return np.minimum(centres, 1 - centres)


def middle_maps(num_images: int, height: int, width: int) -> Maps:
    """The baseline that knows only that lesions lie in the middle: a bell there, (N, H, W) in [0, 1]."""
    rows, columns = (np.exp(-8 * (0.5 - _from_edge(length)) ** 2) for length in (height, width))
    bell = np.outer(rows, columns)
    return np.broadcast_to((bell / bell.max()).astype(np.float32), (num_images, height, width))


def random_heat(num_images: int, grid: tuple[int, int], seed: int) -> Maps:
    """The baseline that knows nothing: random heat on the cells of a feature map, (N, h, w) in [0, 1]."""
    return np.random.default_rng(seed).random((num_images, *grid), dtype=np.float32)
