"""Shares of evaluated images whose lesion was trained on, and what a split per image gives."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from lentigo.evaluation.checks.exposure import chance_of_a_known_lesion, expected_share, exposure


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
    # of four MEL one is evaluated, so that its lesion's others are trained on; three of four are of a
    assert mel["expected_lesion_share"] == pytest.approx(3 / 4)
    assert whole["expected_lesion_share"] == expected_share(data) == pytest.approx((3 / 4 + 0) / 2)


def test_each_class_by_its_own_share(audited: Any) -> None:
    """Half of DF is trained on, 5/6 of NV: by chance a pair of DF is known in 3/5, of NV in 1."""
    data = audited(
        ("train", "test"),
        part=["train", "test"] * 3 + ["train"] * 5 + ["test"],
        lesion_id=["a", "a", "b", "b", "c", "c", "d", "d", "e", "e", "f", "f"],
        **{"class": ["DF"] * 6 + ["NV"] * 6},
    )
    shares = {entry["class"]: entry["expected_lesion_share"] for entry in exposure(data)}
    assert shares == pytest.approx({"DF": 3 / 5, "NV": 1, "all": (3 * 3 / 5 + 1) / 4})


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


def test_nothing_known(audited: Any) -> None:
    data = audited(("train", "test"), part=["train", "test"])
    assert exposure(data)[0]["lesion_share"] is None
    assert np.isnan(expected_share(data))
