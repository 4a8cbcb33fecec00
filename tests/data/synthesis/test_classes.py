from __future__ import annotations

import numpy as np
import pytest

from lentigo.data.synthesis.classes import PAINTERS
from lentigo.data.synthesis.noise import SIDE
from lentigo.data.synthesis.tissue import LAYERS, VISIBLE, Tissue
from lentigo.data.taxonomy import ISIC_2019_ORDER


def test_every_class_of_isic_2019_but_the_unknown_can_be_drawn():
    assert (*PAINTERS, "UNK") == ISIC_2019_ORDER


@pytest.mark.parametrize("class_name", PAINTERS)
@pytest.mark.parametrize("seed", range(4))
def test_a_lesion_has_evidence_named_and_close_to_it(class_name, seed):
    tissue = Tissue()
    outline = PAINTERS[class_name](tissue, np.random.default_rng(seed))
    evidence = tissue.maps["evidence"] > 0.99
    assert evidence.sum() > 100
    assert evidence[outline.depth > -0.35 * outline.radius].sum() > 0.97 * evidence.sum()
    assert tissue.structures
    assert all(tissue.maps[layer].shape == (SIDE, SIDE) for layer in LAYERS)
    assert all(np.isfinite(values).all() for values in tissue.maps.values())


@pytest.mark.parametrize("class_name", PAINTERS)
def test_leaving_evidence_out_changes_nothing_else(class_name):
    drawn, emptied = Tissue(), Tissue(with_evidence=False)
    first = PAINTERS[class_name](drawn, np.random.default_rng(5))
    second = PAINTERS[class_name](emptied, np.random.default_rng(5))
    np.testing.assert_array_equal(first.depth, second.depth)
    np.testing.assert_array_equal(drawn.maps["evidence"], emptied.maps["evidence"])
    for layer in ("melanin", "blood", "deep"):
        # up to four structures overlap, each too faint to count alone
        changed = np.abs(drawn.maps[layer] - emptied.maps[layer]) > 4 * VISIBLE
        assert np.all(drawn.maps["evidence"][changed] == 1)
