"""The difference between the chosen and the untouched figure."""

from __future__ import annotations

import math

import numpy as np
import pytest
from stub import recipe_of

from lentigo.searching.optimism import metric_of, optimism


def test_the_difference_by_hand() -> None:
    found = optimism({"value": 0.8, "low": 0.77, "high": 0.82}, {"value": 0.7, "low": 0.66, "high": 0.74})
    assert found["value"] == pytest.approx(0.1)
    assert found["low"] == pytest.approx(0.1 - math.hypot(0.03, 0.04))
    assert found["high"] == pytest.approx(0.1 + math.hypot(0.02, 0.04))


def test_its_interval_covers_the_truth_in_about_95_of_100_cases() -> None:
    generator = np.random.default_rng(0)
    hits = 0
    for _ in range(2000):
        parts = []
        for n, p in ((400, 0.8), (600, 0.75)):
            value = generator.binomial(n, p) / n
            half = 1.96 * math.sqrt(value * (1 - value) / n)
            parts.append({"value": value, "low": value - half, "high": value + half})
        found = optimism(*parts)
        assert found["low"] is not None
        assert found["high"] is not None
        hits += found["low"] <= 0.05 <= found["high"]
    assert 0.935 < hits / 2000 < 0.965


def test_what_is_undefined_stays_undefined() -> None:
    known = {"value": 0.5, "low": 0.4, "high": 0.6}
    assert optimism({"value": None}, known) == {"value": None, "low": None, "high": None}
    assert optimism({"value": 0.6, "low": None, "high": None}, known)["low"] is None


def test_the_metric_is_what_the_recipe_watches() -> None:
    assert metric_of(recipe_of()) == "accuracy"
    assert metric_of(recipe_of("training.monitor=val_balanced_accuracy")) == "balanced_accuracy"
