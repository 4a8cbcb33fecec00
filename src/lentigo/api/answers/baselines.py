"""Images learnt from and images asked about in; what simple baselines answer for the latter out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lentigo.api.answers.source import Images, Learnt
from lentigo.data.cache import open_cache
from lentigo.data.manifest import Manifest
from lentigo.evaluation.baselines import BASELINES, colour_statistics
from lentigo.evaluation.metrics import Floats
from lentigo.settings.errors import ModelError
from lentigo.settings.files import write_atomically
from lentigo.settings.reading import Document
from lentigo.settings.recipe import Input, Model

PROBE = Model(backbone="efficientnet-lite0", weights="imagenet")
"""The fixed network of the strongest baseline: pretrained on photographs, never shown a lesion."""


def baseline_answers(learnt: Learnt, asked: Images) -> dict[str, Floats]:
    """Fit every baseline on the images learnt from and let it answer for others.

    They see the same images at the same size as the network. The feature probe is not asked where the
    pretrained weights are not installed.

    Returns:
        name in `BASELINES` -> probabilities (N, K), in the order of the images asked about.
    """
    theirs = {name: inputs(asked) for name, inputs in _inputs(asked).items()}
    inputs, num_classes = _inputs(learnt.images), len(learnt.class_names)
    return {
        name: BASELINES[name].answer(inputs[name](learnt.images), learnt.labels, theirs[name], num_classes)
        for name in theirs
    }


def _inputs(images: Images) -> dict[str, Callable[[Images], Any]]:
    """For each baseline a function from images of that manifest to its inputs."""
    sources: dict[str, Callable[[Images], Any]] = {
        "majority_class": lambda of: of.rows,
        "metadata_only": lambda of: of.table,
        "mean_colour": lambda of: colour_statistics(of.pixels()),
    }
    try:
        features = stored_features(images.input, images.manifest)
    except ModelError:
        return sources
    return sources | {"feature_probe": lambda of: features[of.rows]}


def stored_features(image: Input, manifest: Manifest) -> NDArray[np.float32]:
    """The probe's features of every image (N, D), kept beside the pixels they were made from.

    Raises:
        ModelError: the pretrained weights cannot be had.
    """
    from lentigo.training.inference import extract_features

    cache = open_cache(manifest, image)
    whose = f"{PROBE.backbone}-pair" if image.view == "pair" else PROBE.backbone
    path = Path(cache.folder) / f"features-{whose}.npy"
    if path.is_file():
        with Document(path, remedy="delete it, and it will be made again").understood():
            stored = np.load(path, allow_pickle=False)
            if len(stored) == len(manifest.table):
                return np.asarray(stored, dtype=np.float32)
    features = extract_features(PROBE, image, cache.images)
    write_atomically(path, lambda temporary: np.save(temporary, features, allow_pickle=False))
    return features
