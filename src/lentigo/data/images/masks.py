"""Image files in; where their lesion is, and the structures that make the class, out: (N, H, W) of bool.

Found as `lentigo data synthesize` writes them, `masks/<image>.lesion.png` and `masks/<image>.evidence.png`
beside the folder of images; of lesions also under the name that HAM10000 and ISIC gave theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lentigo.data.images.pixels import decode
from lentigo.settings.errors import DataError, ImageError
from lentigo.settings.recipe import Input

NAMES = {
    "lesion": ("{}.lesion.png", "{}_segmentation.png", "{}.png"),
    "evidence": ("{}.evidence.png",),
}
"""Kind of mask -> file names it may have, of which the first found counts."""
_LOOK = (128, 128)
"""Pixels that tell a mask from a photograph: its edges are a small share of them."""


def find_mask(image_path: Path, kind: str, folder: Path | None = None) -> Path | None:
    """The file of one mask, or None.

    Args:
        image_path: of the image.
        kind: a name from `NAMES`.
        folder: where masks lie; default: `masks` beside the image's folder.
    """
    place = folder or image_path.parent.parent / "masks"
    found = (place / name.format(image_path.stem) for name in NAMES[kind])
    return next((path for path in found if path.is_file()), None)


def read_masks(
    image_paths: Sequence[Path], kind: str, image: Input, folder: Path | None = None
) -> NDArray[np.bool_] | None:
    """Masks as the network sees their images.

    Args:
        image_paths: of N images.
        kind: a name from `NAMES`.
        image: `recipe.input`: height, width and way of resizing.
        folder: as in `find_mask`.

    Returns:
        (N, H, W); None where an image has no such mask.

    Raises:
        DataError: a mask cannot be read.
    """
    files = [find_mask(path, kind, folder) for path in image_paths]
    found = [_read(path, image) for path in files if path is not None]
    return np.stack(found) if found and len(found) == len(files) else None


def is_two_valued(path: Path) -> bool:
    """Whether a file is a mask and no photograph: nearly all of its pixels are black or white.

    A file that cannot be decoded is not; whoever reads it says why.
    """
    try:
        pixels = decode(path, *_LOOK, "squash")
    except ImageError:
        return False
    extreme = (pixels.max(axis=-1) < 16) | (pixels.min(axis=-1) > 239)
    return bool(extreme.mean() >= 0.9)


def _read(path: Path, image: Input) -> NDArray[np.bool_]:
    try:
        pixels = decode(path, image.height, image.width, image.resize)
    except ImageError as error:
        raise DataError(f"{path}: {error}; replace or remove this mask") from error
    return np.asarray(pixels[..., 0] > 127)
