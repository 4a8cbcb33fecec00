"""Mixed images and their labels, by hand and against SciPy's Beta distribution."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import beta, kstest

from lentigo.settings.recipe import Augmentation, Balance
from lentigo.training.batches.batches import Part, TrainingBatches
from lentigo.training.batches.mixing import Mixing, draw_mixing, is_mixing, mix_images, mix_labels
from lentigo.training.batches.sources import AugmentedPixels

MIXUP = Augmentation(mixup=0.4, mixing_share=1.0)
CUTMIX = Augmentation(cutmix=1.0, mixing_share=1.0)
MANY = range(8_000)
NO_BOX = [0, 0, 0, 0]


def test_labels_by_hand():
    mixing = Mixing(np.array([0.75, 1.0, 0.5]), np.array([NO_BOX] * 3))
    targets, weights = mix_labels(np.array([0, 2, 1]), None, 3, mixing)
    # 0 with its successor 2; 2 alone; 1 with the first, 0
    np.testing.assert_allclose(targets, [[0.75, 0, 0.25], [0, 0, 1], [0.5, 0.5, 0]])
    assert weights is None
    assert targets.dtype == np.float32


def test_weights_belong_to_the_labels_by_hand():
    mixing = Mixing(np.array([0.75, 1.0]), np.array([NO_BOX] * 2))
    targets, weights = mix_labels(np.array([0, 1]), np.array([2.0, 4.0], np.float32), 2, mixing)
    # 0.75 * 2 = 1.5 of class 0 and 0.25 * 4 = 1 of class 1 weigh 2.5 together
    np.testing.assert_allclose(weights, [2.5, 4.0])
    np.testing.assert_allclose(targets, [[0.6, 0.4], [0, 1]])


def test_the_loss_of_a_mixture_is_the_mixture_of_the_losses():
    generator = np.random.default_rng(2)
    labels, own = generator.integers(0, 4, 9), generator.uniform(0.2, 3, 9).astype(np.float32)
    shares, logits = generator.random(9), generator.normal(size=(9, 4))
    costs = -np.log(np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True))
    targets, weights = mix_labels(labels, own, 4, Mixing(shares, np.array([NO_BOX] * 9)))
    found = weights * (targets * costs).sum(axis=1)
    after, places = np.roll(labels, -1), np.arange(9)
    expected = shares * own * costs[places, labels] + (1 - shares) * np.roll(own, -1) * costs[places, after]
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_images_that_weigh_nothing_keep_whole_labels():
    mixing = Mixing(np.array([0.25, 1.0]), np.array([NO_BOX] * 2))
    targets, weights = mix_labels(np.array([0, 1]), np.zeros(2, np.float32), 2, mixing)
    np.testing.assert_allclose(targets, [[0.25, 0.75], [0, 1]])
    assert weights.tolist() == [0, 0]


def test_images_by_hand():
    images = np.stack([np.full((4, 6, 3), level, np.uint8) for level in (0, 100, 200)])
    mixing = Mixing(np.array([0.75, 1.0, 0.5]), np.array([NO_BOX, NO_BOX, [1, 2, 3, 5]]))
    mixed = mix_images(images, mixing)
    assert np.unique(mixed[0]).tolist() == [25]  # 0.75 * 0 + 0.25 * 100
    assert np.unique(mixed[1]).tolist() == [100]
    assert (mixed[2, 1:3, 2:5] == 0).all()  # cut out of the first, for the last one's successor is the first
    assert (mixed[2] == 200).sum() == 3 * (24 - 6)
    assert images[2].min() == 200, "the images given stay"


def test_shares_follow_the_beta_distribution():
    found = draw_mixing(MIXUP, (32, 32), 0, 0, MANY).shares
    assert kstest(found, beta(0.4, 0.4).cdf).pvalue > 0.01


@pytest.mark.parametrize("size", [(32, 32), (48, 20)])
def test_a_cut_covers_what_its_share_says(size):
    mixing = draw_mixing(CUTMIX, size, 0, 0, MANY)
    heights, widths = mixing.boxes[:, 2] - mixing.boxes[:, 0], mixing.boxes[:, 3] - mixing.boxes[:, 1]
    np.testing.assert_allclose(mixing.shares, 1 - heights * widths / (size[0] * size[1]))
    assert mixing.boxes.min() >= 0
    assert (mixing.boxes[:, 2:] <= size).all()
    whole = (mixing.boxes[:, :2] > 0).all(axis=1) & (mixing.boxes[:, 2:] < size).all(axis=1)
    ratio = heights[whole & (heights > 6)] / widths[whole & (heights > 6)]
    np.testing.assert_allclose(np.median(ratio), size[0] / size[1], rtol=0.1)


def test_a_share_is_mixed_and_both_ways_happen():
    both = Augmentation(mixup=0.4, cutmix=1.0, mixing_share=0.4)
    mixing = draw_mixing(both, (32, 32), 0, 0, MANY)
    is_cut = (mixing.boxes[:, 2] > mixing.boxes[:, 0]) & (mixing.boxes[:, 3] > mixing.boxes[:, 1])
    assert (mixing.shares < 1).mean() == pytest.approx(0.4, abs=0.03)
    assert is_cut.mean() == pytest.approx(0.2, abs=0.03)


def test_what_is_off_is_off():
    assert not is_mixing(Augmentation())
    assert not is_mixing(replace(MIXUP, mixing_share=0.0))
    assert is_mixing(MIXUP)
    assert is_mixing(CUTMIX)


@pytest.mark.parametrize("concentration", [1e-9, 1e-3, 10.0])
def test_extreme_concentrations_stay_shares(concentration):
    for mixing in (Augmentation(mixup=concentration), Augmentation(cutmix=concentration)):
        shares = draw_mixing(mixing, (16, 16), 0, 0, range(500)).shares
        assert ((shares >= 0) & (shares <= 1)).all()


@pytest.fixture
def batches():
    images = np.random.default_rng(0).integers(0, 256, (20, 8, 8, 3), dtype=np.uint8)
    part = Part(np.arange(20), np.arange(20) % 3)
    both = Augmentation(mixup=0.4, cutmix=1.0, mixing_share=0.8, horizontal_flip=True)
    source = AugmentedPixels(images, both, 1, (8, 8), 3)
    return TrainingBatches(source, part, Balance(weight_power=1.0), 6, 1)


def test_an_epoch_of_mixed_batches_resumes_and_counts_every_image_whole(batches):
    whole, rest = list(batches.epoch(2)), list(batches.epoch(2, 2))
    for one, other in zip(whole[2:], rest, strict=True):
        for ours, theirs in zip(one, other, strict=True):
            np.testing.assert_array_equal(ours, theirs)
    labels = np.concatenate([labels for _, labels, _ in whole])
    assert labels.shape == (20, 3)
    np.testing.assert_allclose(labels.sum(axis=1), 1, rtol=1e-6)
    assert ((labels > 0).sum(axis=1) == 2).any()
