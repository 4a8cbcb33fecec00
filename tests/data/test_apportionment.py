"""Dealing groups to parts: hand-computed, and the promises that hold for any counts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lentigo.data.apportionment import deal, part_counts


def test_single_images_follow_webster_by_hand() -> None:
    # quotients (2h + 1) / share: 1/.7, 3/.7, then 5/.7 = 7.1 against 1/.15 = 6.7 for the other two parts
    parts = deal(np.ones((5, 1)), (0.7, 0.15, 0.15))
    assert parts.tolist() == [0, 0, 1, 2, 0]


def test_shares_come_out_exactly_where_they_can() -> None:
    parts = deal(np.ones((100, 1)), (0.7, 0.15, 0.15))
    assert np.bincount(parts).tolist() == [70, 15, 15]


def test_a_part_left_without_a_class_is_given_one() -> None:
    # three groups of the rare class: by share alone the last part would get none of it
    counts = np.array([[1.0, 0.0]] * 3 + [[0.0, 1.0]] * 20)
    parts = deal(counts, (0.7, 0.15, 0.15))
    assert sorted(parts[:3].tolist()) == [0, 1, 2]


def test_the_smallest_group_is_moved_into_a_gap() -> None:
    counts = np.array([[9.0], [8.0], [1.0]])
    parts = deal(counts, (0.9, 0.05, 0.05))
    assert (part_counts(counts, parts, 3) > 0).all()
    assert parts[0] == 0


@settings(max_examples=80, deadline=None)
@given(
    sizes=st.lists(st.tuples(st.integers(0, 2), st.integers(1, 6)), min_size=0, max_size=40),
    num_parts=st.integers(2, 4),
)
def test_every_part_gets_every_class(sizes: list[tuple[int, int]], num_parts: int) -> None:
    rows = [*sizes, *((label, 1) for label in range(3) for _ in range(num_parts))]
    counts = np.zeros((len(rows), 3))
    for row, (label, size) in enumerate(sorted(rows, key=lambda item: -item[1])):
        counts[row, label] = size
    parts = deal(counts, [1 / num_parts] * num_parts)
    have = part_counts(counts, parts, num_parts)
    assert (have > 0).all()
    assert have.sum() == counts.sum()


@pytest.mark.parametrize("shares", [(0.7, 0.15, 0.15), (0.2,) * 5])
def test_singles_are_within_one_image_of_their_share(shares: tuple[float, ...]) -> None:
    labels = np.random.default_rng(0).choice(4, 400, p=[0.7, 0.2, 0.06, 0.04])
    counts = np.eye(4)[labels]
    have = part_counts(counts, deal(counts, shares), len(shares))
    assert np.abs(have - np.outer(shares, counts.sum(axis=0))).max() <= 1
