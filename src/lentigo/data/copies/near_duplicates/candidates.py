"""Keypoints of all pictures in; the pairs in which many of them agree on one placement out.

Two keypoints that are alike say how the one picture would have to lie in the other: its turn, its scale and
where its middle comes to lie. Chance pairs of keypoints contradict each other; those of one photograph agree.
So they vote (D. Ballard, "Generalizing the Hough transform", 1981), also for the second picture in a mirror.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lentigo.data.copies.near_duplicates.codes import Codes, make_vocabulary
from lentigo.data.copies.near_duplicates.keypoints import Keypoints, mirrored
from lentigo.settings.phases import Steps

Integers = NDArray[np.int64]

LEAST_VOTES = 4
"""For one placement; see docs/decisions/0005."""
MOST_PARTNERS = 40
"""Candidates kept an image, those with most votes first: bounds the work where all images look alike."""
FARTHEST = 20
"""Bits of 64 in which keypoints that are alike may differ."""
MOST_LIKE = 64
"""Keypoints, the likest, that vote with one of another picture: bounds the work where all look alike."""
LARGEST_SCALE = 2.5
"""How much larger one picture may show the same thing."""
TURN_STEPS, SCALE_STEP, SHIFT_STEP = 12, 0.6, 24.0
"""Votes count together within a twelfth of a circle, 0.6 octaves and 24 pixels in both directions."""
BOXES = 32
"""Steps of scale and of shift that are told apart."""
APART = 255
"""Bits by which keypoints that must not be paired are said to differ."""
BLOCK = 1 << 22

CANDIDATE = np.dtype([("first", "i8"), ("second", "i8"), ("is_mirrored", "?"), ("votes", "i8")])


@dataclass(frozen=True)
class _Marks:
    """Keypoints of all pictures in one row."""

    image: NDArray[np.int32]
    values: NDArray[np.float32]
    """(K, 4): x, y, size, angle."""
    middles: NDArray[np.float32]
    """(N, 2), of the pictures."""
    codes: Codes
    mirrored: Codes


def find_candidates(
    keypoints: Sequence[Keypoints], sizes: Sequence[tuple[int, int]], progress: Steps | None = None
) -> NDArray[np.void]:
    """Find the pairs of pictures whose keypoints agree on how the second lies in the first.

    Args:
        keypoints: of each picture (N).
        sizes: height and width of each, pixels.
        progress: called with (done, total).

    Returns:
        Records of `CANDIDATE`, at most one a pair, first < second, most votes first.
    """
    found = [np.empty(0, dtype=CANDIDATE)]
    if not sum(map(len, keypoints)):
        return found[0]
    marks, num_words = _marks(keypoints, sizes)
    for is_mirrored in (False, True):
        queries = marks.mirrored if is_mirrored else marks.codes
        pairs = []
        for word, alike in enumerate(_alike(queries, marks, num_words)):
            pairs.append(alike)
            if progress:
                progress(word + 1 + is_mirrored * num_words, 2 * num_words)
        second, first = np.concatenate(pairs, axis=1)
        found.append(_elected(marks, first, second, is_mirrored))
    return _most_voted(np.concatenate(found))


def _marks(keypoints: Sequence[Keypoints], sizes: Sequence[tuple[int, int]]) -> tuple[_Marks, int]:
    descriptions = np.concatenate([one.descriptions for one in keypoints])
    vocabulary = make_vocabulary(descriptions)
    image = np.repeat(np.arange(len(keypoints), dtype=np.int32), [len(one) for one in keypoints])
    values = np.concatenate([np.column_stack([one.points, one.sizes, one.angles]) for one in keypoints])
    middles = np.array([(width / 2, height / 2) for height, width in sizes], dtype=np.float32)
    codes = vocabulary.code(descriptions), vocabulary.code(mirrored(descriptions))
    return _Marks(image, values, middles, *codes), len(vocabulary)


def _alike(queries: Codes, marks: _Marks, num_words: int) -> Iterator[NDArray[np.int32]]:
    """Word by word, rows of keypoints that are alike: (2, P), of a query and of one of an earlier picture."""
    order, starts = _by_word(marks.codes.words, num_words)
    query_order, query_starts = _by_word(queries.words, num_words)
    for word in range(num_words):
        rows = order[starts[word] : starts[word + 1]]
        asking = query_order[query_starts[word] : query_starts[word + 1]]
        step = max(1, BLOCK // max(len(rows), 1))
        pairs = [
            _close(asking[start : start + step], rows, queries, marks)
            for start in range(0, len(asking), step)
        ]
        yield np.concatenate([np.empty((2, 0), np.int32), *pairs], axis=1)


def _by_word(words: NDArray[np.int32], num_words: int) -> tuple[NDArray[np.int32], Integers]:
    order = np.argsort(words, kind="stable").astype(np.int32)
    return order, np.searchsorted(words[order], np.arange(num_words + 1))


def _close(
    asking: NDArray[np.int32], rows: NDArray[np.int32], queries: Codes, marks: _Marks
) -> NDArray[np.int32]:
    """Of keypoints of one word: the likest that differ in few bits and lie in an earlier picture."""
    bits = np.bitwise_count(queries.bits[asking][:, None] ^ marks.codes.bits[rows])
    bits[marks.image[rows] >= marks.image[asking][:, None]] = APART
    is_close = bits <= FARTHEST
    crowded = np.flatnonzero(is_close.sum(axis=1) > MOST_LIKE)
    if len(crowded):
        likest = np.argpartition(bits[crowded], MOST_LIKE, axis=1)[:, :MOST_LIKE]
        is_close[crowded] = False
        is_close[crowded[:, None], likest] = True
    query, row = np.nonzero(is_close)
    return np.stack([asking[query], rows[row]])


def _elected(
    marks: _Marks, first: NDArray[np.int32], second: NDArray[np.int32], is_mirrored: bool
) -> NDArray[np.void]:
    """Pairs of pictures with votes enough for one placement, from rows of keypoints that are alike (P,)."""
    octaves = np.log2(marks.values[first, 2] / marks.values[second, 2])
    is_possible = np.abs(octaves) <= np.log2(LARGEST_SCALE)
    first, second, octaves = first[is_possible], second[is_possible], octaves[is_possible]
    places = _placements(marks, first, second, octaves, is_mirrored)
    pair = marks.image[first].astype(np.int64) * len(marks.middles) + marks.image[second]
    found = [_counted(pair, places + shift) for shift in (0, 0.5)]
    pairs, votes = (np.concatenate(parts) for parts in zip(*found, strict=True))
    records = np.empty(len(pairs), dtype=CANDIDATE)
    records["first"], records["second"] = np.divmod(pairs, len(marks.middles))
    records["votes"], records["is_mirrored"] = votes, is_mirrored
    return records


def _placements(
    marks: _Marks,
    first: NDArray[np.int32],
    second: NDArray[np.int32],
    octaves: NDArray[np.float32],
    is_mirrored: bool,
) -> NDArray[np.float32]:
    """How the second picture would lie in the first, in steps: turn, scale, x, y of its middle (P, 4).

    A mirrored picture is taken as one that was mirrored at the x axis first.
    """
    hand = np.float32(-1 if is_mirrored else 1)
    turn = marks.values[first, 3] - hand * marks.values[second, 3]
    across, down = (marks.middles[marks.image[second]] - marks.values[second, :2]).T
    scale = 2**octaves
    cos, sin = scale * np.cos(turn), scale * np.sin(turn)
    x = marks.values[first, 0] + cos * across - sin * hand * down
    y = marks.values[first, 1] + sin * across + cos * hand * down
    steps = turn / (2 * np.pi) % 1 * TURN_STEPS, octaves / SCALE_STEP, x / SHIFT_STEP, y / SHIFT_STEP
    return np.stack(steps, axis=1)


def _counted(pair: Integers, places: NDArray[np.float32]) -> tuple[Integers, Integers]:
    """Pairs of pictures, and votes for a placement of theirs that has enough."""
    boxes = np.floor(places).astype(np.int64)
    boxes[:, 0] %= TURN_STEPS
    boxes[:, 1:] = np.clip(boxes[:, 1:] + BOXES // 2, 0, BOXES - 1)
    key = pair * TURN_STEPS + boxes[:, 0]
    for column in (1, 2, 3):
        key = key * BOXES + boxes[:, column]
    keys, votes = np.unique(key, return_counts=True)
    is_enough = votes >= LEAST_VOTES
    return keys[is_enough] // (TURN_STEPS * BOXES**3), votes[is_enough].astype(np.int64)


def _most_voted(records: NDArray[np.void]) -> NDArray[np.void]:
    """The record of each pair with most votes, and of those the first few of each image."""
    order = np.lexsort((records["second"], records["first"], -records["votes"]))
    records = records[order]
    ends = np.stack([records["first"], records["second"]])
    _, keep = np.unique(ends, axis=1, return_index=True)
    records = records[np.sort(keep)]
    rank = np.minimum(_rank(records["first"]), _rank(records["second"]))
    return np.asarray(records[rank < MOST_PARTNERS])


def _rank(images: Integers) -> Integers:
    """How often the same image has come before, for each entry."""
    order = np.argsort(images, kind="stable")
    _, starts, counts = np.unique(images[order], return_index=True, return_counts=True)
    rank = np.empty(len(images), dtype=np.int64)
    rank[order] = np.arange(len(images)) - np.repeat(starts, counts)
    return rank
