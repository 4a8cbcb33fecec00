"""Pairs of photographs drawn for training."""

from __future__ import annotations

import numpy as np
import pytest

from lentigo.data.metadata.lesion_pairs import PairedImages
from lentigo.settings.recipe import Augmentation
from lentigo.training.batches.pairs import PairedPixels
from lentigo.training.batches.sources import Drawn

SIZE = (12, 14)
IMAGES = np.random.default_rng(0).integers(1, 256, (40, *SIZE, 3), dtype=np.uint8)
ROWS = np.stack([np.arange(40), (np.arange(40) + 1) % 40], axis=1)
ROWS[:4] = [[0, -1], [-1, 1], [-1, -1], [3, 2]]
LABELS = np.zeros(40, np.int64)


def drawn(augmentation: Augmentation, seed: int = 3, epoch: int = 0) -> np.ndarray:
    source = PairedPixels(PairedImages(IMAGES, ROWS), augmentation, seed, SIZE)
    fill = source.of_epoch(Drawn(epoch, np.arange(40), np.arange(40)))
    parts = [fill(range(start, start + 8), LABELS[:8], None) for start in range(0, 40, 8)]
    return np.concatenate([np.asarray(part[0]) for part in parts])


def is_seen(pairs: np.ndarray) -> np.ndarray:
    return np.stack([half.max(axis=(1, 2, 3)) > 0 for half in np.split(pairs, 2, axis=1)], axis=1)


def test_plain_pairs_are_the_pictures_themselves() -> None:
    np.testing.assert_array_equal(drawn(Augmentation()), list(PairedImages(IMAGES, ROWS)))


def test_what_is_missing_stays_black_whatever_is_changed() -> None:
    changed = Augmentation(brightness=0.5, contrast=0.5, colour_operations=("noise",), rotation=0.1)
    found = drawn(changed)
    np.testing.assert_array_equal(is_seen(found), ROWS != -1)
    np.testing.assert_array_equal(found, drawn(changed))
    assert (found != drawn(changed, epoch=1)).any()
    # both photographs of row 3 are changed apart: the same picture twice would come out differently
    same = PairedImages(IMAGES, np.stack([np.arange(40)] * 2, axis=1))
    fill = PairedPixels(same, changed, 3, SIZE).of_epoch(Drawn(0, np.arange(40), np.arange(40)))
    upper, lower = np.split(np.asarray(fill(range(8), LABELS[:8], None)[0]), 2, axis=1)
    assert (upper != lower).any(axis=(1, 2, 3)).all()


@pytest.mark.parametrize("share", [0.5, 1.0])
def test_a_share_is_shown_in_part_and_never_nothing_of_it(share: float) -> None:
    epochs = np.stack([is_seen(drawn(Augmentation(one_view=share), epoch=epoch)) for epoch in range(20)])
    both = epochs[:, 3:]
    assert both.any(axis=2).all()
    assert np.mean(~both.all(axis=2)) == pytest.approx(share, abs=0.06)
    assert np.mean(both[..., 0]) == pytest.approx(1 - share / 2, abs=0.06)
    np.testing.assert_array_equal(epochs[:, :3], np.broadcast_to(ROWS[:3] != -1, (20, 3, 2)))
