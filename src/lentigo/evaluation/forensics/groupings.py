"""Row sums of a two-class matrix in; the groupings of a data set's classes that would give them out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lentigo.evaluation.metrics import Bools, Floats

DENOMINATORS = tuple(range(2, 11))
"""Fractions 1/2 to 1/10 of the data."""
TOLERANCE = 1.0
"""Images by which a row sum may differ from the exact fraction: a set drawn class by class is rounded."""


@dataclass(frozen=True)
class Grouping:
    """Which classes each row of a matrix holds, and which fraction of their images."""

    row_1: tuple[str, ...]
    row_2: tuple[str, ...]
    denominator: int
    sizes: tuple[int, int]
    """Images of both sides in the whole data set."""

    @property
    def expected(self) -> tuple[float, float]:
        """The exact fraction of each side."""
        return self.sizes[0] / self.denominator, self.sizes[1] / self.denominator

    @property
    def balanced_size(self) -> float:
        """Images in the same fraction of the data after the larger side was cut to the smaller."""
        return 2 * min(self.sizes) / self.denominator


def find_groupings(class_counts: Mapping[str, int], row_sums: tuple[int, int]) -> list[Grouping]:
    """All ways to divide the classes between both rows that match the sums at some fraction, best first.

    Every division of the classes is tried in both directions (254 for 8 classes), at every fraction.
    """
    names, sizes = _sides(class_counts)
    total = sum(class_counts.values())
    found = []
    for denominator in DENOMINATORS:
        distance = np.maximum(
            np.abs((total - sizes) / denominator - row_sums[0]), np.abs(sizes / denominator - row_sums[1])
        )
        for place in np.flatnonzero(distance <= TOLERANCE):
            inside = tuple(name for name, chosen in zip(class_counts, names[place], strict=True) if chosen)
            outside = tuple(name for name in class_counts if name not in inside)
            size = int(sizes[place])
            found.append((distance[place], Grouping(outside, inside, denominator, (total - size, size))))
    return [grouping for _, grouping in sorted(found, key=lambda entry: float(entry[0]))]


def chance_of_a_match(class_counts: Mapping[str, int], num_images: int) -> float:
    """Share of all ways to divide `num_images` between two rows that match some grouping.

    Where this is large a match says little: with enough groupings something always fits.
    """
    _, sizes = _sides(class_counts)
    total = sum(class_counts.values())
    second = np.arange(1, num_images)
    matched = np.zeros(len(second), dtype=bool)
    for denominator in DENOMINATORS:
        ours = sizes[:, np.newaxis] / denominator
        rest = (total - sizes)[:, np.newaxis] / denominator
        fits = (np.abs(ours - second) <= TOLERANCE) & (np.abs(rest - (num_images - second)) <= TOLERANCE)
        matched |= fits.any(axis=0)
    return float(matched.mean()) if len(second) else 0.0


def likely_fraction(class_counts: Mapping[str, int], num_images: int) -> float:
    """The fraction of the data that a set of images is: 1/2 to 1/10 if one fits, else just the share."""
    total = sum(class_counts.values())
    nearest = min(DENOMINATORS, key=lambda denominator: abs(total / denominator - num_images))
    return 1 / nearest if abs(total / nearest - num_images) <= 2 * TOLERANCE else num_images / total


def _sides(class_counts: Mapping[str, int]) -> tuple[Bools, Floats]:
    """Every choice of some but not all classes: membership (S, C), and images (S,)."""
    num_classes = len(class_counts)
    numbers = np.arange(1, 2**num_classes - 1)
    members = (numbers[:, np.newaxis] >> np.arange(num_classes)) % 2 == 1
    return members, members @ np.array(list(class_counts.values()), dtype=np.float64)
