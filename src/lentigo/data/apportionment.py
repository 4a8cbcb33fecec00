"""Whole groups dealt out to parts so that every part has its share of every class.

Greedy by Webster's rule (Sainte-Lague): the next group goes where it raises the sum over parts and classes
of have^2 / (share * class size) least. Dealt out, that sum is a constant plus the chi-square distance to
exact shares. All images together count as one class more, so that remainders of classes even out.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.float64]
Parts = npt.NDArray[np.int64]


def deal(counts: Counts, shares: Sequence[float]) -> Parts:
    """Choose a part for each group, in the order given (large groups first deals best).

    Args:
        counts: images of each class in each group (G, K).
        shares: share of each part, positive, adding up to 1 (P,).

    Returns:
        The part of each group (G,), 0 to P - 1. Every part holds every class wherever groups can be moved so.
    """
    counts = np.column_stack([counts, counts.sum(axis=1)])
    share = np.asarray(shares, dtype=np.float64)[:, None]
    target = share * np.maximum(counts.sum(axis=0), 1)
    have = np.zeros_like(target)
    parts = np.empty(len(counts), dtype=np.int64)
    for group, count in enumerate(counts):
        part = int(_cost(have, count, target).argmin())
        have[part] += count
        parts[group] = part
    _fill_gaps(counts, parts, target)
    return parts


def _cost(have: Counts, count: Counts, target: Counts) -> Counts:
    """How much the sum rises in each part (P,) if it gets a group with these counts (K,)."""
    return np.asarray(((2 * have + count) * count / target).sum(axis=1))


def _fill_gaps(counts: Counts, parts: Parts, target: Counts) -> None:
    """Move groups, in place, into parts that lack a class: the cheapest that leaves no gap behind."""
    for part, class_index in zip(*_gaps(counts, parts, len(target)), strict=True):
        holders = np.flatnonzero((counts[:, class_index] > 0) & (parts != part))
        best = min(
            (group for group in holders if _is_spare(counts, parts, group)),
            key=lambda group: _move_cost(counts, parts, target, (int(group), int(part))),
            default=None,
        )
        if best is not None and not _holds(counts, parts, int(part), int(class_index)):
            parts[best] = part


def _gaps(counts: Counts, parts: Parts, num_parts: int) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    have = part_counts(counts, parts, num_parts)
    rows, columns = np.nonzero((have == 0) & (counts.sum(axis=0) > 0))
    order = np.argsort((counts > 0).sum(axis=0)[columns], kind="stable")
    return rows[order], columns[order]


def part_counts(counts: Counts, parts: Parts, num_parts: int) -> Counts:
    """Images of each class in each part (P, K)."""
    have = np.zeros((num_parts, counts.shape[1]))
    np.add.at(have, parts, counts)
    return have


def _holds(counts: Counts, parts: Parts, part: int, class_index: int) -> bool:
    return bool((counts[parts == part, class_index] > 0).any())


def _is_spare(counts: Counts, parts: Parts, group: np.intp) -> bool:
    """Whether the group's part keeps every class of the group without it."""
    rest = counts[parts == parts[group]].sum(axis=0) - counts[group]
    return bool((rest[counts[group] > 0] > 0).all())


def _move_cost(counts: Counts, parts: Parts, target: Counts, move: tuple[int, int]) -> tuple[float, int]:
    """The change of the sum if (group) goes to (part); the group's place breaks ties."""
    group, part = move
    have, count = part_counts(counts, parts, len(target)), counts[group]
    source = int(parts[group])
    gain = ((2 * have[source] - count) * count / target[source]).sum()
    return float(_cost(have, count, target)[part] - gain), group
