from __future__ import annotations

import numpy as np
import pytest

from lentigo.data.synthesis.noise import SIDE, values_at
from lentigo.data.synthesis.shapes import OutlineStyle, blob, draw_outline

ROUND = OutlineStyle(radius=(50, 50.001), irregularity=0, ragged=0, edge=3, elongation=0)


def test_a_style_without_irregularity_is_nearly_a_circle():
    outline = draw_outline(np.random.default_rng(0), ROUND)
    np.testing.assert_allclose(outline.radii, 50, rtol=1e-4)
    # the canvas is bent a little, so that no outline is a perfect circle
    assert (outline.depth > 0).sum() == pytest.approx(np.pi * 50**2, rel=0.1)
    assert outline.depth[SIDE // 2, SIDE // 2] > 40


def test_depth_and_cover_agree_at_the_border():
    outline = draw_outline(np.random.default_rng(1), OutlineStyle())
    angles = np.linspace(0, 6, 40)
    inside = outline.points(angles, np.full(40, 0.6))
    outside = outline.points(angles, np.full(40, 1.5))
    assert values_at(outline.cover, inside).mean() > 0.95
    assert values_at(outline.cover, outside).mean() < 0.05
    assert np.all((outline.cover > 0.5) == (outline.depth > 0))


def test_irregular_styles_give_irregular_outlines():
    def spread(irregularity):
        style = OutlineStyle(irregularity=irregularity, elongation=0)
        outlines = [draw_outline(np.random.default_rng(seed), style) for seed in range(6)]
        return np.mean([outline.radii.std() / outline.radius for outline in outlines])

    assert spread(0.2) > 2.5 * spread(0.05)


def test_ring_and_dome():
    outline = draw_outline(np.random.default_rng(0), ROUND)
    centre = (SIDE // 2, SIDE // 2)
    ring, dome = outline.ring(0.4, 0.9), outline.dome()
    assert ring[centre] == 0
    assert ring[SIDE // 2, SIDE // 2 + 33] > 0.9
    assert dome[centre] > 0.85
    assert dome[0, 0] == pytest.approx(0, abs=1e-3)


def test_blob_lies_about_its_centre():
    patch = blob(np.random.default_rng(0), np.array([200.0, 120.0]), 20, 3)
    y, x = np.indices(patch.shape)
    assert np.average(x, weights=patch) == pytest.approx(200, abs=8)
    assert np.average(y, weights=patch) == pytest.approx(120, abs=8)
