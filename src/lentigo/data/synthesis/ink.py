"""Antialiased marks on an empty canvas: points and paths in, coverage maps (SIDE, SIDE) in [0, 1] out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import cv2
import numpy as np
import numpy.typing as npt
from scipy.spatial import QhullError, Voronoi

from lentigo.data.synthesis.noise import SIDE, Map

Points = npt.NDArray[np.float64]
SHIFT = 4
"""Binary digits of subpixel position that OpenCV draws with."""
SUBPIXELS = 1 << SHIFT


def discs(points: Points, radii: Sequence[float] | Points, shape: tuple[int, int] = (SIDE, SIDE)) -> Map:
    """Filled discs at points (N, 2) with radii (N,) in pixels."""
    sheet = np.zeros(shape, np.uint8)
    for (x, y), radius in zip(points, radii, strict=True):
        cv2.circle(sheet, _fixed((x, y)), _fixed_length(radius), 255, -1, cv2.LINE_AA, SHIFT)
    return _coverage(sheet)


def ellipses(points: Points, axes: Points, angles: Points) -> Map:
    """Filled ellipses at points (N, 2) with half axes (N, 2) in pixels and angles (N,) in degrees."""
    sheet = np.zeros((SIDE, SIDE), np.uint8)
    for point, (a, b), angle in zip(points, axes, angles, strict=True):
        size = (_fixed_length(a), _fixed_length(b))
        cv2.ellipse(sheet, _fixed(point), size, float(angle), 0, 360, 255, -1, cv2.LINE_AA, SHIFT)
    return _coverage(sheet)


def paths(
    lines: Iterable[Points], thicknesses: Iterable[float], shape: tuple[int, int] = (SIDE, SIDE)
) -> Map:
    """Open paths, each (M, 2), with a whole-pixel thickness each (rounded)."""
    sheet = np.zeros(shape, np.uint8)
    for line, thickness in zip(lines, thicknesses, strict=True):
        fixed = np.rint(np.asarray(line) * SUBPIXELS).astype(np.int32)
        cv2.polylines(sheet, [fixed], False, 255, max(1, round(float(thickness))), cv2.LINE_AA, SHIFT)
    return _coverage(sheet)


def tapered(line: Points, start: float, end: float) -> tuple[list[Points], list[float]]:
    """Cut a path into pieces whose thickness falls from `start` to `end` pixels; for `paths`."""
    num_pieces = max(len(line) - 1, 1)
    widths = np.linspace(start, end, num_pieces)
    return [line[index : index + 2] for index in range(num_pieces)], list(widths)


def cell_walls(points: Points, shrink: float = 0.0) -> list[Points]:
    """Walls between the Voronoi cells of points (N, 2), as paths of two points; empty for fewer than 5."""
    if len(points) < 5:
        return []
    try:
        cells = Voronoi(points)
    except QhullError:
        return []
    ends = np.array([pair for pair in cells.ridge_vertices if min(pair) >= 0], dtype=int).reshape(-1, 2)
    walls = cells.vertices[ends]
    inside = np.all((walls > 0) & (walls < SIDE), axis=(1, 2))
    middle = walls.mean(axis=1, keepdims=True)
    return list((middle + (walls - middle) * (1 - shrink))[inside])


def wander(rng: np.random.Generator, start: Points, angle: float, step: float, num_steps: int) -> Points:
    """A path (num_steps + 1, 2) that sets out at `angle` (radians) and bends at random."""
    bends = np.cumsum(rng.normal(0, 0.28, num_steps))
    angles = angle + bends - np.linspace(0, bends[-1] * 0.5, num_steps)
    moves = step * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return np.vstack([start, start + np.cumsum(moves, axis=0)])


def _fixed(point: Sequence[float] | Points) -> tuple[int, int]:
    return round(float(point[0]) * SUBPIXELS), round(float(point[1]) * SUBPIXELS)


def _fixed_length(length: float) -> int:
    return max(round(float(length) * SUBPIXELS), 1)


def _coverage(sheet: npt.NDArray[np.uint8]) -> Map:
    return np.asarray(sheet.astype(np.float32) / 255, dtype=np.float32)
