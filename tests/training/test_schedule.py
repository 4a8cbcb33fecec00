from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lentigo.training.schedule import lr_at


def test_constant_never_changes() -> None:
    assert {lr_at("constant", 0.01, step, 50) for step in range(50)} == {0.01}


def test_cosine_climbs_over_the_first_tenth_and_falls_along_half_a_cosine() -> None:
    rates = [lr_at("cosine", 1.0, step, 100) for step in range(100)]
    assert rates[:10] == pytest.approx([0.1 * (step + 1) for step in range(10)])
    assert rates[54] == pytest.approx(0.5 * (1 + math.cos(math.pi * 44.5 / 90)))
    assert sum(rates[10:]) / 90 == pytest.approx(0.5)  # the mean of half a cosine
    assert 0 < rates[-1] < 1e-4


@given(num_steps=st.integers(1, 400), base=st.floats(1e-6, 1.0))
def test_every_step_learns_and_none_exceeds_the_base(num_steps: int, base: float) -> None:
    rates = [lr_at("cosine", base, step, num_steps) for step in range(num_steps)]
    assert all(0 < rate <= base * (1 + 1e-12) for rate in rates)
    peak = max(1, round(0.1 * num_steps)) - 1
    assert rates[: peak + 1] == sorted(rates[: peak + 1])
    assert rates[peak:] == sorted(rates[peak:], reverse=True)
