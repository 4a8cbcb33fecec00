"""What is told beside drawn images: the share that is left out, and nothing else by chance."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lentigo.data.metadata.encoding import Known, encoding_of
from lentigo.settings.recipe import Augmentation, Balance, Input, Metadata, Recipe, Training
from lentigo.training.batches.batches import Part, TrainingBatches
from lentigo.training.batches.known import WithKnown, leave_out
from lentigo.training.batches.mixing import draw_mixing
from lentigo.training.batches.sources import AugmentedPixels

RECIPE = Recipe(
    "known",
    input=Input(16, 16),
    metadata=Metadata(("age", "sex", "site"), dropout=0.25),
    training=Training(batch_size=4, seed=3),
)
ENCODING = encoding_of(RECIPE.metadata)
assert ENCODING is not None
AGE, SEX, SITE = ENCODING.blocks.values()
IMAGES = np.random.default_rng(0).integers(0, 256, (12, 16, 16, 3), dtype=np.uint8)
LABELS = np.arange(12) % 3
KNOWN = ENCODING.encode([Known(7.0 * row, "male", "head/neck") for row in range(12)])


def batches(recipe: Recipe) -> TrainingBatches:
    pixels = AugmentedPixels(IMAGES, recipe.augmentation, 3, (16, 16), 3)
    source = WithKnown(pixels, KNOWN, recipe, (16, 16))
    return TrainingBatches(source, Part(np.arange(12), LABELS), Balance(), 4, 3)


def told(inputs: object) -> np.ndarray:
    assert isinstance(inputs, tuple)
    return np.asarray(inputs[1])


def test_fields_are_left_out_by_hand() -> None:
    numbers = np.array(
        [[0.2, 0.9, 0.9, 0.9], [0.9, 0.2, 0.9, 0.24], [0.9, 0.9, 0.1, 0.9], [0.25, 0.3, 0.3, 0.3]]
    )
    found = leave_out(KNOWN[:4], numbers, RECIPE)
    is_told = np.stack([found[:, block].any(axis=1) for block in (AGE, SEX, SITE)], axis=1)
    np.testing.assert_array_equal(is_told, [[0, 0, 0], [0, 1, 0], [1, 0, 1], [1, 1, 1]])
    np.testing.assert_array_equal(found[3], KNOWN[3])
    assert KNOWN[0, SEX].any(), "what is known stays as it was"


def test_a_field_has_its_number_whichever_are_used() -> None:
    only_site = replace(RECIPE, metadata=Metadata(("site",), dropout=0.25))
    encoding = encoding_of(only_site.metadata)
    assert encoding is not None
    known = encoding.encode([Known(site="head/neck")] * 2)
    found = leave_out(known, np.array([[0.9, 0.1, 0.1, 0.9], [0.9, 0.9, 0.9, 0.1]]), only_site)
    np.testing.assert_array_equal(found.any(axis=1), [True, False])


def test_as_much_is_left_out_as_the_recipe_says() -> None:
    many = np.random.default_rng(1).random((20_000, 4))
    found = leave_out(np.repeat(KNOWN[:1], len(many), axis=0), many, RECIPE)
    assert (~found.any(axis=1)).mean() == pytest.approx(0.25 + 0.75 * 0.25**3, abs=0.01)
    assert (~found[:, SEX].any(axis=1)).mean() == pytest.approx(1 - 0.75 * 0.75, abs=0.01)


def test_each_image_is_told_its_own_the_same_wherever_an_epoch_begins() -> None:
    whole = list(batches(RECIPE).epoch(1))
    for inputs, labels, _ in whole:
        images, known = inputs
        rows = [int(np.flatnonzero((image == IMAGES).all(axis=(1, 2, 3)))[0]) for image in images]
        np.testing.assert_array_equal(LABELS[rows], labels)
        is_told = known[:, AGE].any(axis=1)
        np.testing.assert_array_equal(known[is_told][:, AGE], KNOWN[rows][is_told][:, AGE])
    again = list(batches(RECIPE).epoch(1, start=2))
    np.testing.assert_array_equal(told(again[0][0]), told(whole[2][0]))
    other = list(batches(RECIPE).epoch(2))
    assert any((told(one[0]) != told(two[0])).any() for one, two in zip(whole, other, strict=True))


def test_mixed_images_are_told_of_both_in_the_shares_of_their_labels() -> None:
    mixed = replace(
        RECIPE,
        augmentation=Augmentation(mixup=1.0, cutmix=1.0, mixing_share=1.0),
        metadata=replace(RECIPE.metadata, dropout=0.0),
    )
    inputs, targets, _ = next(batches(mixed).epoch(0))
    shares = draw_mixing(mixed.augmentation, (16, 16), 3, 0, range(4)).shares
    known = told(inputs)
    # each label's share of a mixture is the share in which that image's age is told
    np.testing.assert_allclose(known[:, SEX].sum(axis=1), 1, atol=1e-6)
    plain = told(next(batches(replace(mixed, augmentation=Augmentation())).epoch(0))[0])
    expected = plain * shares[:, None] + np.roll(plain, -1, axis=0) * (1 - shares[:, None])
    np.testing.assert_allclose(known, expected, atol=1e-6)
    assert targets.shape == (4, 3)
