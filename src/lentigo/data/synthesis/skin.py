"""Bare skin, the same for every class: a seed in, tone and texture in the tissue and facts out."""

from __future__ import annotations

import numpy as np

from lentigo.data.synthesis import ink
from lentigo.data.synthesis.noise import Generator, Map, blur, fractal_noise, lattice, ramp, smooth_noise
from lentigo.data.synthesis.shapes import polar_offsets
from lentigo.data.synthesis.tissue import Tissue

TONES = ((0.16, "very light"), (0.30, "light"), (0.48, "intermediate"), (0.70, "brown"), (9.0, "dark"))
"""Upper bounds of melanin density and the tone's name."""


def draw_skin(tissue: Tissue, rng: Generator) -> dict[str, object]:
    """Lay skin into the tissue; returns its facts: `skin_tone`, `skin_melanin`."""
    melanin = 0.05 + 1.0 * float(rng.beta(1.1, 3.0))
    blood = rng.uniform(0.10, 0.50)
    mottle = 0.75 * smooth_noise(rng, 36) + fractal_noise(rng, 10, 3)
    tissue.add("melanin", np.asarray(melanin * (1 + 0.07 * fractal_noise(rng, 26, 4)), np.float32))
    tissue.add("blood", np.asarray(blood * (1 + rng.uniform(0.04, 0.2) * mottle), np.float32))
    lines = _skin_lines(rng)
    tissue.add("melanin", rng.uniform(0.0, 0.06) * lines)
    tissue.add("relief", -rng.uniform(0.2, 0.9) * lines)
    if rng.random() < 0.3:
        _freckles(tissue, rng)
    if rng.random() < 0.25:
        _background_vessels(tissue, rng)
    tone = next(name for bound, name in TONES if melanin <= bound)
    return {"skin_tone": tone, "skin_melanin": round(melanin, 3)}


def _skin_lines(rng: Generator) -> Map:
    """The criss-cross of fine furrows: two sets of bent parallel lines."""
    x, y = polar_offsets()
    first = rng.uniform(0, np.pi)
    total = np.zeros_like(x)
    for angle in (first, first + rng.uniform(0.9, 1.5)):
        along = x * np.cos(angle) + y * np.sin(angle) + 5 * smooth_noise(rng, 22)
        waves = np.cos(along * (2 * np.pi / rng.uniform(8, 13))).astype(np.float32)
        total += ramp(waves, 0.55, 1.0) * ramp(smooth_noise(rng, 18), -1.0, 0.6)
    return np.asarray(np.minimum(total, 1), np.float32)


def _freckles(tissue: Tissue, rng: Generator) -> None:
    everywhere = np.ones_like(tissue.maps["melanin"])
    points = lattice(rng, everywhere, 34, 0.5)
    points = points[rng.random(len(points)) < rng.uniform(0.2, 0.7)]
    spots = blur(ink.discs(points, rng.uniform(2, 9, len(points))), 3) * (1 + 0.4 * smooth_noise(rng, 6))
    tissue.add("melanin", np.asarray(rng.uniform(0.1, 0.35) * spots, np.float32))


def _background_vessels(tissue: Tissue, rng: Generator) -> None:
    """A faint unsharp mesh of vessels, as on sun-damaged skin."""
    field = fractal_noise(rng, 30, 3, 0.5)
    mesh = ramp(np.abs(field), 0.22, 0.04) * ramp(smooth_noise(rng, 50), -0.6, 0.8)
    tissue.add("blood", np.asarray(rng.uniform(0.08, 0.3) * mesh, np.float32))
