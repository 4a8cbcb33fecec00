"""Means and variances of batch normalisation measured anew: a network and batches in, its memory replaced.

    mean = mean_b(m_b),  variance = mean_b(v_b + (m_b - mean)^2)

over batches b with means m_b and variances v_b, each counting by its images: the statistics of all of them
together (Wu and Johnson, 2021). What a layer remembers from training is of weights up to some hundred steps
old, or an average over them; where weights move fast it does not fit those that are evaluated.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np
from keras.layers import BatchNormalization
from numpy.typing import NDArray

from lentigo.models import Network
from lentigo.settings.errors import SettingsError
from lentigo.settings.recipe import Training
from lentigo.training.batches.sources import Batch, as_model_takes
from lentigo.training.steps.averaging import values_of


def learning_norms(layers: Iterable[Any]) -> list[Any]:
    """Those of some layers that are batch normalisation and learn: frozen ones keep what they know."""
    return [one for one in layers if isinstance(one, BatchNormalization) and one.trainable]


def check_statistics(training: Training, network: Network) -> None:
    """Refuse to measure what the network has not.

    Raises:
        SettingsError: it has no batch normalisation.
    """
    layers = [*network.backbone.layers, *network.head_layers]
    if training.statistics_batches and not any(isinstance(one, BatchNormalization) for one in layers):
        raise SettingsError(
            "training.statistics_batches: the network has no batch normalisation to measure; set it to 0"
        )


def measure_statistics(model: keras.Model, norms: Sequence[Any], batches: Iterable[Batch]) -> None:
    """Let each layer know the statistics of what it is given for these batches, by the weights of now.

    Args:
        model: shown each batch once, as in training; nothing else of it changes but its random draws.
        norms: its layers of batch normalisation that learn.
        batches: at least one, unless there are no `norms`.
    """
    if not norms:
        return
    found, sizes = [], []
    with _forgetting(norms):
        for inputs, labels, _ in batches:
            model(as_model_takes(inputs), training=True)
            found.append([_statistics(layer) for layer in norms])
            sizes.append(len(labels))
    for layer, each in zip(norms, zip(*found, strict=True), strict=True):
        mean, variance = pooled(each, sizes)
        layer.moving_mean.assign(mean)
        layer.moving_variance.assign(variance)


def pooled(
    each: Sequence[tuple[NDArray[Any], NDArray[Any]]], sizes: Sequence[int]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean and variance (C,) of batches together, of those (C,) of each batch and its size."""
    means, variances = (np.array(values, dtype=np.float64) for values in zip(*each, strict=True))
    mean = np.average(means, axis=0, weights=sizes)
    return mean, np.average(variances + (means - mean) ** 2, axis=0, weights=sizes)


def _statistics(layer: Any) -> tuple[NDArray[Any], NDArray[Any]]:
    mean, variance = values_of([layer.moving_mean, layer.moving_variance])
    return mean, variance


@contextmanager
def _forgetting(norms: Sequence[Any]) -> Iterator[None]:
    """Let the layers remember the last batch alone."""
    before = [layer.momentum for layer in norms]
    try:
        for layer in norms:
            layer.momentum = 0.0
        yield
    finally:
        for layer, momentum in zip(norms, before, strict=True):
            layer.momentum = momentum
