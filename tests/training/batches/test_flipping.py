"""Every image alternates, however often an epoch draws it."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from lentigo.settings.recipe import Augmentation, Balance
from lentigo.training.batches.balance import epoch_order
from lentigo.training.batches.batches import Part, TrainingBatches
from lentigo.training.batches.flipping import alternating_flips, times_drawn
from lentigo.training.batches.sources import AugmentedPixels

ONE = Augmentation(horizontal_flip=True, flips="alternating")
TWO = replace(ONE, vertical_flip=True)


def test_times_drawn_by_hand():
    assert times_drawn(np.array([4, 2, 4, 4, 0, 2])).tolist() == [0, 0, 1, 2, 0, 1]
    assert times_drawn(np.zeros(0, np.int64)).tolist() == []


def seen(augmentation, num_epochs, image):
    """The ways one image is drawn, in order over epochs, whatever its places."""
    found = []
    for epoch in range(num_epochs):
        order = np.random.default_rng(epoch).permutation(20)
        found.append(tuple(alternating_flips(augmentation, order, 5, epoch)[order == image][0].tolist()))
    return found


@pytest.mark.parametrize("image", [0, 7, 19])
def test_one_flip_alternates_from_epoch_to_epoch(image):
    found = seen(ONE, 6, image)
    assert all(one != other for one, other in pairwise(found))
    assert {vertical for _, vertical in found} == {False}


@pytest.mark.parametrize("image", [0, 7, 19])
def test_two_flips_show_all_four_ways_in_any_four_epochs(image):
    found = seen(TWO, 9, image)
    for start in range(6):
        assert len(set(found[start : start + 4])) == 4


def test_only_a_flip_that_is_on_happens():
    vertical = Augmentation(vertical_flip=True, flips="alternating")
    flips = alternating_flips(vertical, np.arange(50), 0, 0)
    assert not flips[:, 0].any()
    assert 10 < flips[:, 1].sum() < 40, "where an image begins is drawn"


def test_an_image_that_is_drawn_four_times_an_epoch_is_seen_in_all_ways():
    flips = alternating_flips(TWO, np.array([3, 1, 3, 3, 3]), 0, 2)
    assert len(set(map(tuple, flips[[0, 2, 3, 4]].tolist()))) == 4


def test_batches_flip_as_they_are_told_and_resume():
    images = np.zeros((6, 4, 4, 3), np.uint8)
    images[:, :, 0] = 200  # a bright left side
    part = Part(np.arange(6), np.zeros(6, np.int64))
    batches = TrainingBatches(AugmentedPixels(images, ONE, 0, (4, 4)), part, Balance(), 4, 0)
    is_flipped = []
    for epoch in range(2):
        rows = np.concatenate([batch[0] for batch in batches.epoch(epoch)])[:, 0, 3, 0] > 100
        order = epoch_order(part.labels, Balance(), 0, epoch)
        is_flipped.append(rows[np.argsort(order)])
    np.testing.assert_array_equal(is_flipped[0], ~is_flipped[1])
    whole, rest = list(batches.epoch(1)), list(batches.epoch(1, 1))
    np.testing.assert_array_equal(whole[1][0], rest[0][0])
