"""DermaMNIST, one file of arrays, in; its images as files beside it, and a `SourceTable`, out.

`dermamnist.npz` (also `_64`, `_128`, `_224`) holds `train_images` (N, S, S, 3) uint8 and `train_labels`
(N, 1), and the same of val and test. It is HAM10000, shrunk, without its lesions. Given as a file it is
unpacked; a folder that holds it is told so, for nobody writes ten thousand files unasked.
"""

from __future__ import annotations

import shlex
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from PIL import Image

from lentigo.data.sources.reading.tree import read_tree
from lentigo.data.sources.table import SourceTable, match_classes, of_set, source_table
from lentigo.data.tables import warn
from lentigo.settings.errors import DataError
from lentigo.settings.files import explained, make_folder, require_room, write_text

KEY = "dermamnist"
SUFFIX = ".npz"
CLASSES = ("AKIEC", "BCC", "BKL", "DF", "MEL", "NV", "VASC")
"""By label, 0 to 6."""
PARTS = {"train": "train", "val": "validation", "test": "test"}
_MOST_RATIO = 1000
_DONE = "images.txt"
"""Beside the images once all are there: how many."""


def recognises(folder: Path) -> bool:
    """Whether a folder holds the arrays and no images."""
    tree = read_tree(folder)
    return not tree.images and any(map(_is_named, tree.arrays))


def read(place: str | Path, class_map: Mapping[str, str] | None = None) -> SourceTable:
    """Write each image as a file beside the arrays, unless they are there, and say its class and part.

    Args:
        place: the file.
        class_map: what else a class (`AKIEC`, ...) means.

    Raises:
        DataError: a folder, or arrays of another form.
        FileError: there is no room for the files.
    """
    path = Path(place)
    if not path.is_file():
        raise DataError(_told(path))
    arrays = _arrays(path)
    folder = _unpacked(path, arrays)
    warn(
        f"{path.name} is HAM10000 without its lesions: its own parts share lesions, and so will any new "
        "ones. For figures that hold, take HAM10000 itself (`lentigo data download ham10000`)"
    )
    codes = match_classes(CLASSES, class_map)
    rows = pd.DataFrame(
        [
            (_name(part, number), f"{_name(part, number)}.png", codes[CLASSES[label]], given)
            for part, given in PARTS.items()
            for number, label in enumerate(arrays[f"{part}_labels"].ravel())
        ],
        columns=["image_id", "path", "class", "given"],
    )
    facts = {"source": KEY, "tables": [path.name]}
    return of_set(source_table(rows.assign(source="HAM"), folder, facts), KEY)


def _is_named(path: str) -> bool:
    return path.lower().endswith(SUFFIX) and KEY in path.lower()


def _told(place: Path) -> str:
    if not place.is_dir() or not (found := [one for one in read_tree(place).arrays if _is_named(one)]):
        return f"{place} holds no arrays of DermaMNIST; expected dermamnist.npz"
    file = shlex.quote(str(read_tree(place).root / found[0]))
    return (
        f"{place} holds arrays of pixels ({found[0]}) and no images. Best take HAM10000, from which they "
        f"were made (`lentigo data download ham10000`); or `lentigo data import {file} --out OUT`, which "
        "first writes each as a file"
    )


def _arrays(path: Path) -> dict[str, npt.NDArray[Any]]:
    names = [f"{part}_{kind}" for part in PARTS for kind in ("images", "labels")]
    try:
        with zipfile.ZipFile(path) as archive:
            sizes = {info.filename: (info.file_size, info.compress_size) for info in archive.infolist()}
        if any(size > _MOST_RATIO * max(packed, 1) for size, packed in sizes.values()):
            raise DataError(f"{path} would unfold to far more than it holds, and is not read")
        with np.load(path, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in names}
    except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise DataError(
            f"{path} is not in the form of DermaMNIST ({error}); expected arrays {', '.join(names)}"
        ) from error
    for part in PARTS:
        images, labels = arrays[f"{part}_images"], arrays[f"{part}_labels"]
        is_fine = images.ndim == 4 and images.shape[3] == 3 and images.dtype == np.uint8
        if not is_fine or labels.size != len(images) or not np.isin(labels, range(len(CLASSES))).all():
            raise DataError(
                f"{path}: {part}_images {images.shape} {images.dtype} and {part}_labels {labels.shape} are "
                f"not (N, S, S, 3) uint8 with a label of 0 to {len(CLASSES) - 1} each"
            )
    return arrays


def _unpacked(path: Path, arrays: Mapping[str, npt.NDArray[Any]]) -> Path:
    """The folder of the images, all of them."""
    folder, num_images = path.with_suffix(""), sum(len(arrays[f"{part}_labels"]) for part in PARTS)
    mark = folder / _DONE
    if mark.is_file() and mark.read_text() == str(num_images):
        return folder
    if folder.exists():
        raise DataError(
            f"{folder} is there, and not by this command; move it away, its images are written there"
        )
    require_room(folder, sum(arrays[f"{part}_images"].nbytes for part in PARTS))
    half = make_folder(folder.with_name(f"{folder.name}.half"))
    try:
        with explained(folder):
            for part in PARTS:
                for number, pixels in enumerate(arrays[f"{part}_images"]):
                    Image.fromarray(pixels).save(half / f"{_name(part, number)}.png")
        write_text(half / _DONE, str(num_images))
        half.rename(folder)
    finally:
        shutil.rmtree(half, ignore_errors=True)
    return folder


def _name(part: str, number: int) -> str:
    return f"{part}_{number:05}"
