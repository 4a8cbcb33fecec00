"""Row sums of a matrix in; the groupings of a data set's classes that would give them out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from lentigo.evaluation.metrics import Bools, Floats

FRACTIONS = tuple(
    sorted({Fraction(1, n) for n in range(2, 11)} | {Fraction(percent, 100) for percent in range(5, 50, 5)})
)
"""Of the data, that people set aside: 1/2 to 1/10, and 5 % to 45 % by fives."""
TOLERANCE = 1.0
"""Images by which a row sum may differ from the exact fraction: a set drawn class by class is rounded."""


@dataclass(frozen=True)
class Grouping:
    """Which classes each row of a matrix holds, and which fraction of their images."""

    rows: tuple[tuple[str, ...], ...]
    fraction: Fraction
    sizes: tuple[int, ...]
    """(K,) images of each row's classes in the whole data set."""

    @property
    def expected(self) -> tuple[float, ...]:
        """The exact fraction of each row's classes."""
        return tuple(float(size * self.fraction) for size in self.sizes)

    @property
    def balanced_size(self) -> float:
        """Images in the same fraction of the data after every row was cut to the smallest."""
        return len(self.sizes) * min(self.expected)


def find_groupings(class_counts: Mapping[str, int], row_sums: Sequence[int]) -> list[Grouping]:
    """All ways to divide the classes between the rows that match the sums at some fraction, best first.

    Of two rows every division of the classes is tried in both directions (254 for 8 classes), at every
    fraction. As many rows as classes are matched in order of size, and more or fewer not at all: with enough
    divisions something always fits.
    """
    if len(row_sums) == len(class_counts) > 2:
        return _one_class_a_row(class_counts, row_sums)
    return _two_rows(class_counts, row_sums) if len(row_sums) == 2 else []


def _one_class_a_row(class_counts: Mapping[str, int], row_sums: Sequence[int]) -> list[Grouping]:
    names, rows = sorted(class_counts, key=class_counts.__getitem__), np.argsort(row_sums)
    ordered = np.array([class_counts[name] for name in names])
    found = []
    for fraction in FRACTIONS:
        distance = np.abs(ordered * float(fraction) - np.sort(row_sums)).max()
        if distance <= TOLERANCE:
            name_of = dict(zip(rows.tolist(), names, strict=True))
            in_rows = [name_of[row] for row in range(len(names))]
            sizes = tuple(class_counts[name] for name in in_rows)
            found.append((distance, Grouping(tuple((name,) for name in in_rows), fraction, sizes)))
    return [grouping for _, grouping in sorted(found, key=lambda entry: float(entry[0]))]


def _two_rows(class_counts: Mapping[str, int], row_sums: Sequence[int]) -> list[Grouping]:
    names, sizes = _sides(class_counts)
    total = sum(class_counts.values())
    found = []
    for fraction in FRACTIONS:
        share = float(fraction)
        distance = np.maximum(
            np.abs((total - sizes) * share - row_sums[0]), np.abs(sizes * share - row_sums[1])
        )
        for place in np.flatnonzero(distance <= TOLERANCE):
            inside = tuple(name for name, chosen in zip(class_counts, names[place], strict=True) if chosen)
            outside = tuple(name for name in class_counts if name not in inside)
            size = int(sizes[place])
            found.append((distance[place], Grouping((outside, inside), fraction, (total - size, size))))
    return [grouping for _, grouping in sorted(found, key=lambda entry: float(entry[0]))]


def chance_of_a_match(class_counts: Mapping[str, int], num_images: int) -> float:
    """Share of all ways to divide `num_images` between two rows that match some grouping.

    Where this is large a match says little: with enough groupings something always fits.
    """
    _, sizes = _sides(class_counts)
    shares = np.array([float(fraction) for fraction in FRACTIONS])[:, np.newaxis]
    ours, rest = sizes * shares, (sum(class_counts.values()) - sizes) * shares
    # second rows from `low` to `high` match: at most 2 x TOLERANCE + 1 whole numbers
    low = np.ceil(np.maximum(np.maximum(ours, num_images - rest) - TOLERANCE, 1))
    high = np.floor(np.minimum(np.minimum(ours, num_images - rest) + TOLERANCE, num_images - 1))
    steps = low[..., np.newaxis] + np.arange(2 * int(TOLERANCE) + 1)
    return len(np.unique(steps[steps <= high[..., np.newaxis]])) / max(1, num_images - 1)


def likely_fraction(class_counts: Mapping[str, int], num_images: int) -> float:
    """The fraction of the data that a set of images is: one of `FRACTIONS` if one fits, else its share."""
    total = sum(class_counts.values())
    nearest = min(FRACTIONS, key=lambda fraction: abs(total * fraction - num_images))
    return float(nearest) if abs(total * nearest - num_images) <= 2 * TOLERANCE else num_images / total


def _sides(class_counts: Mapping[str, int]) -> tuple[Bools, Floats]:
    """Every choice of some but not all classes: membership (S, C), and images (S,)."""
    num_classes = len(class_counts)
    numbers = np.arange(1, 2**num_classes - 1)
    members = (numbers[:, np.newaxis] >> np.arange(num_classes)) % 2 == 1
    return members, members @ np.array(list(class_counts.values()), dtype=np.float64)
