"""Folds made of what is outside test; the joint split; what a folder refuses. Trained in tests/cli."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lentigo.data.manifest import Manifest
from lentigo.data.split import make_split
from lentigo.experiments.crossvalidating.crossvalidation import (
    CrossValidation,
    chooses_by_validation,
    folds_of,
    joint_split,
    open_folds,
)
from lentigo.settings.errors import RunError, SettingsError, SplitError
from lentigo.settings.toml import load_recipe

pytestmark = pytest.mark.filterwarnings("ignore::lentigo.data.tables.LentigoWarning")


def test_without_a_split_a_test_part_is_kept_aside(pairs_manifest: Manifest) -> None:
    found = folds_of(pairs_manifest)
    assert found.num_folds == 5
    assert found.facts["num_images"]["test"] == pytest.approx(0.15 * 120, abs=3)
    assert (found.folds(pairs_manifest) < 0).sum() == found.facts["num_images"]["test"]


def test_a_splits_own_folds_are_used_and_others_are_dealt(pairs_manifest: Manifest) -> None:
    own, plain = make_split(pairs_manifest, folds=3), make_split(pairs_manifest)
    assert folds_of(pairs_manifest, own) is own
    assert folds_of(pairs_manifest, own, folds=3) is own
    with pytest.raises(SplitError, match="the split has 3 folds, not 4"):
        folds_of(pairs_manifest, own, folds=4)
    dealt = folds_of(pairs_manifest, plain, folds=4)
    assert dealt.num_folds == 4
    assert (dealt.table["part"] == plain.table["part"]).all(), "the test part stays"


def test_together_the_folds_have_learnt_all_but_test(pairs_manifest: Manifest) -> None:
    split = folds_of(pairs_manifest, make_split(pairs_manifest), folds=3)
    joint = joint_split(split)
    learnt = set(joint.rows(pairs_manifest, "train").tolist())
    for fold in range(3):
        assert set(split.for_fold(fold).rows(pairs_manifest, "train").tolist()) < learnt
    held = np.concatenate([split.for_fold(fold).rows(pairs_manifest, "validation") for fold in range(3)])
    assert sorted(held.tolist()) == sorted(learnt)
    assert joint.rows(pairs_manifest, "test").tolist() == split.rows(pairs_manifest, "test").tolist()
    assert joint.origin == split.origin


def test_a_folder_belongs_to_one_set_of_folds(pairs_manifest: Manifest, tmp_path: Path) -> None:
    recipe = load_recipe("baseline")
    jobs = [
        CrossValidation(recipe, pairs_manifest, folds_of(pairs_manifest, folds=folds), tmp_path / "cv")
        for folds in (2, 3)
    ]
    open_folds(jobs[0])
    open_folds(jobs[0])
    with pytest.raises(RunError, match="other folds; give another folder"):
        open_folds(jobs[1])
    search = load_recipe("genetic")
    with pytest.raises(SettingsError, match="search"):
        open_folds(CrossValidation(search, pairs_manifest, jobs[0].split, tmp_path / "other"))


def test_recipes_that_look_at_validation_are_told() -> None:
    assert not chooses_by_validation(load_recipe("baseline"))
    assert chooses_by_validation(load_recipe("lite0-eight"))
    assert not chooses_by_validation(load_recipe("lite0-eight", ["training.keep=last"]))
