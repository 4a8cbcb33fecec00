"""Bare skin, the same for every class: a generator in, tone and texture in the tissue and facts out."""

from __future__ import annotations

import math

import numpy as np

from lentigo.data.synthesis import ink
from lentigo.data.synthesis.noise import Generator, Map, blur, fractal_noise, lattice, ramp, smooth_noise
from lentigo.data.synthesis.shapes import polar_offsets
from lentigo.data.synthesis.tissue import Tissue

TONES = ((0.12, "very light"), (0.24, "light"), (0.40, "intermediate"), (0.62, "brown"), (9.0, "dark"))
"""Upper bounds of melanin density and the tone's name."""


def draw_skin(tissue: Tissue, rng: Generator) -> dict[str, object]:
    """Lay skin into the tissue; returns its facts: `skin_tone`, `skin_melanin`."""
    melanin = 0.03 + 0.95 * float(rng.beta(0.9, 3.2))
    blood = rng.uniform(0.03, 0.28)
    mottle = 0.6 * smooth_noise(rng, 40) + 0.8 * fractal_noise(rng, 9, 3, 0.7)
    tissue.add("melanin", melanin * (1 + 0.07 * fractal_noise(rng, 26, 4)) + 0.02 * mottle)
    tissue.add("blood", blood * (1 + rng.uniform(0.05, 0.25) * mottle))
    lines = _skin_lines(rng)
    tissue.add("melanin", rng.uniform(-0.02, 0.04) * lines)
    tissue.add("relief", -rng.uniform(0.0, 0.2) * lines + 0.1 * fractal_noise(rng, 3.5, 2))
    if rng.random() < 0.3:
        _freckles(tissue, rng)
    if rng.random() < 0.3:
        _background_vessels(tissue, rng)
    tone = next(name for bound, name in TONES if melanin <= bound)
    return {"skin_tone": tone, "skin_melanin": round(melanin, 3)}


def _skin_lines(rng: Generator) -> Map:
    """The criss-cross of fine furrows: two sets of bent, broken parallel lines."""
    x, y = polar_offsets()
    first = rng.uniform(0, math.pi)
    total = np.zeros_like(x)
    for angle in (first, first + rng.uniform(0.9, 1.5)):
        along = x * math.cos(angle) + y * math.sin(angle) + 4 * smooth_noise(rng, 16)
        waves = np.cos(along * (2 * math.pi / rng.uniform(6, 11)))
        total += ramp(waves, 0.4, 1.0) * ramp(smooth_noise(rng, 13), -0.6, 0.9)
    return total


def _freckles(tissue: Tissue, rng: Generator) -> None:
    everywhere = np.ones_like(tissue.maps["melanin"])
    points = lattice(rng, everywhere, 34, 0.5)
    points = points[rng.random(len(points)) < rng.uniform(0.2, 0.7)]
    spots = blur(ink.discs(points, rng.uniform(2, 9, len(points))), 3) * (1 + 0.4 * smooth_noise(rng, 6))
    tissue.add("melanin", rng.uniform(0.08, 0.3) * spots)


def _background_vessels(tissue: Tissue, rng: Generator) -> None:
    """A faint unsharp mesh of vessels, as on sun-damaged skin."""
    field = fractal_noise(rng, 30, 3, 0.5)
    mesh = ramp(np.abs(field), 0.22, 0.04) * ramp(smooth_noise(rng, 50), -0.6, 0.8)
    tissue.add("blood", rng.uniform(0.05, 0.2) * blur(mesh, 0.8))
