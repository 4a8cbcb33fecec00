"""Several runs as one directory: found again, refused when they have changed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from lentigo.settings.errors import RunError
from lentigo.settings.members import (
    OUT_OF_FOLD,
    Member,
    is_cross_validated,
    is_several,
    member_entries,
    members_of,
    recipe_of,
    require_network,
    weights_hash,
)
from lentigo.settings.recipe import Recipe
from lentigo.settings.run import RunDirectory


def make_run(path: Path, sha256: str) -> RunDirectory:
    run = RunDirectory(path)
    path.mkdir(parents=True)
    run.write_recipe(Recipe(name=path.name))
    run.update_record(status="finished", name=path.name, weights={"sha256": sha256})
    return run


@pytest.fixture
def both(tmp_path: Path) -> RunDirectory:
    members = [
        Member(make_run(tmp_path / name, name * 3), weight) for name, weight in (("a", 0.7), ("b", 0.3))
    ]
    run = RunDirectory(tmp_path / "ensembles" / "both")
    run.path.mkdir(parents=True)
    entries = member_entries(run, members)
    run.update_record(status="finished", name="both", mean="arithmetic", members=entries)
    return run


def test_members_are_found_again_after_all_have_moved(both: RunDirectory, tmp_path: Path) -> None:
    shutil.move(tmp_path, tmp_path.with_name("moved"))
    moved = RunDirectory(tmp_path.with_name("moved") / "ensembles" / "both")
    found = members_of(moved)
    assert [(member.run.record()["name"], member.weight) for member in found] == [("a", 0.7), ("b", 0.3)]
    assert recipe_of(moved).name == recipe_of(found[0].run).name == "a"


def test_one_run_is_not_several(both: RunDirectory) -> None:
    member = members_of(both)[0].run
    assert is_several(both)
    assert not is_several(member)
    assert not is_cross_validated(both)
    both.update_record(held_out=OUT_OF_FOLD)
    assert is_cross_validated(both)
    require_network(member, "be exported")
    with pytest.raises(RunError, match=r"mean of 2 runs and cannot be exported; take one .*a$"):
        require_network(both, "be exported")


def test_a_member_trained_anew_is_refused(both: RunDirectory, tmp_path: Path) -> None:
    before = weights_hash(both)
    RunDirectory(tmp_path / "b").update_record(weights={"sha256": "other"})
    with pytest.raises(RunError, match="trained again"):
        members_of(both)
    assert weights_hash(both) == before, "it is what was put together"


def test_a_member_that_has_gone_or_is_not_finished_is_named(both: RunDirectory, tmp_path: Path) -> None:
    RunDirectory(tmp_path / "b").update_record(status="running")
    with pytest.raises(RunError, match="b is not finished"):
        members_of(both)
    shutil.rmtree(tmp_path / "b")
    with pytest.raises(RunError, match="b is not there; move them together"):
        members_of(both)


def test_other_weights_are_another_hash(both: RunDirectory) -> None:
    entries = both.record()["members"]
    before = weights_hash(both)
    both.update_record(members=[{**entries[0], "weight": 0.6}, {**entries[1], "weight": 0.4}])
    assert weights_hash(both) != before
