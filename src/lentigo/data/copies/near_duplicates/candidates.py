"""Sketches in, pairs that look alike at low resolution out: the few among millions worth a closer look.

A sketch is described by the 63 lowest frequencies of its cosine transform, each divided by its spread over
all images, since what all lesions share (a dark middle) tells nothing. Flipping a picture changes the signs
of odd frequencies and transposing it transposes them, so all eight orientations cost one transform. Windows
cut out of each image stand for crops. To compare all with all is one product of matrices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from lentigo.data.copies.near_duplicates.geometry import ORIENTATIONS, WHOLE, WINDOWS, Orientation, Window

Sketches = NDArray[np.uint8]
Floats = NDArray[np.float32]
Progress = Callable[[int, int], None]

NUM_FREQUENCIES = 8
SMALL_SIDE = 32
LEAST_LIKENESS = 0.89
"""Correlation of two descriptions from which a pair is looked at; see docs/decisions/0005."""
MOST_PARTNERS = 40
"""Candidates kept an image, the likest first: bounds the work where all images look alike."""
FAINTEST = 10.0
"""Spread below which a frequency is rounding only; one grey level of a wave gives some 500."""
BLOCK = 2048

CANDIDATE = np.dtype(
    [("first", "i8"), ("second", "i8"), ("window", "i2"), ("orientation", "i2"), ("likeness", "f4")]
)


def find_candidates(sketches: Sketches, progress: Progress | None = None) -> NDArray[np.void]:
    """Find the pairs that look alike in some orientation, with one of them perhaps cropped.

    Args:
        sketches: uint8 (N, S, S), brightness.
        progress: called with (done, total).

    Returns:
        Records of `CANDIDATE`, at most one a pair: rows of `sketches`, where in `first` and how turned
        `second` lies (positions in `WINDOWS` and `ORIENTATIONS`), likeness.
    """
    whole = frequencies(sketches, WHOLE)
    weights = _weights(whole)
    seconds = _described(whole, weights, ORIENTATIONS[0])
    steps = len(WINDOWS) * len(ORIENTATIONS)
    found = [np.empty(0, dtype=CANDIDATE)]
    for w, window in enumerate(WINDOWS):
        cut = frequencies(sketches, window)
        for o, orientation in enumerate(ORIENTATIONS):
            firsts = _described(cut, weights, orientation)
            for records in _alike(firsts, seconds):
                records["window"], records["orientation"] = w, o
                found.append(records)
            if progress:
                progress(w * len(ORIENTATIONS) + o + 1, steps)
    return _likest(np.concatenate(found))


def frequencies(sketches: Sketches, window: Window) -> Floats:
    """The lowest frequencies (N, 8, 8), rows by columns, of the window of each sketch."""
    side = sketches.shape[1]
    rows = slice(round(window.top * side), round((window.top + window.height) * side))
    columns = slice(round(window.left * side), round((window.left + window.width) * side))
    small = np.empty((len(sketches), SMALL_SIDE, SMALL_SIDE), dtype=np.float32)
    for place, sketch in enumerate(sketches):
        size = (SMALL_SIDE, SMALL_SIDE)
        small[place] = cv2.resize(sketch[rows, columns], size, interpolation=cv2.INTER_AREA)
    phases = np.pi * (np.arange(SMALL_SIDE) + 0.5) / SMALL_SIDE
    cosines = np.cos(np.outer(np.arange(NUM_FREQUENCIES), phases)).astype(np.float32)
    return np.asarray(cosines @ small @ cosines.T)


def turned(values: Floats, orientation: Orientation) -> Floats:
    """The frequencies (N, 8, 8) that the pictures would have in another orientation."""
    signs = np.where(np.arange(NUM_FREQUENCIES) % 2, -1, 1).astype(np.float32)
    if orientation.is_transposed:
        values = values.transpose(0, 2, 1)
    if orientation.is_flipped_vertically:
        values = values * signs[:, None]
    if orientation.is_flipped_horizontally:
        values = values * signs
    return values


def _weights(values: Floats) -> Floats:
    """One over the spread of each frequency (8, 8), alike in both directions; 0 for the mean brightness."""
    spread = values.std(axis=0)
    weights = 2 / np.maximum(spread + spread.T, 2 * FAINTEST)
    weights[0, 0] = 0
    return np.asarray(weights, dtype=np.float32)


def _described(values: Floats, weights: Floats, orientation: Orientation) -> Floats:
    """Descriptions (N, 64) of length 1."""
    flat = turned(values * weights, orientation).reshape(len(values), -1)
    return np.asarray(flat / np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 0.1))


def _alike(firsts: Floats, seconds: Floats) -> Iterator[NDArray[np.void]]:
    """Pairs of different rows over `LEAST_LIKENESS`, block by block."""
    for start in range(0, len(firsts), BLOCK):
        likeness = firsts[start : start + BLOCK] @ seconds.T
        first, second = np.divmod(np.flatnonzero(likeness > LEAST_LIKENESS), len(seconds))
        is_pair = first + start != second
        records = np.empty(int(is_pair.sum()), dtype=CANDIDATE)
        records["likeness"] = likeness[first, second][is_pair]
        records["first"], records["second"] = first[is_pair] + start, second[is_pair]
        yield records


def _likest(records: NDArray[np.void]) -> NDArray[np.void]:
    """The likest record of each pair, and of those the likest partners of each image."""
    records = records[np.argsort(-records["likeness"], kind="stable")]
    ends = np.sort(np.stack([records["first"], records["second"]]), axis=0)
    _, keep = np.unique(ends, axis=1, return_index=True)
    records, ends = records[np.sort(keep)], ends[:, np.sort(keep)]
    rank = np.minimum(_rank(ends[0]), _rank(ends[1]))
    return np.asarray(records[rank < MOST_PARTNERS])


def _rank(images: NDArray[np.int64]) -> NDArray[np.int64]:
    """How often the same image has come before, for each entry."""
    order = np.argsort(images, kind="stable")
    _, starts, counts = np.unique(images[order], return_index=True, return_counts=True)
    rank = np.empty(len(images), dtype=np.int64)
    rank[order] = np.arange(len(images)) - np.repeat(starts, counts)
    return rank
