"""A run, and files or a part of its split in; the images to explain and what is known of them out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from lentigo.api.answers.leak_guard import linked_rows
from lentigo.api.answers.runs.opening import open_data
from lentigo.api.answers.runs.parts import groups_of, log_look
from lentigo.api.bundling.prediction import image_files, read_image
from lentigo.api.judging.examples import choose_count
from lentigo.data.cache import open_cache
from lentigo.data.images.masks import NAMES, read_masks
from lentigo.data.images.views import views_of
from lentigo.data.tables import warn
from lentigo.evaluation.leak import find_leaks
from lentigo.explanation.methods import all_classes
from lentigo.settings.errors import DataError
from lentigo.settings.members import require_one_image
from lentigo.settings.run import RunDirectory

Target = Literal["predicted", "truth", "all"]


@dataclass(frozen=True)
class ImagesToExplain:
    """N images to explain and what is known of them."""

    image_ids: tuple[str, ...]
    files: tuple[Path, ...]
    images: NDArray[np.uint8]
    """(N, H, W, 3), as the network takes them."""
    probabilities: NDArray[np.float64]
    """(N, K)."""
    class_names: tuple[str, ...]
    truth: tuple[str, ...] = ()
    """Empty where it is not known."""
    groups: tuple[str, ...] = ()
    leaked: bool = False
    """Whether images of the part, or their groups, were trained on: truth beside them is marked LEAKED."""
    part: str | None = None
    """Where they are from; None for files."""

    def classes(self, target: Target) -> NDArray[np.int64]:
        """Which classes to explain, (N, M).

        Raises:
            DataError: the truth is asked for and not known.
        """
        if target == "all":
            return all_classes(len(self.images), len(self.class_names))
        if target == "predicted":
            return np.asarray(self.probabilities.argmax(axis=1))[:, np.newaxis]
        if not self.truth:
            raise DataError("the truth of single files is not known; explain the predicted class, or all")
        return np.array([[self.class_names.index(name)] for name in self.truth], dtype=np.int64)


def choose_images(
    run: RunDirectory,
    images: Iterable[str | Path],
    *,
    part: str,
    count: int,
    manifest: str | Path | None = None,
) -> ImagesToExplain:
    """The files given, or some images of a part, spread over classes and confidence.

    Images of a part stand beside their truth: a look at the test part is logged in the run.

    Raises:
        DataError: there are none.
        RunError: it is an ensemble, which has no network of its own.
    """
    require_one_image(run, "show where it looked")
    files = image_files(images)
    return _of_files(run, files) if files else _of_part(run, part, count, manifest)


def _of_part(run: RunDirectory, part: str, count: int, manifest: str | Path | None) -> ImagesToExplain:
    from lentigo.training.inference import predict_part

    table, split = open_data(run, manifest)
    predictions = predict_part(run, table, split, part)
    rows = choose_count(predictions, count)
    if not len(rows):
        raise DataError(f"there are no images to explain in the part {part}")
    log_look(run, part)
    cache = open_cache(table, run.recipe().input)
    image_ids = [str(image_id) for image_id in predictions.image_ids[rows]]
    row_of = cache.row_of
    return ImagesToExplain(
        tuple(image_ids),
        tuple(table.image_path(row_of[image_id]) for image_id in image_ids),
        np.stack([cache.images[row_of[image_id]] for image_id in image_ids]),
        predictions.probabilities[rows],
        tuple(predictions.class_names),
        tuple(map(str, predictions.truth[rows])),
        tuple(map(str, groups_of(split, predictions)[rows])),
        bool(find_leaks(linked_rows(table, split, part), linked_rows(table, split, "train"))),
        part,
    )


def _of_files(run: RunDirectory, files: list[Path]) -> ImagesToExplain:
    from lentigo.training.inference import load_network, predict_images

    recipe = run.recipe()
    pixels = np.stack([read_image(path, recipe.input) for path in files])
    answers = predict_images(load_network(run), pixels, views_of(recipe.prediction.views))
    names = tuple(run.record()["class_names"])
    return ImagesToExplain(tuple(map(str, files)), tuple(files), pixels, answers, names)


def masks_of(
    run: RunDirectory, to_explain: ImagesToExplain, folder: str | Path | None
) -> dict[str, NDArray[np.bool_]]:
    """Masks (N, H, W) of every kind that all the images have; warns where none is used of a folder given.

    Raises:
        DataError: there is no such folder, or a mask cannot be read.
    """
    image, place = run.recipe().input, None if folder is None else Path(folder)
    if place is not None and not place.is_dir():
        raise DataError(f"--masks {place}: there is no such folder; leave it out, or name that of the masks")
    read = {kind: read_masks(to_explain.files, kind, image, place) for kind in NAMES}
    found = {kind: masks for kind, masks in read.items() if masks is not None}
    if place is not None and not found:
        names = ", ".join(name.format("IMAGE") for kind in NAMES.values() for name in kind)
        warn(f"{place} does not have a mask of every image explained, so none is used; names: {names}")
    return found
