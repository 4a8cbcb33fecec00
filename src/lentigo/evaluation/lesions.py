"""Answers to images in, answers to their lesions out: the mean of what each image of a lesion got."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lentigo.evaluation.metrics import Floats, Ints


@dataclass(frozen=True)
class LesionAnswers:
    """L lesions, in the order in which they appear among N images."""

    lesion_ids: tuple[str, ...]
    probabilities: Floats
    """(L, K) mean over the images of each."""
    first: Ints
    """(L,) the place of each lesion's first image."""
    num_images: Ints
    """(L,)."""


def answers_by_lesion(lesion_ids: Sequence[str], probabilities: Floats) -> LesionAnswers:
    """Average the answers to the images of each lesion.

    Args:
        lesion_ids: (N,) the lesion of each image; empty: not known, so that the image is a lesion of its own.
        probabilities: (N, K).
    """
    names = [name or f"(image {place})" for place, name in enumerate(lesion_ids)]
    found = dict.fromkeys(names)
    place_of = {name: place for place, name in enumerate(found)}
    places = np.array([place_of[name] for name in names], dtype=np.int64)
    num_images = np.bincount(places, minlength=len(found))
    sums = np.zeros((len(found), probabilities.shape[1]))
    np.add.at(sums, places, probabilities)
    first = np.unique(places, return_index=True)[1]
    means = sums / np.maximum(num_images, 1)[:, np.newaxis]
    return LesionAnswers(tuple(found), means, first.astype(np.int64), num_images.astype(np.int64))
