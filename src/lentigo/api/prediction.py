"""A run and image files in; one row of probabilities a file out, a bad file being a row with its error."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lentigo.data.pixels import decode
from lentigo.settings.errors import DataError, ImageError
from lentigo.settings.recipe import Input
from lentigo.settings.run import NOTICE, RunDirectory

IMAGE_SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".gif"}
BATCH_SIZE = 32

Progress = Callable[[int, int], None]


def predict(
    run: RunDirectory | str | Path, paths: Iterable[str | Path], progress: Progress | None = None
) -> Iterator[dict[str, Any]]:
    """Classify images with a finished run.

    Args:
        run: a finished run.
        paths: image files, and folders whose images are all taken.
        progress: called with (done, total) files.

    Yields:
        One dict a file, in order: image, class, malignant_probability (None without malignant classes), one
        probability a class, error (empty when there is none) and the notice. A batch is read at a time.

    Raises:
        DataError: a path does not exist, or a folder holds no images.
    """
    from lentigo.training.inference import load_network, predict_images

    opened = run if isinstance(run, RunDirectory) else RunDirectory.existing(run)
    files = image_files(paths)
    network, image, record = load_network(opened), opened.recipe().input, opened.record()
    stream, done = iter(files), 0
    while batch := list(islice(stream, BATCH_SIZE)):
        decoded = [_decode(path, image) for path in batch]
        pixels = [entry for entry in decoded if not isinstance(entry, str)]
        answers = iter(predict_images(network, pixels, batch_size=BATCH_SIZE))
        for path, entry in zip(batch, decoded, strict=True):
            error = entry if isinstance(entry, str) else ""
            yield _row(path, record, None if error else next(answers), error)
        done += len(batch)
        if progress:
            progress(done, len(files))


def image_files(paths: Iterable[str | Path]) -> list[Path]:
    """Files as given, and the images inside folders, sorted.

    Raises:
        DataError: a path does not exist, or a folder holds no images.
    """
    found: list[Path] = []
    for path in map(Path, paths):
        if path.is_dir():
            inside = sorted(item for item in path.rglob("*") if item.suffix.lower() in IMAGE_SUFFIXES)
            if not inside:
                raise DataError(f"{path} holds no images ({', '.join(sorted(IMAGE_SUFFIXES))})")
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


def _decode(path: Path, image: Input) -> NDArray[np.uint8] | str:
    """The pixels, or why there are none."""
    try:
        return read_image(path, image)
    except ImageError as error:
        return str(error)


def _row(
    path: Path, record: dict[str, Any], answer: np.ndarray[Any, Any] | None, error: str
) -> dict[str, Any]:
    names = record["class_names"]
    values = [None] * len(names) if answer is None else [float(value) for value in answer]
    malignant = [value for name, value in zip(names, values, strict=True) if name in _malignant(record)]
    return {
        "image": str(path),
        "class": "" if answer is None else names[int(answer.argmax())],
        "malignant_probability": sum(malignant) if malignant and answer is not None else None,
        **dict(zip(names, values, strict=True)),
        "error": error,
        "notice": NOTICE,
    }


def _malignant(record: dict[str, Any]) -> set[str]:
    return {*record["malignant"], "malignant"}
