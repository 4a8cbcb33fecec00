"""Words and bits of descriptions."""

from __future__ import annotations

import numpy as np
import pytest

from lentigo.data.copies.near_duplicates import codes
from lentigo.data.copies.near_duplicates.codes import make_vocabulary
from lentigo.data.copies.near_duplicates.keypoints import evened


def descriptions(num: int, seed: int = 0) -> np.ndarray:
    return np.minimum(np.random.default_rng(seed).gamma(0.5, 30, (num, 128)), 255).astype(np.uint8)


def test_what_is_alike_differs_in_few_bits_and_strangers_in_half() -> None:
    known = descriptions(500)
    vocabulary = make_vocabulary(known)
    assert len(vocabulary) == 1
    noisy = np.clip(known + np.random.default_rng(1).integers(-2, 3, known.shape), 0, 255).astype(np.uint8)
    code, near = vocabulary.code(known), vocabulary.code(noisy)
    assert np.bitwise_count(code.bits ^ near.bits).mean() < 8
    assert np.bitwise_count(code.bits ^ np.roll(code.bits, 1)).mean() == pytest.approx(32, abs=2)


def test_words_are_the_nearest_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codes, "PER_WORD", 50)
    known = descriptions(1000)
    vocabulary = make_vocabulary(known)
    found = vocabulary.code(known).words
    assert len(vocabulary) == 20
    assert set(found) == set(range(20))
    values = ((evened(known) - vocabulary.mean) @ vocabulary.axes)[:, : codes.WORD_LENGTH]
    distances = np.linalg.norm(values[:, None] - vocabulary.words[:, : codes.WORD_LENGTH], axis=2)
    np.testing.assert_array_equal(found, distances.argmin(axis=1))


def test_the_same_descriptions_give_the_same_codes() -> None:
    known = descriptions(700)
    first, second = (make_vocabulary(known).code(known) for _ in range(2))
    np.testing.assert_array_equal(first.bits, second.bits)


@pytest.mark.parametrize("num", [1, 3])
def test_few_descriptions_will_do(num: int) -> None:
    known = descriptions(num)
    assert len(make_vocabulary(known).code(known).bits) == num
