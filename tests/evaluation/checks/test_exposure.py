"""Shares of evaluated images whose lesion was trained on, and what a split per image gives."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from lentigo.evaluation.checks.exposure import (
    chance_of_a_known_lesion,
    expected_share,
    exposure,
    share_before,
)


def test_by_hand(audited: Any) -> None:
    data = audited(
        ("train", "test"),
        part=["train", "train", "train", "test"] * 2,
        lesion_id=["a", "a", "b", "a", "c", "", "d", ""],
        group=["a", "a", "b", "a", "c", "e", "d", "e"],
        **{"class": ["MEL"] * 4 + ["NV"] * 4},
    )
    whole, mel, nv = exposure(data)
    assert (whole["part"], whole["class"], whole["n_images"], whole["n_lesions_known"]) == (
        "test",
        "all",
        2,
        1,
    )
    assert (whole["share"], whole["lesion_share"]) == (1.0, 0.5)
    assert (mel["n_linked"], nv["n_linked"], nv["lesion_share"]) == (1, 1, None)
    # three images of lesion a, three quarters trained on: 1 - (1/4)^2 for each, of eight images
    assert whole["expected_lesion_share"] == pytest.approx(3 * (1 - 1 / 16) / 8)
    assert expected_share(data) == pytest.approx(3 * (1 - 1 / 16) / 8)
    assert share_before(data, "test") == 0.75


def test_random_folds_give_what_is_expected(audited: Any) -> None:
    random = np.random.default_rng(0)
    lesions = [f"l{number}" for number in random.integers(0, 900, 2000)]
    parts = tuple("abcde")
    shares = []
    for _ in range(20):
        sides = [parts[place] for place in random.permutation(2000) % 5]
        data = dataclasses.replace(audited(parts, part=sides, lesion_id=lesions), is_folds=True)
        entry = exposure(data)[0]
        shares.append(entry["lesion_share"])
        assert entry["expected_lesion_share"] == expected_share(data)
    assert np.mean(shares) == pytest.approx(entry["expected_lesion_share"], abs=0.01)
    assert chance_of_a_known_lesion(data, "all").max() < 1
    assert share_before(data, "all") == 0.8


def test_nothing_known(audited: Any) -> None:
    data = audited(("train", "test"), part=["train", "test"])
    assert exposure(data)[0]["lesion_share"] is None
    assert np.isnan(expected_share(data))
