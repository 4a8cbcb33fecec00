"""Structures of keratin and scar: cysts, gyri, scale, follicles, keratin masses; coverage in [0, 1] out."""

from __future__ import annotations

import math

import numpy as np

from lentigo.data.synthesis import ink
from lentigo.data.synthesis.noise import Generator, Map, blur, fractal_noise, lattice, ramp, smooth_noise
from lentigo.data.synthesis.shapes import Outline, blob


def milia(rng: Generator, region: Map, num_cysts: int, radius: tuple[float, float]) -> Map:
    """Milia-like cysts: bright round spots with a glow."""
    points = _some(rng, lattice(rng, region, 9, 0.45), num_cysts)
    radii = np.exp(rng.uniform(math.log(radius[0]), math.log(radius[1]), len(points)))
    core = blur(ink.discs(points, radii), 0.8)
    glow = blur(ink.discs(points, radii * 1.5), 2.2)
    return np.asarray(np.clip(0.9 * core + 0.35 * glow, 0, 1))


def gyri(rng: Generator, region: Map, width: float) -> Map:
    """Fissures between ridges, as on a brain: dark winding bands some `width` pixels apart."""
    grain = rng.standard_normal(region.shape, dtype=np.float32)
    bands = blur(grain, width / 3.2) - blur(grain, width / 2.0)
    bands /= bands.std()
    return np.asarray(ramp(bands, 0.35, 1.0) * region)


def scale(rng: Generator, region: Map, amount: float) -> Map:
    """Flakes of scale: crisp bits of a random field; `amount` in [0, 1]."""
    field = fractal_noise(rng, 12, 4, 0.75)
    level = 1.5 - 1.3 * amount
    return np.asarray(ramp(field, level, level + 0.35) * region)


def follicles(rng: Generator, region: Map, spacing: float, radius: float) -> tuple[Map, Map]:
    """Follicle openings; returns (pale halos, plugs in their middle)."""
    points = lattice(rng, region, spacing, 0.34)
    radii = rng.uniform(0.55, 1.3, len(points)) * radius
    halos = blur(ink.discs(points, radii), 1.4)
    plugs = blur(ink.discs(points, radii * 0.42), 0.6)
    return np.asarray(halos * region), np.asarray(plugs * region)


def rosettes(rng: Generator, region: Map, num_rosettes: int, size: float) -> Map:
    """Rosettes: four bright points, arranged as a clover."""
    points = _some(rng, lattice(rng, region, 14, 0.4), num_rosettes)
    angles = rng.uniform(0, np.pi / 2, (len(points), 1)) + np.arange(4) * np.pi / 2
    leaves = points[:, None] + size * np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    return blur(ink.discs(leaves.reshape(-1, 2), np.full(leaves.size // 2, size * 0.55)), 0.6)


def keratin_mass(rng: Generator, outline: Outline, share: float) -> Map:
    """Structureless mass of keratin about the centre, lumpy, over `share` of the radius."""
    centre = outline.points(rng.uniform(0, 6.28, 1), rng.uniform(0, 0.25, 1))[0]
    patch = blob(rng, centre, outline.radius * share, 7)
    lumps = 0.75 + 0.3 * fractal_noise(rng, 9, 3)
    return np.asarray(np.clip(patch * lumps, 0, 1))


def scar(rng: Generator, outline: Outline, share: float) -> Map:
    """White scar-like patch in the middle with fine strands."""
    centre = outline.points(rng.uniform(0, 6.28, 1), rng.uniform(0, 0.12, 1))[0]
    patch = blob(rng, centre, outline.radius * share, outline.radius * 0.16)
    strands = 0.8 + 0.2 * np.abs(smooth_noise(rng, 5))
    return np.asarray(np.clip(patch * strands, 0, 1))


def white_lines(rng: Generator, region: Map, num_lines: int, length: float) -> Map:
    """Shiny white lines, short and at right angles to each other."""
    points = _some(rng, lattice(rng, region, 12, 0.45), num_lines)
    turn = rng.uniform(0, np.pi)
    angles = turn + rng.integers(0, 2, len(points)) * np.pi / 2 + rng.normal(0, 0.12, len(points))
    reach = rng.uniform(0.5, 1, len(points))[:, None] * length / 2
    offsets = reach * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    lines = [np.stack([p - o, p + o]) for p, o in zip(points, offsets, strict=True)]
    return blur(ink.paths(lines, rng.uniform(1, 2.4, len(lines))), 0.7)


def _some(rng: Generator, points: ink.Points, num_points: int) -> ink.Points:
    """At most `num_points` of the points, chosen at random."""
    return points[rng.permutation(len(points))[:num_points]]
