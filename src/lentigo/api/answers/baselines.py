"""A recipe and a split in; what simple baselines answer for one part out, (N, K) probabilities each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lentigo.data.cache import open_cache
from lentigo.data.manifest import Manifest
from lentigo.data.split import Split
from lentigo.data.taxonomy import targets
from lentigo.evaluation.baselines import BASELINES, colour_statistics
from lentigo.settings.errors import ModelError
from lentigo.settings.files import write_atomically
from lentigo.settings.recipe import Input, Model, Recipe

PROBE = Model(backbone="efficientnet-lite0", weights="imagenet")
"""The fixed network of the strongest baseline: pretrained on photographs, never shown a lesion."""

Inputs = Callable[[NDArray[np.int64]], Any]
Json = dict[str, Any]


def measure_baselines(recipe: Recipe, manifest: Manifest, split: Split, part: str) -> dict[str, NDArray[Any]]:
    """Fit every baseline on the training part and let it answer for `part`.

    They see the same images at the same size as the network of `recipe`. The feature probe is left out where
    the pretrained weights are not installed.

    Returns:
        name in `BASELINES` -> probabilities (N, K), rows in manifest order.
    """
    inputs, rows = _inputs(recipe.input, manifest), split.rows(manifest, part)
    asked = {name: of(rows) for name, of in inputs.items()}
    return _answers(recipe, manifest, split.rows(manifest, "train"), (inputs, asked))


def ask_baselines(
    recipe: Recipe, manifest: Manifest, split: Split, others: Manifest
) -> dict[str, NDArray[Any]]:
    """As `measure_baselines`, but they answer for all images of another manifest."""
    rows = np.arange(len(others.table))
    asked = {name: of(rows) for name, of in _inputs(recipe.input, others).items()}
    inputs = _inputs(recipe.input, manifest)
    return _answers(recipe, manifest, split.rows(manifest, "train"), (inputs, asked))


def _answers(
    recipe: Recipe, manifest: Manifest, train: NDArray[np.int64], given: tuple[dict[str, Inputs], Json]
) -> dict[str, NDArray[Any]]:
    """Fit each baseline on the training rows and ask it; `given`: inputs of a row, and what to answer."""
    labels, class_names = targets(manifest.table["class"].tolist(), manifest.class_names, recipe.task)
    inputs, asked = given
    return {
        name: BASELINES[name].answer(inputs[name](train), labels[train], asked[name], len(class_names))
        for name in asked
    }


def _inputs(image: Input, manifest: Manifest) -> dict[str, Inputs]:
    """For each baseline a function from rows of the manifest to its inputs."""
    cache = open_cache(manifest, image)
    sources: dict[str, Inputs] = {
        "majority_class": lambda rows: rows,
        "metadata_only": lambda rows: manifest.table.iloc[rows],
        "mean_colour": lambda rows: colour_statistics(cache.images[row] for row in rows),
    }
    try:
        features = stored_features(image, manifest)
    except ModelError:
        return sources
    return sources | {"feature_probe": lambda rows: features[rows]}


def stored_features(image: Input, manifest: Manifest) -> NDArray[np.float32]:
    """The probe's features of every image (N, D), kept beside the pixels they were made from.

    Raises:
        ModelError: the pretrained weights cannot be had.
    """
    from lentigo.training.inference import extract_features

    cache = open_cache(manifest, image)
    path = Path(cache.folder) / f"features-{PROBE.backbone}.npy"
    if path.is_file():
        stored = np.load(path, allow_pickle=False)
        if len(stored) == len(manifest.table):
            return np.asarray(stored, dtype=np.float32)
    features = extract_features(PROBE, image, cache.images)
    write_atomically(path, lambda temporary: np.save(temporary, features, allow_pickle=False))
    return features
