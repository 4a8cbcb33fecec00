"""Random fields and point lattices on the canvas: a generator in, float32 maps or points out.

The canvas is a square of `SIDE` pixels around the lesion; a view later cuts a picture of it.
"""

from __future__ import annotations

import math
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

SIDE = 320
"""Side of the canvas in pixels; a view at zoom 1 shows 192 x 256 of it."""

SHEET = 832

Map = npt.NDArray[np.float32]
Generator = np.random.Generator


def smooth_noise(rng: Generator, cell: float) -> Map:
    """A smooth random field (SIDE, SIDE), mean 0, deviation about 0.8, with bumps some `cell` pixels wide."""
    return _crop(rng, _sheet(_step(cell), 1, 0.0))


def fractal_noise(rng: Generator, cell: float, octaves: int = 4, persistence: float = 0.6) -> Map:
    """Several octaves of `smooth_noise`, each half as wide; (SIDE, SIDE), mean 0, deviation about 0.8."""
    return _crop(rng, _sheet(_step(cell), octaves, persistence))


def _step(cell: float) -> int:
    """Nearest of the cell sizes in stock, a quarter of an octave apart, as its exponent."""
    return round(4 * math.log2(cell))


@lru_cache(maxsize=48)
def _sheet(step: int, octaves: int, persistence: float) -> Map:
    """A large field (SHEET, SHEET) drawn once: cutting a random piece is far cheaper than drawing one."""
    rng = np.random.default_rng([step, octaves, round(100 * persistence)])
    weights = persistence ** np.arange(octaves)
    weights /= np.sqrt(np.sum(weights**2))
    total = np.zeros((SHEET, SHEET), np.float32)
    for octave, weight in enumerate(weights):
        total += np.float32(weight) * _octave(rng, max(2 ** (step / 4 - octave), 1.5))
    total.setflags(write=False)
    return total


def _octave(rng: Generator, cell: float) -> Map:
    num_cells = int(np.ceil(SHEET / cell)) + 3
    grid = rng.standard_normal((num_cells, num_cells), dtype=np.float32)
    large = cv2.resize(grid, None, fx=cell, fy=cell, interpolation=cv2.INTER_CUBIC)
    offset = (large.shape[0] - SHEET) // 2
    return np.asarray(large[offset : offset + SHEET, offset : offset + SHEET], dtype=np.float32)


def _crop(rng: Generator, sheet: Map) -> Map:
    """A random piece (SIDE, SIDE), turned by quarters and mirrored at random; a view, so never written to."""
    y, x, turn = rng.integers(0, (SHEET - SIDE, SHEET - SIDE, 8))
    piece = sheet[y : y + SIDE, x : x + SIDE]
    piece = piece.T if turn >= 4 else piece
    return piece[:: -1 if turn & 1 else 1, :: -1 if turn & 2 else 1]


def ramp(values: Map, low: float, high: float) -> Map:
    """Map `low` to 0 and `high` to 1 along an S-shaped curve; `low` may be the larger."""
    share = np.clip((values - low) / (high - low), 0, 1, dtype=np.float32)
    return np.asarray(share * share * (3 - 2 * share), dtype=np.float32)


def blur(values: Map, sigma: float) -> Map:
    """Gaussian blur with `sigma` in pixels."""
    return np.asarray(cv2.GaussianBlur(values, (0, 0), sigma), dtype=np.float32)


def lattice(rng: Generator, region: Map, spacing: float, jitter: float) -> npt.NDArray[np.float64]:
    """Points (N, 2; x, y) of a hexagonal lattice where `region` > 0.1, moved by up to `jitter` spacings."""
    rows = np.arange(spacing, SIDE - spacing, spacing * 0.87)
    columns = np.arange(spacing, SIDE - spacing, spacing)
    y, x = np.meshgrid(rows, columns, indexing="ij")
    x = x + (np.arange(len(rows)) % 2)[:, None] * spacing / 2
    points = np.stack([x.ravel(), y.ravel()], axis=1)
    points = _turned(points, rng.uniform(0, np.pi / 3))
    points += rng.uniform(-jitter, jitter, points.shape) * spacing
    inside = np.all((points >= 1) & (points < SIDE - 2), axis=1)
    points = points[inside]
    return points[values_at(region, points) > 0.1]


def values_at(field: Map, points: npt.NDArray[np.float64]) -> Map:
    """The field's values (N,) at the nearest pixels of points (N, 2), which are clipped to the canvas."""
    x, y = np.clip(np.rint(points).astype(int), 0, SIDE - 1).T
    return np.asarray(field[y, x], dtype=np.float32)


def _turned(points: npt.NDArray[np.float64], angle: float) -> npt.NDArray[np.float64]:
    """Turn points about the canvas centre, so that lattices do not follow the pixel rows."""
    cosine, sine = np.cos(angle), np.sin(angle)
    turned = (points - SIDE / 2) @ np.array([[cosine, sine], [-sine, cosine]]) + SIDE / 2
    return np.asarray(turned, dtype=np.float64)
