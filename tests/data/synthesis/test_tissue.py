from __future__ import annotations

import numpy as np
import pytest

from lentigo.data.synthesis.noise import SIDE
from lentigo.data.synthesis.tissue import ABSORPTION, DERMIS, LAYERS, SCAR, Tissue, colour_of_tissue

KERATIN = (0.9, 0.8, 0.6)


def maps_of(**densities):
    return {layer: np.full((2, 2), densities.get(layer, 0.0), np.float32) for layer in LAYERS}


def test_bare_dermis_has_its_own_colour():
    np.testing.assert_allclose(colour_of_tissue(maps_of(), KERATIN)[0, 0], DERMIS, rtol=1e-6)


@pytest.mark.parametrize("layer", list(ABSORPTION))
def test_absorption_follows_beer_lambert(layer):
    colour = colour_of_tissue(maps_of(**{layer: 0.7}), KERATIN)[1, 1]
    np.testing.assert_allclose(colour, DERMIS * np.exp(-0.7 * np.array(ABSORPTION[layer])), rtol=1e-5)


def test_layers_absorb_as_the_eye_expects():
    brown, red, blue = (
        colour_of_tissue(maps_of(**{layer: 0.8}), KERATIN)[0, 0] / DERMIS
        for layer in ("melanin", "blood", "deep")
    )
    assert brown[0] > brown[1] > brown[2]
    assert red[0] > 0.8 > red[2] > red[1]
    assert blue[2] > blue[1] > blue[0]


def test_a_full_cover_hides_what_lies_below():
    light = colour_of_tissue(maps_of(white=1.0), KERATIN)[0, 0]
    dark = colour_of_tissue(maps_of(white=1.0, melanin=1.5), KERATIN)[0, 0]
    np.testing.assert_allclose(light, SCAR, rtol=1e-5)
    assert np.all(dark > 0.75 * light - 1e-6)


def test_covers_add_like_veils_and_stay_within_one():
    tissue = Tissue()
    for _ in range(2):
        tissue.add("white", np.full((SIDE, SIDE), 0.5, np.float32))
    np.testing.assert_allclose(tissue.maps["white"], 0.75)


def test_evidence_is_marked_even_where_it_is_left_out():
    spot = np.zeros((SIDE, SIDE), np.float32)
    spot[10, 20] = 0.5
    drawn, emptied = Tissue(), Tissue(with_evidence=False)
    for tissue in (drawn, emptied):
        tissue.add("blood", spot, evidence=True)
        tissue.add("melanin", spot)
    assert drawn.maps["blood"][10, 20] == 0.5
    assert emptied.maps["blood"].max() == 0
    assert emptied.maps["melanin"][10, 20] == 0.5
    for tissue in (drawn, emptied):
        assert np.argwhere(tissue.maps["evidence"] == 1).tolist() == [[10, 20]]
