"""`lentigo train`: what it leaves behind, and that the same command again changes nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lentigo.cli.app import main
from lentigo.settings.files import sha256_of


def places(job: Any) -> list[str]:
    return ["--manifest", str(job.data), "--split", str(job.split), "--out", str(job.run)]


def test_a_run_holds_everything_it_was_made_from(small_job: Any) -> None:
    record = json.loads((small_job.run / "run.json").read_text())
    split = json.loads(small_job.split.with_suffix(".json").read_text())
    assert record["status"] == "finished"
    assert record["split"]["hash"] == split["hash"]
    assert record["image_counts"]["train"] == split["num_images"]["train"]
    assert len((small_job.run / "history.jsonl").read_text().splitlines()) == 2
    for name in ("recipe.toml", "model.weights.h5", "split.csv"):
        assert (small_job.run / name).is_file()


def test_the_same_command_again_leaves_a_finished_run_alone(
    small_job: Any, train_small: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    before = sha256_of(small_job.run / "model.weights.h5")
    assert main(["train", "baseline", *places(small_job), *train_small]) == 0
    assert "finished already" in capsys.readouterr().err
    assert sha256_of(small_job.run / "model.weights.h5") == before


def test_another_training_is_not_written_over_it(
    small_job: Any, train_small: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    changed = [*places(small_job), *train_small, "--set", "training.seed=9"]
    assert main(["train", "baseline", *changed]) == 2
    assert "another recipe" in capsys.readouterr().err


def test_every_wrong_setting_is_named(small_job: Any, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = ["--set", "training.batchsize=3", "--set", "stages.0.epochs=0.5"]
    assert main(["train", "baseline", *places(small_job), *wrong]) == 2
    said = capsys.readouterr().err
    assert "training.batchsize: unknown key; did you mean batch_size?" in said
    assert "stages.0.epochs: expected a whole number" in said
