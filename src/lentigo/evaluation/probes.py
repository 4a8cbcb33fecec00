"""Images and training labels in, answers from what should not tell the class out: probes for shortcuts.

A probe is a weak classifier that never sees the lesion. What it scores above chance is what the data betray
by their border, their source or their size; a network may have learnt that instead of lesions.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lentigo.evaluation.baselines import linear_answers
from lentigo.evaluation.metrics import Floats, Ints

FRAME = 1 / 8
"""Of height and width on each side: what is left when the lesion is masked."""
PATCHES_A_SIDE = 4
"""The frame is described by so many patches along each side."""


def frame_mask(height: int, width: int) -> NDArray[np.bool_]:
    """The outer frame (H, W); everything inside it is masked."""
    rows, columns = max(1, round(height * FRAME)), max(1, round(width * FRAME))
    mask = np.ones((height, width), dtype=bool)
    mask[rows : height - rows, columns : width - columns] = False
    return mask


def border_only(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """An image (H, W, 3) with everything inside the frame painted in the frame's mean colour."""
    mask = frame_mask(*image.shape[:2])
    painted = image.copy()
    painted[~mask] = image[mask].mean(axis=0).round().astype(np.uint8)
    return painted


def centre_only(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """An image (H, W, 3) with its frame painted in the mean colour of what is inside: the opposite probe."""
    mask = frame_mask(*image.shape[:2])
    painted = image.copy()
    painted[mask] = image[~mask].mean(axis=0).round().astype(np.uint8)
    return painted


def border_statistics(images: Iterable[NDArray[np.uint8]]) -> Floats:
    """Mean and spread of red, green and blue in patches of the frame, (N, 96), of images (H, W, 3)."""
    return np.array([_patches(image) for image in images], dtype=np.float64).reshape(
        -1, 4 * PATCHES_A_SIDE * 6
    )


def _patches(image: NDArray[np.uint8]) -> Floats:
    height, width = image.shape[:2]
    rows, columns = max(1, round(height * FRAME)), max(1, round(width * FRAME))
    sides = (
        (image[:rows], 1),
        (image[height - rows :], 1),
        (image[:, :columns], 0),
        (image[:, width - columns :], 0),
    )
    patches = [patch for side, axis in sides for patch in np.array_split(side, PATCHES_A_SIDE, axis)]
    return np.concatenate([[*patch.mean(axis=(0, 1)), *patch.std(axis=(0, 1))] for patch in patches])


def origin_table(table: pd.DataFrame) -> pd.DataFrame:
    """What betrays where an image comes from, as columns of 0 and 1 and the size; no pixel, no patient.

    Args:
        table: columns `source`, `width`, `height`, and `age_years`, `sex`, `site`, `lesion_id`, of which only
            whether they are known is used.
    """
    known = {
        f"has_{name}": (table[name].notna() & (table[name].astype(str) != "")).astype(float)
        for name in ("age_years", "sex", "site", "lesion_id")
    }
    size = {"width": table["width"].astype(float), "ratio": table["width"] / table["height"].clip(lower=1)}
    sources = pd.get_dummies(table["source"].fillna("").astype(str), prefix="source", dtype=float)
    return pd.DataFrame({**known, **size}).join(sources)


def origin_answers(train: pd.DataFrame, labels: Ints, asked: pd.DataFrame, num_classes: int) -> Floats:
    """Answer from `origin_table` alone, (M, K)."""
    known = origin_table(train)
    columns = origin_table(asked).reindex(columns=known.columns, fill_value=0.0)
    return linear_answers(known.to_numpy(), labels, columns.to_numpy(), num_classes)


@dataclass(frozen=True)
class LeftOut:
    """Which training images are used when the images of one source are answered, twice the same number."""

    source: str
    asked: Ints
    """Rows of the images of the source, to be answered."""
    within: Ints
    """Training rows of all sources, as many as `without`."""
    without: Ints
    """Training rows of the other sources."""


def leave_one_out(
    train_sources: NDArray[np.object_], asked_sources: NDArray[np.object_], seed: int
) -> list[LeftOut]:
    """For every source that both sides know: answer its images with and without training images of its own.

    Args:
        train_sources: (N,) source of each training image.
        asked_sources: (M,) source of each image to be answered.
        seed: of the draw that makes `within` as large as `without`, so that mere numbers are no reason.

    Returns:
        sources in the order of their names; those without which nothing is left to train on are left out.
    """
    generator = np.random.default_rng(seed)
    found = []
    for source in sorted(set(asked_sources) & set(train_sources)):
        without = np.flatnonzero(train_sources != source)
        if len(without):
            within = np.sort(generator.permutation(len(train_sources))[: len(without)])
            found.append(LeftOut(source, np.flatnonzero(asked_sources == source), within, without))
    return found
