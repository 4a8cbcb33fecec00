"""A network and a stream of images in, probabilities (N, K) out; features (N, D) for plain classifiers.

Batches are drawn from the stream as they are needed, so that reading may overlap computing. Every batch has
the same size, the last one being filled up, so that a network is compiled once and an image's answer does
not depend on how many others were asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lentigo.data.cache import open_cache
from lentigo.data.images.views import ONE_VIEW, View, views_of
from lentigo.data.manifest import Manifest
from lentigo.data.metadata.encoding import encoding_of, width_of
from lentigo.data.split import Split
from lentigo.data.taxonomy import targets
from lentigo.evaluation.abstaining.pixel_figures import NUM_FIGURES, pixel_figures
from lentigo.evaluation.abstaining.unknown_scores import Output
from lentigo.evaluation.ensembles.combination import combine
from lentigo.evaluation.predictions import Predictions, load_predictions
from lentigo.models import (
    Network,
    backbone_named,
    build_network,
    join_metadata,
    load_weights,
    probabilities,
    without_start,
)
from lentigo.settings.errors import ModelError, RunError
from lentigo.settings.files import sha256_of
from lentigo.settings.members import is_several, members_of, recipe_of, require_network
from lentigo.settings.reading import Document
from lentigo.settings.recipe import Input, Model, Recipe
from lentigo.settings.run import RunDirectory
from lentigo.training import backend

Images = NDArray[np.uint8]

BATCH_SIZE = 64


def predict_images(
    network: Network,
    images: Iterable[Images],
    views: Sequence[View] = ONE_VIEW,
    batch_size: int = BATCH_SIZE,
    known: NDArray[np.float32] | None = None,
) -> NDArray[np.float64]:
    """Probabilities of every image of a stream.

    Args:
        network: from `load_network`, or one in training.
        images: uint8 (H, W, 3) each, of the network's input size; an array (N, H, W, 3) is one too.
        views: over which probabilities are averaged, from `views_of`.
        batch_size: images at once.
        known: (N, D) what is known beside each image, for a network that takes it; None: nothing is, so that
            the images alone are answered.

    Returns:
        float64 (N, K), rows sum to 1; (0, K) for an empty stream.
    """
    predict = _fixed_size(network.model, batch_size)
    num_classes, num_done = int(network.model.output.shape[-1]), 0
    found = [np.zeros((0, num_classes))]
    for batch in batched(images, batch_size):
        beside = _beside(network, known, range(num_done, num_done + len(batch)))
        answers = [probabilities(predict(view.of(batch), *beside), network.output) for view in views]
        found.append(np.mean(answers, axis=0))
        num_done += len(batch)
    return np.concatenate(found)


def _beside(network: Network, known: NDArray[np.float32] | None, places: range) -> list[NDArray[np.float32]]:
    """What a network takes beside some images: nothing, or (B, D), zeros where nothing is known."""
    if network.metadata is None:
        return []
    if known is None:
        return [np.zeros((len(places), network.metadata.input.shape[-1]), np.float32)]
    return [known[places.start : places.stop]]


def predict_part(
    run: RunDirectory, manifest: Manifest, split: Split, part: str, views: Sequence[View] | None = None
) -> Predictions:
    """Predictions of a finished run, or of several as one, for one part of a split, in manifest order.

    `views` are those of the run's recipe unless given. An ensemble answers the part that its weights were
    chosen on as it was saved then: each image with weights chosen without its group.
    """
    if run.record().get("held_out") == part:
        return _held_out(run, part)
    found = predict_rows(run, manifest, split.rows(manifest, part), views)
    return predictions_of(manifest, split, part, recipe_of(run), found)


def _held_out(run: RunDirectory, part: str) -> Predictions:
    """Answers that cannot be computed again, once they are those that were saved."""
    found = load_predictions(run.predictions_file, part)
    if run.record().get("answers_sha256", {}).get(part, found.hash) != found.hash:
        document = Document(run.predictions_file, RunError, f"give the command again that made {run.path}")
        document.refuse("was changed after it was written")
    return found


def predict_rows(
    run: RunDirectory,
    manifest: Manifest,
    rows: NDArray[np.int64],
    views: Sequence[View] | None = None,
    is_image_alone: bool = False,
) -> NDArray[np.float64]:
    """Probabilities (N, K) of some rows of the manifest; of several runs their weighted mean.

    Networks that take metadata are given those of the manifest, unless the image alone is asked for.
    """
    if is_several(run):
        members = members_of(run)
        answers = [predict_rows(member.run, manifest, rows, views, is_image_alone) for member in members]
        return combine(np.stack(answers), [member.weight for member in members], run.record()["mean"])
    recipe, network = run.recipe(), load_network(run)
    cache = open_cache(manifest, recipe.input)
    images = (cache.images[row] for row in rows)
    known = None if is_image_alone else known_of(recipe, manifest, rows)
    return predict_images(network, images, views or views_of(recipe.prediction.views), known=known)


def known_of(recipe: Recipe, manifest: Manifest, rows: NDArray[np.int64]) -> NDArray[np.float32] | None:
    """What a recipe's network is told beside some images of a manifest, (N, D); None: it takes none."""
    encoding = encoding_of(recipe.metadata)
    if encoding is None:
        return None
    known = manifest.known()
    return encoding.encode([known[row] for row in rows])


def predictions_of(
    manifest: Manifest, split: Split, part: str, recipe: Recipe, found: NDArray[np.float64]
) -> Predictions:
    """Put probabilities (N, K) of a part's images, in manifest order, beside their truth."""
    table = manifest.table.iloc[split.rows(manifest, part)]
    truth, class_names = targets(table["class"].tolist(), manifest.class_names, recipe.task)
    folds = dict(zip(split.table["image_id"], split.table["fold"], strict=True))
    image_ids = table["image_id"].to_numpy(dtype=str)
    return Predictions(
        image_ids=image_ids,
        part=np.full(len(image_ids), part, dtype=object),
        fold=np.array([int(folds[image_id]) for image_id in image_ids], dtype=np.int64),
        truth=np.asarray(class_names, dtype=str)[truth],
        probabilities=found,
        class_names=class_names,
    )


def load_network(run: RunDirectory, precision: Any = None) -> Network:
    """The network of a finished run with its weights.

    Building and compiling a large network takes longer than a few hundred answers of it, and one evaluation
    asks for it six times; so the last two are kept, and nobody may leave the one they were given changed.

    Args:
        run: its directory.
        precision: `float32` or `mixed_bfloat16`; None: what the training computed in.

    Raises:
        RunError: the weights are missing, or not those that were saved.
        ModelError: they are of another network.
    """
    require_network(run, "be loaded as one network")
    recipe, record = run.recipe(), run.record()
    used: Any = precision or run.precision()
    if "encoder" in record:
        _check_encoder(recipe.model, record["encoder"]["sha256"])
    bare = without_start(recipe.model)  # the run's own weights replace whatever it started from
    num_classes = len(record["class_names"])
    built, width = (bare, recipe.input, num_classes, used), width_of(recipe.metadata)
    return _loaded(run.path.absolute(), _stamp(run.weights_file), built, width)


def _check_encoder(model: Model, sha256: str) -> None:
    """Refuse an encoder that is not the one whose features the head has learnt."""
    file = Path(model.weights).expanduser()
    if file.is_file() and sha256_of(file) != sha256:
        raise ModelError(
            f"{file} is not the encoder that this run was trained on (its SHA-256 differs); "
            "put that one back, or train anew"
        )


def _stamp(path: Path) -> tuple[int, ...] | None:
    """What changes when a file is written anew."""
    if not path.exists():
        return None
    found = path.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns


@lru_cache(maxsize=2)
def _loaded(
    run: Path, _stamp: tuple[int, ...] | None, built: tuple[Model, Input, int, Any], width: int
) -> Network:
    weights = RunDirectory(run).verified_weights()
    network = join_metadata(build_network(*built), width)
    load_weights(network, weights)
    return network


def extract_features(
    model: Model, image: Input, images: Iterable[Images], batch_size: int = BATCH_SIZE
) -> NDArray[np.float32]:
    """Mean of the last feature map of a backbone, nothing trained: the input of plain classifiers.

    Args:
        model: names the backbone and its weights; the head is not used.
        image: size of the images; its scaling is replaced by the one the backbone was pretrained with.
        images: uint8 (H, W, 3) each.
        batch_size: images at once.

    Returns:
        float32 (N, D), D channels.
    """
    scaled = replace(image, scaling=backbone_named(model.backbone).scaling)
    network = build_network(model, scaled, num_classes=2)
    return represent_images(network, images, ("features",), batch_size)["features"]


def represent_images(
    network: Network,
    images: Iterable[Images],
    outputs: Sequence[Output],
    batch_size: int = BATCH_SIZE,
) -> dict[Output, NDArray[np.float32]]:
    """What a network makes of images as they stand, before it turns that into probabilities.

    Args:
        network: from `load_network`.
        images: uint8 (H, W, 3) each, of the network's input size.
        outputs: `logits`, `features`: the mean of the last feature map, and `pixels`: see `pixel_figures`.
        batch_size: images at once.

    Returns:
        Each output asked for: float32 (N, K) logits, (N, C) features, (N, P) figures of the pixels.
    """
    channels = int(network.backbone.output.shape[-1])
    width = channels + int(network.head.output.shape[-1])
    asks_network = not {"features", "logits"}.isdisjoint(outputs)
    model = _representing(network.scaling, network.backbone, network.head) if asks_network else None
    joined, figures = [np.zeros((0, width), np.float32)], [np.zeros((0, NUM_FIGURES), np.float32)]
    for batch in batched(images, batch_size):
        if model is not None:
            joined.append(outputs_of(model, batch, batch_size))
        if "pixels" in outputs:
            figures.append(pixel_figures(batch))
    found = np.concatenate(joined)
    all_outputs: dict[Output, NDArray[np.float32]] = {
        "features": found[:, :channels],
        "logits": found[:, channels:],
        "pixels": np.concatenate(figures),
    }
    return {name: all_outputs[name] for name in outputs}


def outputs_of(model: Any, images: Iterable[Images], batch_size: int = BATCH_SIZE) -> NDArray[np.float32]:
    """What a Keras model gives for a stream of its inputs, float32 (N, ...)."""
    predict = _fixed_size(model, batch_size)
    found = [np.zeros((0, *model.output.shape[1:]), dtype=np.float32)]
    found.extend(predict(batch).astype(np.float32) for batch in batched(images, batch_size))
    return np.concatenate(found)


@lru_cache(maxsize=2)
def _representing(scaling: Any, backbone: Any, head: Any) -> Any:
    """From pixels to features beside logits (N, C + K), compiled at its first use and kept."""
    import keras

    pixels = keras.Input(backbone.input.shape[1:], dtype="uint8")
    feature_map = backbone(scaling(pixels))
    features = keras.layers.GlobalAveragePooling2D()(feature_map)
    logits = keras.Model(head.input, head.get_layer("logits").output)(feature_map)
    return keras.Model(pixels, keras.layers.Concatenate()([features, logits]))


def batched(images: Iterable[Images], batch_size: int) -> Iterator[Images]:
    """Stack a stream of images (H, W, 3) into batches (B, H, W, 3), the last one possibly smaller."""
    stream = iter(images)
    while chosen := list(islice(stream, batch_size)):
        yield np.stack(chosen)


def _fixed_size(model: Any, batch_size: int) -> Callable[..., NDArray[Any]]:
    """A function of a batch for each input, of any size up to `batch_size`: the model sees only that size."""
    model.jit_compile = backend.jit_compile()

    def predict(*batch: NDArray[Any]) -> NDArray[Any]:
        filled = [_filled(one, batch_size) for one in batch]
        return np.asarray(model.predict_on_batch(filled if len(filled) > 1 else filled[0]))[: len(batch[0])]

    return predict


def _filled(batch: NDArray[Any], size: int) -> NDArray[Any]:
    """A batch with zeros behind it."""
    missing = size - len(batch)
    filled = np.concatenate([batch, np.zeros((missing, *batch.shape[1:]), batch.dtype)]) if missing else batch
    return np.ascontiguousarray(filled)
