"""Descriptions of keypoints in, a word and 64 bits of each out: what can be compared by the million.

A word is the nearest of some thousand typical descriptions (k-means); the bits say on which side of that word
a description lies, along 64 directions (H. Jegou, M. Douze, C. Schmid, "Hamming embedding and weak geometric
consistency for large scale image search", 2008).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lentigo.data.copies.near_duplicates.keypoints import Descriptions, Floats, evened

NUM_BITS = 64
WORD_LENGTH = 32
"""Numbers of a description, the most telling, that words are told apart by."""
MOST_WORDS = 4096
PER_WORD = 400
"""Descriptions a word; fewer make more words, which costs more than it saves."""
SAMPLED_PER_WORD = 16
NUM_ROUNDS = 6
SEED = 0
BLOCK = 4096


@dataclass(frozen=True)
class Codes:
    """Words and bits of K descriptions."""

    words: NDArray[np.int32]
    bits: NDArray[np.uint64]


@dataclass(frozen=True)
class Vocabulary:
    """Made by `make_vocabulary`."""

    mean: Floats
    axes: Floats
    """(128, 64), principal axes, the widest first."""
    words: Floats
    """(W, 64)"""
    turn: Floats
    """(64, 64), so that every bit tells as much as the others."""

    def code(self, descriptions: Descriptions) -> Codes:
        """Words and bits of descriptions (K, 128)."""
        codes = Codes(np.empty(len(descriptions), np.int32), np.empty(len(descriptions), np.uint64))
        for start in range(0, len(descriptions), BLOCK):
            part = slice(start, start + BLOCK)
            values: Floats = np.asarray((evened(descriptions[part]) - self.mean) @ self.axes, np.float32)
            codes.words[part] = words = _nearest(values, self.words)
            is_over = (values - self.words[words]) @ self.turn > 0
            codes.bits[part] = np.packbits(is_over, axis=1).view(np.uint64).ravel()
        return codes

    def __len__(self) -> int:
        return len(self.words)


def make_vocabulary(descriptions: Descriptions) -> Vocabulary:
    """Words for descriptions (K, 128), K > 0; the same for the same descriptions."""
    random = np.random.default_rng(SEED)
    num_words = int(np.clip(len(descriptions) // PER_WORD, 1, MOST_WORDS))
    chosen = random.choice(
        len(descriptions), min(len(descriptions), num_words * SAMPLED_PER_WORD), replace=False
    )
    sample = evened(descriptions[np.sort(chosen)])
    mean = np.asarray(sample.mean(axis=0), dtype=np.float32)
    _, axes = np.linalg.eigh((sample - mean).T @ (sample - mean))
    axes = np.ascontiguousarray(axes[:, ::-1][:, :NUM_BITS], dtype=np.float32)
    turn = np.linalg.qr(random.normal(size=(NUM_BITS, NUM_BITS)))[0].astype(np.float32)
    return Vocabulary(mean, axes, _words((sample - mean) @ axes, num_words), turn)


def _words(values: Floats, num_words: int) -> Floats:
    """Means of `num_words` clusters of values (K, 64), in a fixed number of rounds."""
    words = values[np.linspace(0, len(values) - 1, num_words).astype(int)]
    for _ in range(NUM_ROUNDS):
        order = np.argsort(nearest := _nearest(values, words), kind="stable")
        found, starts = np.unique(nearest[order], return_index=True)
        sums = np.add.reduceat(values[order], starts, axis=0)
        words[found] = sums / np.diff(starts, append=len(values))[:, None]
    return np.asarray(words)


def _nearest(values: Floats, words: Floats) -> NDArray[np.int32]:
    """The nearest word of each value (K, 64), by their first numbers."""
    short = np.ascontiguousarray(words[:, :WORD_LENGTH].T)
    halves = (short * short).sum(axis=0) / 2
    blocks = (values[start : start + BLOCK, :WORD_LENGTH] for start in range(0, len(values), BLOCK))
    return np.concatenate([(block @ short - halves).argmax(axis=1) for block in blocks]).astype(np.int32)
