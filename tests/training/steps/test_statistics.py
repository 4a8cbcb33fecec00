"""What batch normalisation is told is what NumPy finds in all images together."""

from __future__ import annotations

from dataclasses import replace

import keras
import numpy as np
import pytest
from blobs import make_recipe

from lentigo.models import build_network
from lentigo.models.layers import BatchNormalization
from lentigo.settings.errors import SettingsError
from lentigo.training.steps.statistics import (
    check_statistics,
    learning_norms,
    measure_statistics,
    pooled,
)


def test_batches_of_two_and_three_by_hand() -> None:
    first, second = (np.array([2.0]), np.array([1.0])), (np.array([7.0]), np.array([8 / 3]))
    mean, variance = pooled([first, second], [2, 3])  # 1, 3 and 5, 7, 9
    assert mean == pytest.approx([5.0])
    assert variance == pytest.approx([8.0])  # (16 + 4 + 0 + 4 + 16) / 5


def test_layers_learn_the_statistics_of_all_that_they_are_given() -> None:
    images = keras.Input((2, 3, 2))
    early, late = BatchNormalization(momentum=0.9, epsilon=1e-3), keras.layers.BatchNormalization()
    frozen = BatchNormalization(trainable=False)
    features = frozen(early(images))
    model = keras.Model(images, late(keras.layers.GlobalAveragePooling2D()(features)))
    norms = learning_norms(model.layers)
    assert norms == [early, late]
    values = np.random.default_rng(0).normal(3, 2, (12, 2, 3, 2)).astype(np.float32)
    batches = [(values[inside], np.zeros(len(values[inside])), None) for inside in (slice(8), slice(8, 12))]
    measure_statistics(model, norms, batches)
    np.testing.assert_allclose(early.moving_mean, values.mean(axis=(0, 1, 2)), rtol=1e-5)
    np.testing.assert_allclose(early.moving_variance, values.var(axis=(0, 1, 2)), rtol=1e-5)
    # the later layer sees what the earlier one makes of each batch, the frozen one dividing by sqrt(1.001)
    normed = [
        (batch - batch.mean(axis=(0, 1, 2))) / np.sqrt(batch.var(axis=(0, 1, 2)) + 1e-3)
        for batch, *_ in batches
    ]
    seen = np.concatenate(normed).mean(axis=(1, 2)) / np.sqrt(1.001)
    np.testing.assert_allclose(late.moving_mean, seen.mean(axis=0), atol=1e-5)
    np.testing.assert_allclose(late.moving_variance, seen.var(axis=0), rtol=1e-3)
    np.testing.assert_array_equal(frozen.moving_mean, [0, 0])
    assert (early.momentum, late.momentum) == (0.9, 0.99)


def test_without_batch_normalisation_there_is_nothing_to_measure() -> None:
    recipe = make_recipe(statistics_batches=2)
    check_statistics(recipe.training, build_network(recipe.model, recipe.input, 3))
    bare = build_network(replace(recipe.model, head=(recipe.model.head[0],)), recipe.input, 3)
    with pytest.raises(SettingsError, match=r"training\.statistics_batches: the network has no batch norm"):
        check_statistics(recipe.training, bare)
