"""The run directory: its record, its lock, and what a missing or damaged one says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from lentigo.settings.errors import RunError
from lentigo.settings.files import sha256_of
from lentigo.settings.recipe import Recipe, Task
from lentigo.settings.run import RunDirectory, command_line, rows_hash, versions
from lentigo.training.history import write_history

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


def test_a_recipe_changed_after_the_training_is_refused(tmp_path: Path) -> None:
    run = RunDirectory(tmp_path)
    run.write_recipe(Recipe(name="x"))
    text = run.recipe_file.read_text(encoding="utf-8")
    run.recipe_file.write_text(text.replace("height = 224", "height = 225"), encoding="utf-8")
    with pytest.raises(RunError, match=r"recipe\.toml was changed"):
        run.recipe()
    run.recipe_file.write_text(text.partition("\n")[2], encoding="utf-8")
    assert run.recipe() == Recipe(name="x"), "earlier versions wrote no seal"


def test_weights_are_compared_with_the_record(tmp_path: Path) -> None:
    run = RunDirectory(tmp_path)
    with pytest.raises(RunError, match=r"model\.weights\.h5 is missing"):
        run.verified_weights()
    run.weights_file.write_bytes(b"weights")
    run.update_record(weights={"path": run.weights_file.name, "sha256": sha256_of(run.weights_file)})
    assert run.verified_weights() == run.weights_file
    run.weights_file.write_bytes(b"weightt")
    with pytest.raises(RunError, match="not the file that was saved"):
        run.verified_weights()


def test_a_history_is_that_of_the_finished_run(tmp_path: Path) -> None:
    run, rows = RunDirectory(tmp_path), [{"stage": 0, "loss": 0.25}, {"stage": 0, "loss": None}]
    assert run.history() == []
    write_history(run.history_file, rows)
    run.update_record(history_sha256=rows_hash(rows))
    assert run.history() == rows
    write_history(run.history_file, rows[:1])
    with pytest.raises(RunError, match=r"history\.jsonl was changed after the run was finished"):
        run.history()
