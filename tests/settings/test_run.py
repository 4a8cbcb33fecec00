"""The run directory: its record, its lock, and what a missing or damaged one says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from lentigo.settings.errors import RunError
from lentigo.settings.recipe import Recipe, Task
from lentigo.settings.run import RunDirectory, command_line, versions

HOLD = """
import sys
from lentigo.settings.run import RunDirectory
with RunDirectory(sys.argv[1]).locked():
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_process_is_told_who_holds_the_run(tmp_path: Path) -> None:
    path = tmp_path / "run"
    command = [sys.executable, "-c", HOLD, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(RunError, match=f"process {holder.pid}"), RunDirectory(path).locked():
            pass
        holder.communicate()
    with RunDirectory(path).locked():
        pass


def test_the_command_is_as_it_is_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["/somewhere/bin/lentigo", "train", "my recipe.toml"])
    assert command_line() == "lentigo train 'my recipe.toml'"


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
    with pytest.raises(RunError, match="no such directory"):
        RunDirectory.existing(tmp_path / "nowhere")
    (tmp_path / "bundle.json").write_text("{}", encoding="utf-8")
    with pytest.raises(RunError, match="it is a bundle"):
        RunDirectory.existing(tmp_path)


def test_a_damaged_record_is_named(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text("{", encoding="utf-8")
    with pytest.raises(RunError, match="damaged"):
        RunDirectory.existing(tmp_path).record()


def test_versions_name_python_and_what_is_installed() -> None:
    assert {"python", "numpy", "lentigo"} <= set(versions())
