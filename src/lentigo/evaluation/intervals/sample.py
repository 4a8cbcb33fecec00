"""The images that a figure is computed on: truth, probabilities and groups side by side, checked once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from lentigo.evaluation.metrics import Bools, Floats, Ints, confusion_matrix, predicted_classes
from lentigo.settings.errors import DataError


@dataclass(frozen=True)
class Groups:
    """What is kept together, as numbers: group of each image (N,) in 0 .. `num_groups` - 1."""

    codes: Ints
    num_groups: int

    @classmethod
    def of(cls, names: ArrayLike) -> Groups:
        """Number the groups by their names (N,)."""
        found, codes = np.unique(np.asarray(names), return_inverse=True)
        return cls(codes.reshape(-1).astype(np.int64), len(found))

    def among(self, chosen: Bools) -> int:
        """How many groups the chosen images (N,) come from."""
        return int(np.count_nonzero(np.bincount(self.codes[chosen])))


@dataclass(frozen=True)
class Sample:
    """N images with known truth, K classes."""

    truth: Ints
    """(N,) in 0 .. K-1."""
    probabilities: Floats
    """(N, K)."""
    groups: Groups

    def __post_init__(self) -> None:
        """Refuse arrays that do not fit together; see `sample`."""
        num_images = len(self.truth)
        if self.probabilities.ndim != 2 or len(self.probabilities) != num_images:
            raise DataError(
                f"{num_images} truths do not fit probabilities of shape {self.probabilities.shape}"
            )
        if len(self.groups.codes) != num_images:
            raise DataError(
                f"{num_images} truths do not fit {len(self.groups.codes)} groups; give one group an image"
            )
        if num_images == 0:
            raise DataError(
                "nothing to evaluate: there is no image; choose a part of the split that has some"
            )
        if not np.isfinite(self.probabilities).all():
            raise DataError("probabilities must be finite numbers; the model has produced NaN or infinity")
        if self.truth.min() < 0 or self.truth.max() >= self.num_classes:
            raise DataError(f"truth must be in 0 .. {self.num_classes - 1}, the columns of the probabilities")

    @property
    def num_images(self) -> int:
        """N."""
        return len(self.truth)

    @property
    def num_classes(self) -> int:
        """K."""
        return int(self.probabilities.shape[1])

    @cached_property
    def predicted(self) -> Ints:
        """(N,) class with the largest probability; the first of them in a tie."""
        return predicted_classes(self.probabilities)

    @cached_property
    def confusion(self) -> Ints:
        """(K, K), rows = truth."""
        return confusion_matrix(self.truth, self.predicted, self.num_classes)


def sample(truth: ArrayLike, probabilities: ArrayLike, groups: ArrayLike) -> Sample:
    """Put together a `Sample` from plain arrays.

    Args:
        truth: (N,) class indices.
        probabilities: (N, K) finite numbers; rows need not sum to 1.
        groups: (N,) group ids of any kind.

    Raises:
        DataError: the arrays do not fit together, are empty, or hold NaN.
    """
    return Sample(
        np.asarray(truth, dtype=np.int64), np.asarray(probabilities, dtype=np.float64), Groups.of(groups)
    )


def check_paired(first: Sample, second: Sample) -> None:
    """Stop unless two samples are of the same images in the same order.

    Raises:
        DataError: truth or groups differ.
    """
    is_paired = np.array_equal(first.truth, second.truth)
    if not is_paired or not np.array_equal(first.groups.codes, second.groups.codes):
        raise DataError("a paired comparison needs the same images in the same order; align them by image_id")


def malignant_sample(full: Sample, class_names: Sequence[str], malignant: Sequence[str]) -> Sample | None:
    """Fold classes into benign (0) and malignant (1): the malignant classes' probabilities are summed.

    The prediction is malignant where that sum is more than 0.5. A model whose classes are called benign and
    malignant is taken as it is. None when no class, or every class, is malignant.
    """
    is_malignant = malignant_columns(class_names, malignant)
    if not is_malignant.any() or is_malignant.all():
        return None
    score = full.probabilities[:, is_malignant].sum(axis=1)
    return Sample(
        is_malignant[full.truth].astype(np.int64), np.stack([1 - score, score], axis=1), full.groups
    )


def malignant_names(class_names: Sequence[str], malignant: Sequence[str]) -> tuple[str, ...]:
    """Those classes that count as malignant, in order."""
    columns = malignant_columns(class_names, malignant)
    return tuple(name for name, is_malignant in zip(class_names, columns, strict=True) if is_malignant)


def malignant_columns(class_names: Sequence[str], malignant: Sequence[str]) -> Bools:
    """Which classes (K,) count as malignant."""
    chosen = {"malignant"} if set(class_names) == {"benign", "malignant"} else set(malignant)
    return np.array([name in chosen for name in class_names], dtype=bool)
