from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as some

from lentigo.training.batches.randomness import uniform_numbers


@given(some.integers(0, 2**31), some.integers(0, 50), some.integers(1, 20), some.sampled_from([4, 8, 12, 24]))
def test_numbers_belong_to_their_place(seed: int, start: int, length: int, count: int) -> None:
    whole = uniform_numbers(seed, (3, 1), range(start + length), count)
    np.testing.assert_array_equal(
        uniform_numbers(seed, (3, 1), range(start, start + length), count), whole[start:]
    )
    assert not np.array_equal(whole, uniform_numbers(seed, (3, 2), range(start + length), count))
    assert whole.min() >= 0
    assert whole.max() < 1
