"""Structures of melanin: network, globules, streaks, lines; a region in, coverage in [0, 1] out."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from lentigo.data.synthesis import ink
from lentigo.data.synthesis.noise import Generator, Map, blur, lattice, ramp, smooth_noise
from lentigo.data.synthesis.shapes import Outline, polar_offsets


def network(
    rng: Generator, region: Map, spacing: float, jitter: float, thickness: tuple[float, float]
) -> Map:
    """Pigment network: brown walls of a honeycomb with `spacing` pixels a cell.

    Args:
        rng: source of randomness.
        region: where, (SIDE, SIDE) in [0, 1].
        spacing: cell size in pixels.
        jitter: 0.1 is regular (typical), 0.4 irregular (atypical).
        thickness: thinnest and thickest wall in pixels.
    """
    walls = ink.cell_walls(lattice(rng, region, spacing, jitter))
    widths = rng.uniform(*thickness, len(walls))
    patchy = ramp(smooth_noise(rng, 22), -2.0, 0.4)
    return np.asarray(blur(ink.paths(walls, widths), 0.8) * region * patchy)


def globules(
    rng: Generator, region: Map, spacing: float, radius: tuple[float, float], jitter: float = 0.3
) -> Map:
    """Round dots of `radius` (smallest, largest) pixels, some `spacing` pixels apart."""
    points = lattice(rng, region, spacing, jitter)
    axes = rng.uniform(*radius, (len(points), 1)) * rng.uniform(0.8, 1.2, (len(points), 2))
    return np.asarray(blur(ink.ellipses(points, axes, rng.uniform(0, 180, len(points))), 0.7) * region)


def nests(rng: Generator, region: Map, spacing: float) -> Map:
    """Ovoid nests and leaf-like areas: clumped, unsharp, of many sizes, up to `spacing` pixels."""
    points = lattice(rng, region, spacing, 0.5)
    points = points[rng.random(len(points)) < 0.75]
    axes = spacing * np.exp(rng.uniform(np.log(0.12), np.log(0.5), (len(points), 2)))
    marks = ink.ellipses(points, axes, rng.uniform(0, 180, len(points)))
    return np.asarray(blur(marks, 1.3) * region * ramp(smooth_noise(rng, 7), -1.8, 0.2))


def streaks(rng: Generator, outline: Outline, arc: tuple[float, float], num_streaks: int) -> Map:
    """Radial streaks and pseudopods over the border within an arc (start, extent; radians)."""
    angles = arc[0] + np.sort(rng.uniform(0, arc[1], num_streaks))
    inner = outline.points(angles, rng.uniform(0.72, 0.9, num_streaks))
    outer = outline.points(angles + rng.normal(0, 0.03, num_streaks), rng.uniform(1.03, 1.24, num_streaks))
    lines = [np.stack(pair) for pair in zip(inner, outer, strict=True)]
    stems = ink.paths(lines, rng.uniform(1, 3.6, num_streaks))
    bulbs = ink.discs(outer, rng.uniform(0.8, 2.8, num_streaks))
    return blur(np.maximum(stems, bulbs), 1.1)


def fingerprint(rng: Generator, region: Map, spacing: float) -> Map:
    """Fine parallel curved lines, as on a fingertip."""
    x, y = polar_offsets()
    angle = rng.uniform(0, np.pi)
    bent = x * math.cos(angle) + y * math.sin(angle) + 14 * smooth_noise(rng, 40)
    waves = np.sin(bent * (2 * math.pi / spacing))
    return np.asarray(ramp(waves, 0.0, 1.0) * region * ramp(smooth_noise(rng, 10), -0.5, 0.8))


def bites(rng: Generator, outline: Outline, num_bites: int) -> Map:
    """Moth-eaten border: round pieces missing at the edge; returns what is left, 1 or 0."""
    angles: npt.NDArray[np.float64] = rng.uniform(0, 2 * np.pi, num_bites)
    points = outline.points(angles, rng.uniform(0.9, 1.08, num_bites))
    radii = outline.radius * rng.uniform(0.1, 0.22, num_bites)
    return np.asarray(1 - blur(ink.discs(points, radii), 1.5))
