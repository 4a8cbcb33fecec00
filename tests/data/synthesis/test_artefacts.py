from __future__ import annotations

import numpy as np
import pytest

from lentigo.data.synthesis.artefacts import ARTEFACTS, add_artefacts, light_up, take

PLAIN = np.full((96, 128, 3), (0.8, 0.6, 0.6), np.float32)


@pytest.mark.parametrize(("name", "chance", "add"), ARTEFACTS)
def test_each_artefact_changes_part_of_the_picture_and_stays_in_range(name, chance, add):
    before = PLAIN.copy()
    changed = np.zeros((96, 128), bool)
    for seed in range(4):
        after = add(PLAIN, np.random.default_rng(seed))
        assert after.shape == PLAIN.shape
        assert after.min() >= 0
        assert after.max() <= 1
        changed |= np.abs(after - PLAIN).max(axis=2) > 0.05
    np.testing.assert_array_equal(before, PLAIN)
    assert 0 < changed.mean() < 0.7
    assert 0 < chance < 0.6


def test_artefacts_come_as_often_as_they_should():
    drawn = [
        name for seed in range(300) for name in add_artefacts(PLAIN[::4, ::4], np.random.default_rng(seed))[1]
    ]
    for name, chance, _ in ARTEFACTS:
        assert abs(drawn.count(name) / 300 - chance) < 0.09


def test_light_is_stronger_on_darker_skin():
    light, dark = (
        np.mean([light_up(PLAIN, melanin, np.random.default_rng(seed)).mean() for seed in range(8)])
        for melanin in (0.05, 0.8)
    )
    assert dark > light


def test_the_camera_gives_eight_bits():
    pixels = take(PLAIN, np.random.default_rng(0))
    assert pixels.dtype == np.uint8
    assert pixels.mean(axis=(0, 1)) == pytest.approx(PLAIN[0, 0] * 255, abs=1)
