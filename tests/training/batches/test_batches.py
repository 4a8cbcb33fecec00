"""Batches are the same however many threads make them and wherever an epoch starts."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import numpy as np
import pytest

from lentigo.settings.errors import SettingsError
from lentigo.settings.recipe import Augmentation, Balance
from lentigo.training.batches import batches as module
from lentigo.training.batches import sources
from lentigo.training.batches.batches import Batches, Part, TrainingBatches
from lentigo.training.batches.sources import AugmentedPixels

MOVING = Augmentation(horizontal_flip=True, rotation=0.1, zoom=0.1, brightness=0.1)
PLAIN = Augmentation()


@dataclass(frozen=True)
class Images:
    images: np.ndarray
    rows: np.ndarray
    labels: np.ndarray


def batches_of(part: Images, augmentation: Augmentation, balance: Balance, batch_size: int, seed: int):
    source = AugmentedPixels(part.images, augmentation, seed, part.images.shape[1:3])
    return TrainingBatches(source, Part(part.rows, part.labels), balance, batch_size, seed)


@pytest.fixture
def part():
    """20 images of 3 classes among 30; the pixels of an image say which one it is."""
    images = np.broadcast_to(np.arange(30, dtype=np.uint8)[:, None, None, None], (30, 6, 8, 3)).copy()
    images[:, 0, 0] = 255
    rows = np.arange(5, 25)
    return Images(images, rows, np.arange(20) % 3 % 2)


def whole(batches: Batches, epoch: int, start: int = 0):
    return list(batches.epoch(epoch, start))


def assert_same(first, second):
    assert len(first) == len(second)
    for one, two in zip(first, second, strict=True):
        for ours, theirs in zip(one, two, strict=True):
            np.testing.assert_array_equal(ours, theirs)


def test_an_epoch_shows_every_image_once_with_its_label(part):
    batches = batches_of(part, PLAIN, Balance(), 6, 0)
    epoch = whole(batches, 0)
    assert batches.num_steps == len(epoch) == 4
    assert [len(labels) for _, labels, _ in epoch] == [6, 6, 6, 2]
    shown = np.concatenate([images[:, 1, 1, 0] for images, _, _ in epoch])
    labels = np.concatenate([labels for _, labels, _ in epoch])
    assert sorted(shown) == list(range(5, 25))
    np.testing.assert_array_equal(labels, part.labels[shown.astype(int) - 5])
    assert all(weights is None for _, _, weights in epoch)
    assert epoch[0][0].dtype == np.uint8
    assert epoch[0][0].shape == (6, 6, 8, 3)


@pytest.mark.parametrize("num_threads", [1, 2, 5])
def test_threads_do_not_matter(part, num_threads):
    alone = batches_of(part, MOVING, Balance(weight_power=1.0), 4, 3)
    several = batches_of(part, MOVING, Balance(weight_power=1.0), 4, 3)
    alone.num_threads, several.num_threads = 1, num_threads
    assert_same(whole(alone, 2), whole(several, 2))


@pytest.mark.parametrize("start", [0, 1, 4, 5])
def test_an_interrupted_epoch_goes_on_where_it_stood(part, start):
    batches = batches_of(part, MOVING, Balance(resample_to="7"), 3, 1)
    assert_same(whole(batches, 1)[start:], whole(batches, 1, start))


def test_epochs_and_seeds_differ(part):
    first = whole(batches_of(part, MOVING, Balance(), 20, 0), 0)[0][0]
    assert not np.array_equal(first, whole(batches_of(part, MOVING, Balance(), 20, 0), 1)[0][0])
    assert not np.array_equal(first, whole(batches_of(part, MOVING, Balance(), 20, 1), 0)[0][0])


def test_a_repeated_image_is_changed_differently(part):
    noise = np.random.default_rng(0).integers(0, 256, part.images.shape, dtype=np.uint8)
    few = Images(noise, part.rows[:1], part.labels[:1])
    moving = batches_of(few, Augmentation(rotation=0.5), Balance(resample_to="4"), 4, 0)
    images = whole(moving, 0)[0][0]
    assert len(np.unique(images.reshape(4, -1), axis=0)) == 4


def test_weights_go_with_their_images(part):
    batches = batches_of(part, PLAIN, Balance(weight_power=1.0), 20, 0)
    ((_, labels, weights),) = whole(batches, 0)
    assert weights is not None
    assert weights.dtype == np.float32
    assert weights.mean() == pytest.approx(1)
    assert weights[labels == 0].sum() == pytest.approx(weights[labels == 1].sum(), rel=1e-5)


def test_a_batch_may_be_changed_without_changing_the_images(part):
    before = part.images.copy()
    for images, _, _ in batches_of(part, PLAIN, Balance(), 6, 0).epoch(0):
        images[:] = 0
    np.testing.assert_array_equal(part.images, before)


def test_closing_early_ends_the_threads(part):
    batches = batches_of(part, MOVING, Balance(), 2, 0)
    stream = batches.epoch(0)
    next(stream)
    stream.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("batches")]


def test_only_a_few_batches_are_prepared_ahead(part, monkeypatch):
    drawn = []

    def remember(*arguments, **options):
        drawn.append(arguments)
        return original(*arguments, **options)

    original = sources.draw
    monkeypatch.setattr(sources, "draw", remember)
    batches = batches_of(part, MOVING, Balance(), 1, 0)
    batches.num_threads = 2
    stream = batches.epoch(0)
    next(stream)
    stream.close()
    assert len(drawn) <= 2 + module.BATCHES_AHEAD


def test_a_fault_in_a_thread_is_raised_and_not_swallowed(part):
    broken = Images(part.images, part.rows + 100, part.labels)
    with pytest.raises(IndexError):
        whole(batches_of(broken, PLAIN, Balance(), 4, 0), 0)


def test_a_wrong_balance_is_refused_before_anything_is_drawn(part):
    with pytest.raises(SettingsError):
        batches_of(part, PLAIN, Balance(resample_to="all"), 4, 0)
