"""A bundle or a run, and image files in; one row a file out, a bad file being a row with its error.

A bundle answers with ONNX Runtime alone; a run, or several as one, needs the framework.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lentigo.api.bundling.beside import known_beside
from lentigo.bundle.loading import CAN_RUN_CODE, is_bundle, load_bundle
from lentigo.bundle.one_answer import Prediction
from lentigo.bundle.prediction import Bundle
from lentigo.bundle.reading import Read, Source, name_of, read_source, several
from lentigo.data.images.pixels import SUFFIXES, decode
from lentigo.data.images.views import views_of
from lentigo.data.metadata.encoding import NOTHING, Known, encoding_of
from lentigo.evaluation.abstaining.rule import Abstention, abstain
from lentigo.evaluation.decisions.thresholding import Thresholding, judge, thresholding_for
from lentigo.evaluation.ensembles.combination import combine
from lentigo.evaluation.intervals.sample import malignant_names
from lentigo.explanation.captions import as_file_name
from lentigo.explanation.overlay import overlay, save_picture
from lentigo.settings.errors import DataError, ImageError
from lentigo.settings.files import sha256_of
from lentigo.settings.members import is_several, members_of, refuse_pairs, require_network, weights_hash
from lentigo.settings.recipe import Input
from lentigo.settings.run import RunDirectory

if TYPE_CHECKING:
    from lentigo.models import Network

BATCH_SIZE = 32

Progress = Callable[[int, int], None]
Told = tuple[Source, Known]
"""An image, and what is known beside it."""
Overlaid = tuple[Prediction, NDArray[np.uint8] | None]
"""An answer, and the image with the saliency map of the answer over it where that was asked for."""


def predict(  # noqa: PLR0913 - options of one verb
    model: RunDirectory | str | Path,
    images: Source | Iterable[Source],
    progress: Progress | None = None,
    *,
    overlays: str | Path | None = None,
    prior: str = "",
    is_calibrated: bool = True,
    known: Known = NOTHING,
    metadata: str | Path | None = None,
) -> Iterator[dict[str, Any]]:
    """Classify images with a bundle or a finished run.

    Args:
        model: a bundle from `lentigo export`, a finished run, a cross-validation or an ensemble.
        images: image files and folders, whose images are all taken; or images in memory: arrays uint8
            (H, W, 3), several as (N, H, W, 3), or what Pillow has opened. One or several.
        progress: called with (done, total) images.
        overlays: folder for one PNG an image, with the saliency map of the predicted class laid over it.
        prior: the mix of classes that probabilities are to be for; see `Bundle.for_prior`.
        is_calibrated: False gives probabilities as the network does; decisions stay the same.
        known: age, sex and site, as far as they are known, of all the images; for a model that takes them.
        metadata: a table that says them of each image, by its name; see `read_metadata`.

    Yields:
        One dict an image, in order: what `Prediction.row` gives (seen_in_training is None for a run), and
        overlay, where asked for. A batch is read at a time.

    Raises:
        BundleError: the bundle is refused.
        RunError: there is neither a bundle nor a run; or overlays are asked of an ensemble.
        DataError: a folder does not exist or holds no images.
        SettingsError: the mix of classes cannot be read, the model is not calibrated, takes images alone, or
            does not know a word that was told.
        TableError: the table cannot be read.
    """
    sources, opened = image_sources(images), _opened(model)
    folder = None if overlays is None else Path(overlays)
    beside = list(zip(sources, known_beside(opened, sources, known, metadata), strict=True))
    answers = _answers(opened, beside, folder is not None, prior)
    for place, (answer, picture) in enumerate(answers):
        row = (answer if is_calibrated else as_the_network_says(answer)).row()
        yield row if folder is None else {**row, "overlay": _saved(folder, place, answer, picture)}
        if progress:
            progress(place + 1, len(sources))


def _saved(folder: Path, place: int, answer: Prediction, picture: NDArray[np.uint8] | None) -> str:
    """Where the overlay of an answer was saved; empty where there is none."""
    return "" if picture is None else str(save_picture(folder / overlay_name(place, answer), picture))


def image_sources(images: Source | Iterable[Source]) -> list[Source]:
    """Images one by one, those of folders sorted; raises as `image_files`."""
    found: list[Source] = []
    for one in several(images):
        if isinstance(one, str | Path):
            found += image_files([one])
        else:
            found.append(one)
    return found


def image_files(paths: Iterable[str | Path]) -> list[Path]:
    """Files as given, and the images inside folders, sorted.

    Raises:
        DataError: a path does not exist, or a folder holds no images.
    """
    found: list[Path] = []
    for path in map(Path, paths):
        if path.is_dir():
            inside = sorted(item for item in path.rglob("*") if item.suffix.lower() in SUFFIXES)
            if not inside:
                raise DataError(f"{path} holds no images ({', '.join(sorted(SUFFIXES))})")
            found += inside
        elif path.exists():
            found.append(path)
        else:
            raise DataError(f"{path} does not exist; give image files or folders of them")
    return found


def read_image(path: Path, image: Input) -> NDArray[np.uint8]:
    """The pixels of one file, (H, W, 3).

    Raises:
        ImageError: the file, and why it cannot be used.
    """
    try:
        return decode(path, image.height, image.width, image.resize)
    except ImageError as error:
        raise ImageError(f"{path}: {error}") from error


def overlay_name(place: int, answer: Prediction) -> str:
    """A numbered file name; an image's own name may not be fit for a file, nor may a class's."""
    return f"{place:06d}-{as_file_name(answer.class_name)}.png"


def as_the_network_says(answer: Prediction) -> Prediction:
    """The same answer with the probabilities before calibration."""
    verdict = replace(answer.verdict, is_calibrated=False, is_for_prior=False)
    return replace(answer, probabilities=answer.verdict.uncalibrated, verdict=verdict)


def _opened(model: RunDirectory | str | Path) -> Bundle | RunDirectory:
    if isinstance(model, RunDirectory):
        return model
    if is_bundle(model) or Path(model).suffix in CAN_RUN_CODE:
        return load_bundle(model)
    return RunDirectory.existing(model)


def model_hash(model: str | Path) -> str:
    """What makes the answers of a bundle, a run or several runs: a hash of what they say of their networks.

    Raises:
        BundleError, RunError: it is none of these.
    """
    opened = _opened(model)
    return sha256_of(Path(model) / "bundle.json") if isinstance(opened, Bundle) else weights_hash(opened)


def _answers(
    model: Bundle | RunDirectory, files: list[Told], is_overlaid: bool, prior: str
) -> Iterator[Overlaid]:
    if isinstance(model, Bundle):
        asked = model.for_prior(prior) if prior else model
        paths, known = [path for path, _ in files], [one for _, one in files]
        for answer in asked.stream(paths, known=known, with_saliency=is_overlaid):
            yield answer, answer.overlay() if is_overlaid and not answer.error else None
        return
    refuse_pairs(model, "be asked about single images")
    if is_overlaid:
        require_network(model, "show where it looked")
    if is_several(model):
        yield from _several_answers(model, files, prior)
    else:
        yield from _run_answers(model, files, is_overlaid, prior)


def _several_answers(run: RunDirectory, files: list[Told], prior: str) -> Iterator[Overlaid]:
    """The weighted mean of the members' answers; each member reads the files at its own size."""
    members, mean, thresholding = members_of(run), run.record()["mean"], _thresholding(run, prior)
    weights = [member.weight for member in members]
    for answers in zip(*(_answers(member.run, files, False, "") for member in members), strict=True):
        first = answers[0][0]
        found = [one.verdict.uncalibrated for one, _ in answers if one.verdict.uncalibrated is not None]
        if len(found) < len(members):
            yield next(one for one, _ in answers if one.error), None
        else:
            combined = combine(np.stack(found)[:, np.newaxis], weights, mean)
            probabilities, verdicts = judge(thresholding, combined)
            shown = (probabilities if prior else combined).argmax(axis=1)
            abstention = _abstentions(run, thresholding, combined, shown)[0]
            answer = replace(
                first, probabilities=probabilities[0], verdict=verdicts[0], abstention=abstention
            )
            yield answer, None


def _thresholding(run: RunDirectory, prior: str) -> Thresholding | None:
    """How a run decides, for the mix of classes asked for."""
    from lentigo.api.answers.runs.fit import malignant_places_of, stored_thresholding

    thresholding, names = stored_thresholding(run), tuple(run.record()["class_names"])
    if not prior:
        return thresholding
    return thresholding_for(
        thresholding, prior, names, tuple(names[place] for place in malignant_places_of(run))
    )


def _abstentions(
    run: RunDirectory,
    thresholding: Thresholding | None,
    computed: NDArray[np.float64],
    shown: NDArray[np.int64],
) -> list[Abstention]:
    """The sets that a bundle would give; who is unknown is told by bundles alone, whose network says more."""
    from lentigo.api.answers.runs.abstaining import stored_abstaining

    calibrated = computed if thresholding is None else thresholding.for_prior(None).answers(computed)
    return abstain(stored_abstaining(run), calibrated, shown, None)


def _run_answers(run: RunDirectory, files: list[Told], is_overlaid: bool, prior: str) -> Iterator[Overlaid]:
    from lentigo.training.inference import load_network, predict_images

    network, recipe, record = load_network(run), run.recipe(), run.record()
    image, views = recipe.input, views_of(recipe.prediction.views)
    names = tuple(record["class_names"])
    malignant = malignant_names(names, record["malignant"])
    thresholding, encoding = _thresholding(run, prior), encoding_of(recipe.metadata)
    stream = iter(files)
    while batch := list(islice(stream, BATCH_SIZE)):
        decoded = [_decode(source, image) for source, _ in batch]
        pixels = [entry[0] for entry in decoded if not isinstance(entry, str)]
        usable = [one for (_, one), entry in zip(batch, decoded, strict=True) if not isinstance(entry, str)]
        beside = None if encoding is None else encoding.encode(usable)
        answers = predict_images(network, pixels, views, BATCH_SIZE, beside)
        probabilities, verdicts = judge(thresholding, answers)
        shown = (probabilities if prior else answers).argmax(axis=1)
        abstentions = _abstentions(run, thresholding, answers, shown)
        pictures = _overlays(network, pixels, shown) if is_overlaid and pixels else [None] * len(pixels)
        found = iter(zip(probabilities, verdicts, abstentions, pictures, strict=True))
        for (source, known), entry in zip(batch, decoded, strict=True):
            answer = Prediction(name_of(source), names, None, malignant)
            if encoding is not None:
                answer = replace(answer, known=known, told=tuple(encoding.told(known)))
            if isinstance(entry, str):
                yield replace(answer, error=entry), None
            else:
                calibrated, verdict, abstention, picture = next(found)
                warned = replace(answer, quality_warnings=entry[1], abstention=abstention)
                told = replace(warned, probabilities=calibrated, verdict=verdict).checked()
                yield told, None if told.error else picture


def _overlays(
    network: Network, pixels: list[NDArray[np.uint8]], classes: NDArray[np.int64]
) -> list[NDArray[np.uint8] | None]:
    from lentigo.explanation.gradcam import grad_cam

    maps = grad_cam(network, np.stack(pixels), classes)
    return [overlay(image, heat) for image, heat in zip(pixels, maps, strict=True)]


def _decode(source: Source, image: Input) -> Read | str:
    """The pixels and warnings about the image, or why there are none."""
    try:
        return read_source(source, image.height, image.width, image.resize)
    except ImageError as error:
        return str(error)
