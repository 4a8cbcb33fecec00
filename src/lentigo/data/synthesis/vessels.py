"""Structures of blood: trees, hairpins, coils, lagoons; a region in, coverage in [0, 1] out."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from lentigo.data.synthesis import ink
from lentigo.data.synthesis.noise import Generator, Map, blur, lattice, ramp, smooth_noise
from lentigo.data.synthesis.shapes import Outline

Points = npt.NDArray[np.float64]


def arborising(rng: Generator, outline: Outline, num_trees: int, thickness: float) -> Map:
    """Trees of sharp vessels that enter from the border and branch towards the middle."""
    lines: list[Points] = []
    widths: list[float] = []
    for angle in rng.uniform(0, 2 * np.pi, num_trees):
        start = outline.points(np.array([angle]), np.array([rng.uniform(0.75, 1.0)]))[0]
        _grow(rng, (start, angle + np.pi + rng.normal(0, 0.35)), (outline.radius, thickness), (lines, widths))
    return np.asarray(blur(ink.paths(lines, widths), 0.6) * ramp(outline.depth, -6, 2))


def _grow(
    rng: Generator,
    tip: tuple[Points, float],
    size: tuple[float, float],
    grown: tuple[list[Points], list[float]],
) -> None:
    """Grow one branch from `tip` (point, angle) with `size` (length, thickness), then its children."""
    length, thickness = size
    num_steps = max(int(length / 4), 3)
    line = ink.wander(rng, tip[0], tip[1], 4.0, num_steps)
    pieces, widths = ink.tapered(line, thickness, max(thickness * 0.5, 1.0))
    grown[0].extend(pieces)
    grown[1].extend(widths)
    if thickness < 1.3 or length < 12:
        return
    for at in rng.integers(1, num_steps, rng.integers(2, 5)):
        heading = np.arctan2(*(line[at] - line[at - 1])[::-1]) + rng.choice([-1, 1]) * rng.uniform(0.5, 1.1)
        _grow(rng, (line[at], float(heading)), (length * rng.uniform(0.35, 0.6), thickness * 0.6), grown)


def hairpins(rng: Generator, region: Map, spacing: float, size: float) -> tuple[Map, Map]:
    """Hairpin (looped) vessels and their white halos; returns (vessels, halos)."""
    points = lattice(rng, region, spacing, 0.4)
    turn = np.linspace(-np.pi / 2, np.pi / 2, 7)
    arch = np.stack([1.1 + 0.5 * np.cos(turn), 0.5 * np.sin(turn)], axis=1)
    loop = np.vstack([[-1, -0.35], arch, [-0.3, 0.4]])
    angles = rng.uniform(0, 2 * np.pi, len(points))
    sizes = size * rng.uniform(0.5, 1.15, (len(points), 2))
    bent = loop[None] * np.stack([sizes[:, 0], sizes[:, 1]], axis=1)[:, None] + rng.normal(
        0, 0.35, (1, len(loop), 2)
    )
    lines = [
        point + piece @ _rotation(angle) for point, piece, angle in zip(points, bent, angles, strict=True)
    ]
    vessels = blur(ink.paths(lines, np.ones(len(lines))), 0.6)
    halos = blur(ink.paths(lines, np.full(len(lines), size)), 1.5)
    return vessels, halos


def coils(rng: Generator, region: Map, spacing: float, size: float) -> Map:
    """Glomerular vessels: tiny coils in clusters."""
    points = lattice(rng, region, spacing, 0.4)
    turn = np.linspace(0, 4.2 * np.pi, 16)
    spiral = (turn / turn[-1])[:, None] * np.stack([np.cos(turn), np.sin(turn)], axis=1) * size
    lines = [
        point + spiral @ _rotation(angle)
        for point, angle in zip(points, rng.uniform(0, 6, len(points)), strict=True)
    ]
    return blur(ink.paths(lines, np.ones(len(lines))), 0.6)


def lagoons(rng: Generator, outline: Outline, spacing: float, gap: float) -> Map:
    """Round to oval lakes of blood, parted by septa some `gap` pixels wide."""
    region = ramp(outline.depth, -spacing * 0.2, spacing * 0.3)
    points = lattice(rng, region, spacing, 0.42)
    distance = outline.radius + 2 * spacing
    angles = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    # far points close the outermost cells
    fence = outline.points(angles, np.full(40, distance / outline.radius))
    walls = ink.cell_walls(np.vstack([points, fence]))
    septa = ink.paths(walls, np.full(len(walls), gap))
    rounded = ramp(blur(septa, spacing * 0.15), 0.36, 0.08)
    return np.asarray(rounded * region * ramp(smooth_noise(rng, spacing), -2.0, -1.2))


def _rotation(angle: float) -> Points:
    cosine, sine = np.cos(angle), np.sin(angle)
    return np.array([[cosine, sine], [-sine, cosine]])
