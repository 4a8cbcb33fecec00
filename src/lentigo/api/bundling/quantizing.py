"""A bundle's network in float32 and its run's images in; an 8-bit network that answers alike out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lentigo.bundle.format import BundleFacts
from lentigo.bundle.opening import open_network
from lentigo.bundle.prediction import Bundle
from lentigo.bundle.quantization import in_words, quantize
from lentigo.data.cache import open_cache
from lentigo.data.manifest import Manifest
from lentigo.data.split import Split
from lentigo.data.taxonomy import targets
from lentigo.evaluation.intervals.bootstrap import paired_difference
from lentigo.evaluation.intervals.sample import sample
from lentigo.evaluation.metrics import balanced_accuracy, confusion_matrix, predicted_classes
from lentigo.onnx_file.plain import plain_network
from lentigo.settings.errors import BundleError
from lentigo.settings.recipe import Recipe

NUM_CALIBRATION_IMAGES = 256
"""Of the training part, spread over it: ranges of activations are measured on them."""
LARGEST_FALL = 0.01
"""Of balanced accuracy on validation."""
LARGEST_CHANGE = 0.10
"""Of any probability of any validation image."""
BATCH_SIZE = 16


def quantize_bundle(
    bundle: Bundle, model: Path, recipe: Recipe, manifest: Manifest, split: Split
) -> dict[str, Any]:
    """Replace a network by its 8-bit version, if it answers the validation part almost the same.

    Args:
        bundle: the one in float32.
        model: its file; replaced only when the result is good enough.
        recipe: of the run.
        manifest: the run's images.
        split: how they are divided.

    Returns:
        `n_images`, `balanced_accuracy` of `float32` and `int8`, `max_change` of a probability, and
        `difference`: of balanced accuracy, 8 bits less float32, with its interval by group.

    Raises:
        BundleError: balanced accuracy falls by more than `LARGEST_FALL`, or a probability moves by more than
            `LARGEST_CHANGE`; tells both.
    """
    cache = open_cache(manifest, recipe.input)
    train, asked = split.rows(manifest, "train"), split.rows(manifest, "validation")
    if len(asked) == 0:
        raise BundleError("an 8-bit network is judged on the validation part, which has no images")
    made = model.with_name("int8.onnx")
    spread, encoding = _spread(train, NUM_CALIBRATION_IMAGES), bundle.facts.encoding
    quantize(model, made, _batches(cache.images, spread), 0 if encoding is None else encoding.width)
    plain = replace(bundle.facts, abstaining=None)  # probabilities alone are compared
    small = open_network(plain, plain_network(made.read_bytes()), "")
    labels, _ = targets(manifest.table["class"].tolist(), manifest.class_names, recipe.task)
    known = None if encoding is None else encoding.encode([manifest.known()[row] for row in asked])
    answers = [_answer(one, cache.images, asked, known) for one in (bundle, small)]
    found = compare(answers[0], answers[1], labels[asked])
    groups = split.groups(manifest)[asked]
    before, after = (sample(labels[asked], one, groups) for one in answers)
    found["difference"] = paired_difference(after, before).as_json()
    _check(found, bundle.facts)
    made.replace(model)
    return found


def compare(
    plain: NDArray[np.float64], quantized: NDArray[np.float64], truth: NDArray[np.int64]
) -> dict[str, Any]:
    """How far the answers of two networks (N, K) lie apart, and what each is worth."""
    num_classes = plain.shape[1]
    scores = [
        float(balanced_accuracy(confusion_matrix(truth, predicted_classes(one), num_classes)))
        for one in (plain, quantized)
    ]
    return {
        "n_images": len(truth),
        "balanced_accuracy": {"float32": scores[0], "int8": scores[1]},
        "max_change": float(np.abs(plain - quantized).max()),
    }


def _check(found: dict[str, Any], facts: BundleFacts) -> None:
    scores = found["balanced_accuracy"]
    falls = scores["float32"] - scores["int8"] > LARGEST_FALL
    if falls or not found["max_change"] <= LARGEST_CHANGE:
        raise BundleError(
            f"{facts.name}: {in_words(found)}. Allowed are a fall of {LARGEST_FALL} and a change of "
            f"{LARGEST_CHANGE}; nothing was written. Export without --int8"
        )


def _answer(
    bundle: Bundle, images: NDArray[np.uint8], rows: NDArray[np.int64], known: NDArray[np.float32] | None
) -> NDArray[np.float64]:
    found, start = [], 0
    for batch in _batches(images, rows):
        beside = None if known is None else known[start : start + len(batch)]
        found.append(bundle.compute(batch, known=beside)[0])
        start += len(batch)
    return np.concatenate(found)


def _batches(images: NDArray[np.uint8], rows: NDArray[np.int64]) -> Iterator[NDArray[np.uint8]]:
    for start in range(0, len(rows), BATCH_SIZE):
        yield images[rows[start : start + BATCH_SIZE]]


def _spread(rows: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    places = np.unique(np.linspace(0, len(rows) - 1, min(count, len(rows))).astype(int))
    return np.asarray(rows[places], dtype=np.int64)
