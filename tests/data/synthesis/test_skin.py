from __future__ import annotations

import numpy as np

from lentigo.data.synthesis.skin import TONES, draw_skin
from lentigo.data.synthesis.tissue import Tissue


def skins(count):
    for seed in range(count):
        tissue = Tissue()
        yield draw_skin(tissue, np.random.default_rng([seed, 1])), tissue


def test_tones_range_from_very_light_to_dark():
    facts = [fact for fact, _ in skins(60)]
    assert {fact["skin_tone"] for fact in facts} == {name for _, name in TONES}


def test_the_tone_is_the_melanin_in_the_tissue():
    for fact, tissue in skins(6):
        assert abs(tissue.maps["melanin"].mean() - fact["skin_melanin"]) < 0.1
        assert tissue.maps["evidence"].max() == 0
        assert tissue.maps["blood"].min() > -0.1
