"""The search directory: what it holds, and that another search is not written over it."""

from __future__ import annotations

from pathlib import Path

import pytest
from stub import recipe_of

from lentigo.searching.directory import SearchDirectory
from lentigo.settings.errors import RunError

IDENTITY = {"sampler": "genetic", "manifest": {"path": None, "sha256": "m"}, "split": {"hash": "s"}}


def test_a_search_is_opened_and_taken_up_again(tmp_path: Path) -> None:
    directory = SearchDirectory(tmp_path / "search")
    assert directory.record() == {}
    directory.open(recipe_of(), IDENTITY)
    directory.update_record(num_trials=3)
    started = directory.record()["started"]
    directory.open(recipe_of(), IDENTITY)
    assert directory.record()["started"] == started
    assert directory.record()["num_trials"] == 3
    assert directory.recipe() == recipe_of()


def test_another_search_is_refused_and_what_differs_is_named(tmp_path: Path) -> None:
    directory = SearchDirectory(tmp_path)
    directory.open(recipe_of(), IDENTITY)
    with pytest.raises(RunError, match="another sampler and recipe"):
        directory.open(recipe_of("search.population=9"), {**IDENTITY, "sampler": "tpe"})
    with pytest.raises(RunError, match="another split"):
        directory.open(recipe_of(), {**IDENTITY, "split": {"hash": "other"}})


def test_trials_are_numbered_folders_each_with_a_claim(tmp_path: Path) -> None:
    directory = SearchDirectory(tmp_path)
    assert directory.run_path(7) == tmp_path / "trials" / "0007"
    assert directory.claim_path(7).name == "0007.claim"
    assert directory.asking.parent == tmp_path


def test_the_storage_is_one_file_that_can_be_opened_again(tmp_path: Path) -> None:
    directory = SearchDirectory(tmp_path)
    directory.study().add_trial  # noqa: B018 - made here, found there
    study = SearchDirectory(tmp_path).study()
    assert study.direction.name == "MAXIMIZE"
    assert directory.storage_file.is_file()
