"""Every structure: coverage in [0, 1] that stays in its region and is not empty."""

from __future__ import annotations

import numpy as np
import pytest

from lentigo.data.synthesis import ink, keratin, pigment, vessels
from lentigo.data.synthesis.noise import SIDE, lattice
from lentigo.data.synthesis.shapes import OutlineStyle, draw_outline

OUTLINE = draw_outline(np.random.default_rng(3), OutlineStyle(radius=(60, 61)))
REGION = OUTLINE.cover
NEAR = OUTLINE.depth > -0.4 * OUTLINE.radius

STRUCTURES = {
    "network": lambda rng: pigment.network(rng, REGION, 9, 0.2, (1, 2)),
    "globules": lambda rng: pigment.globules(rng, REGION, 10, (2, 3)),
    "nests": lambda rng: pigment.nests(rng, REGION, 14),
    "streaks": lambda rng: pigment.streaks(rng, OUTLINE, (0.5, 2.0), 12),
    "fingerprint": lambda rng: pigment.fingerprint(rng, REGION, 6),
    "arborising": lambda rng: vessels.arborising(rng, OUTLINE, 4, 3),
    "hairpins": lambda rng: vessels.hairpins(rng, REGION, 16, 4)[0],
    "hairpin halos": lambda rng: vessels.hairpins(rng, REGION, 16, 4)[1],
    "coils": lambda rng: vessels.coils(rng, REGION, 9, 2.5),
    "lagoons": lambda rng: vessels.lagoons(rng, OUTLINE, 18, 2),
    "milia": lambda rng: keratin.milia(rng, REGION, 20, (1, 3)),
    "gyri": lambda rng: keratin.gyri(rng, REGION, 10),
    "scale": lambda rng: keratin.scale(rng, REGION, 0.4),
    "follicles": lambda rng: keratin.follicles(rng, REGION, 14, 4)[0],
    "rosettes": lambda rng: keratin.rosettes(rng, REGION, 6, 2.4),
    "keratin mass": lambda rng: keratin.keratin_mass(rng, OUTLINE, 0.5),
    "scar": lambda rng: keratin.scar(rng, OUTLINE, 0.4),
    "white lines": lambda rng: keratin.white_lines(rng, REGION, 12, 14),
}


@pytest.mark.parametrize("name", STRUCTURES)
def test_structure_is_a_cover_within_its_region(name):
    cover = STRUCTURES[name](np.random.default_rng(0))
    assert cover.shape == (SIDE, SIDE)
    assert cover.dtype == np.float32
    assert cover.min() >= 0
    assert cover.max() <= 1.01
    assert (cover > 0.3).sum() > 20
    assert cover[~NEAR].sum() < 0.01 * cover.sum()


@pytest.mark.parametrize("name", STRUCTURES)
def test_structure_repeats_with_its_generator_and_only_then(name):
    first, again, other = (STRUCTURES[name](np.random.default_rng(seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_a_regular_network_has_more_even_cells_than_an_atypical_one():
    def spread(jitter):
        points = lattice(np.random.default_rng(0), REGION, 14, jitter)
        walls = np.array(ink.cell_walls(points))
        lengths = np.hypot(*(walls[:, 1] - walls[:, 0]).T)
        # quartiles, because walls at the rim of the lattice are long
        low, middle, high = np.quantile(lengths, [0.25, 0.5, 0.75])
        return (high - low) / middle

    assert spread(0.12) < 0.7 * spread(0.45)


def test_bites_take_pieces_of_the_border_only():
    left = pigment.bites(np.random.default_rng(0), OUTLINE, 8)
    assert left[SIDE // 2, SIDE // 2] == 1
    border = np.abs(OUTLINE.depth) < 3
    assert 0.2 < left[border].mean() < 0.95
