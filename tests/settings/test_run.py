"""The run directory: its record, its lock, and what a missing or damaged one says."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest

from lentigo.settings.errors import RunError
from lentigo.settings.recipe import Recipe, Task
from lentigo.settings.run import RunDirectory, versions


def _hold(
    path: str, ready: multiprocessing.synchronize.Event, done: multiprocessing.synchronize.Event
) -> None:
    with RunDirectory(path).locked():
        ready.set()
        done.wait(20)


def test_a_second_process_is_told_who_holds_the_run(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    ready, done = context.Event(), context.Event()
    holder = context.Process(target=_hold, args=(str(tmp_path / "run"), ready, done))
    holder.start()
    assert ready.wait(20)
    with pytest.raises(RunError, match=f"process {holder.pid}"), RunDirectory(tmp_path / "run").locked():
        pass
    done.set()
    holder.join(20)
    with RunDirectory(tmp_path / "run").locked():
        pass


def test_the_record_keeps_what_was_there(tmp_path: Path) -> None:
    run = RunDirectory(tmp_path)
    run.update_record(name="x", seed=1)
    run.update_record(seed=2)
    record = run.record()
    assert (record["name"], record["seed"], record["schema_version"]) == ("x", 2, 1)
    assert "not a medical device" in record["notice"]


def test_recipe_goes_in_and_out(tmp_path: Path) -> None:
    run = RunDirectory(tmp_path)
    recipe = Recipe(name="x", task=Task(classes="binary"))
    run.write_recipe(recipe)
    assert run.recipe() == recipe


def test_a_folder_that_is_no_run_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="lentigo train"):
        RunDirectory.existing(tmp_path)


def test_a_damaged_record_is_named(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text("{", encoding="utf-8")
    with pytest.raises(RunError, match="damaged"):
        RunDirectory.existing(tmp_path).record()


def test_versions_name_python_and_what_is_installed() -> None:
    assert {"python", "numpy", "lentigo"} <= set(versions())
