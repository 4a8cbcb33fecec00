"""The pair: what is drawn, that the guard sees it, and the arithmetic of the leak."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lentigo.api.answers.leak_guard import linked_rows
from lentigo.data.manifest import Manifest
from lentigo.data.split import load_split, save_split
from lentigo.evaluation.leak import check_no_leak
from lentigo.experiments.leaking.leaked import (
    SHARE,
    PairJob,
    figure,
    leak_pair,
    majority_share,
    mixture,
    pair_recipe,
    per_image_split,
    resplit,
)
from lentigo.settings.errors import LeakError, SettingsError


def test_the_per_image_split_holds_a_sixth_and_says_what_it_is(
    pairs_manifest: Manifest, tmp_path: Path
) -> None:
    split = per_image_split(pairs_manifest, seed=4)
    sizes = [len(split.rows(pairs_manifest, part)) for part in ("train", "validation", "test")]
    assert sizes == [100, 20, 0]
    counts = np.unique(pairs_manifest.labels()[split.rows(pairs_manifest, "validation")], return_counts=True)[
        1
    ]
    assert sorted(counts.tolist()) == [3, 7, 10], "a sixth of 20, 40 and 60"
    assert split.facts["per_image"] is True
    assert split.facts["num_groups_on_two_sides"] == len(split.crossings(pairs_manifest)) > 5
    save_split(tmp_path / "split.csv", split)
    assert load_split(tmp_path / "split.csv").hash == split.hash


def test_the_guard_stops_whoever_compares_truth_on_it(pairs_manifest: Manifest) -> None:
    split = per_image_split(pairs_manifest)
    sides = [linked_rows(pairs_manifest, split, part) for part in ("validation", "train")]
    with pytest.raises(LeakError, match="the same lesion"):
        check_no_leak(*sides)
    assert check_no_leak(*sides, allow_leak=True)


@given(st.integers(6, 300), st.integers(6, 300), st.integers(0, 5))
def test_the_new_sixth_has_as_many_of_either_side(malignant: int, benign: int, seed: int) -> None:
    sides = np.array([True] * malignant + [False] * benign)
    chosen = resplit(sides, seed)
    assert len(set(chosen.tolist())) == len(chosen)
    expected = max(2, round(SHARE * 2 * min(malignant, benign)))
    assert len(chosen) == expected
    assert abs(sides[chosen].sum() - expected / 2) <= 0.5


def test_five_sixths_of_the_new_sixth_were_trained_on(pairs_manifest: Manifest) -> None:
    """As in the study's printed figures: 2 x 8,473 of 25,331 images."""
    generator = np.random.default_rng(0)
    sides = np.arange(25331) < 8473
    is_trained = generator.random(25331) < 5 / 6
    chosen = resplit(sides, seed=0)
    assert len(chosen) == 2824
    assert is_trained[chosen].mean() == pytest.approx(5 / 6, abs=0.02)


def test_the_mixture_gives_the_study_s_reported_figures() -> None:
    """`study.md`: 5/6 + 0.9064/6 = 0.984 (reported 0.9833), 5/6 + 0.9116/6 = 0.985 (reported 0.9851)."""
    assert mixture(5 / 6, 1.0, 0.9064) == pytest.approx(0.9833, abs=0.0015)
    assert mixture(5 / 6, 1.0, 0.9116) == pytest.approx(0.9851, abs=0.0005)
    assert mixture(0.0, 1.0, 0.7) == 0.7


def test_the_recipe_is_binary_keeps_the_last_epoch_and_is_no_search() -> None:
    recipe = pair_recipe("lite0-eight", ["input.height=128", "input.width=128"])
    assert (recipe.task.classes, recipe.training.keep, recipe.input.height) == ("binary", "last", 128)
    assert pair_recipe("baseline", ["training.keep=best"]).training.keep == "best"
    with pytest.raises(SettingsError, match="two classes"):
        pair_recipe("baseline", ["task.classes=all"])
    with pytest.raises(SettingsError):
        pair_recipe("genetic")


def test_a_figure_is_marked_exactly_where_there_is_a_leak() -> None:
    evaluation: dict[str, Any] = {
        "leaked": True, "class_weighted": {"accuracy": 1}, "metrics": {"accuracy": 2},
        "n_images": 3, "n_groups": 2, "split_hash": "h",
    }  # fmt: skip
    found = figure("resplit", "re-split", evaluation, "why")
    assert (found["mark"], found["why"], found["balanced"]) == ("LEAKED", "why", 1)
    assert figure("by_group", "by group", {**evaluation, "leaked": False}, "why")["mark"] == ""


def test_the_majority_is_counted_by_truth() -> None:
    assert majority_share({"confusion_matrix": [[1, 5], [0, 4]]}) == 0.6


@pytest.mark.slow
def test_the_pair_on_drawn_images(small_data: Any, tmp_path: Path) -> None:
    """A network that memorises its images: the re-split flatters, and by what the mixture says."""
    from lentigo.data.manifest import load_manifest

    overrides = ["input.height=32", "input.width=40", "stages.0.epochs=25", "training.batch_size=16"]
    manifest = load_manifest(small_data.data)
    facts = leak_pair(PairJob(pair_recipe("baseline", overrides), manifest, tmp_path))
    by_name = {item["name"]: item for item in facts["figures"]}
    assert [item["mark"] for item in facts["figures"]] == ["", "LEAKED", "LEAKED"]
    assert facts["share_trained"] == pytest.approx(5 / 6, abs=0.12)
    assert by_name["resplit"]["balanced"]["value"] > by_name["per_image"]["balanced"]["value"]
    assert facts["found_minus_prediction"] == pytest.approx(0, abs=0.15)
