"""`lentigo train`: what it leaves behind, and that the same command again changes nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import keras
import pytest

from lentigo.cli.app import main
from lentigo.models.backbones import BACKBONES, Backbone, Family
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


def two_blocks(height: int, width: int, weights: str) -> keras.Model:
    """A backbone that Lentigo does not know; its weights `paler` come from nowhere."""
    image = keras.Input((height, width, 3))
    features = image
    for number in (1, 2):
        features = keras.layers.Conv2D(4, 3, 2, activation="relu", name=f"part{number}_conv")(features)
    return keras.Model(image, features, name="two_blocks")


def test_one_row_adds_a_backbone(
    small_job: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    family = Family("x/128-1", r"part\d", "part1, part2")
    monkeypatch.setitem(BACKBONES, "two-blocks", Backbone("two-blocks", two_blocks, family, published="here"))
    run = tmp_path / "run"
    chosen = [
        *("--manifest", str(small_job.data), "--split", str(small_job.split), "--out", str(run)),
        *("--set", "model.backbone=two-blocks", "--set", "model.weights=paler"),
        *("--set", 'stages.0.learn=["part2", "head"]', "--set", "stages.0.epochs=1"),
        *("--set", "input.height=32", "--set", "input.width=40", "--set", "task.classes=all"),
    ]
    assert main(["train", "baseline", *chosen]) == 0
    said = " ".join(capsys.readouterr().err.split())
    assert "the published weights of two-blocks expect input.scaling 'x/128-1', and the recipe says" in said
    assert json.loads((run / "run.json").read_text())["never_learning"] == ["part1"]
    assert main(["evaluate", str(run), "--no-baselines"]) == 0
    assert "two-blocks" in (run / "report.html").read_text()
    assert main(["explain", str(run), "--count", "8"]) == 0
    explained = json.loads((run / "saliency" / "explanation.json").read_text())
    assert (explained["layer"], explained["feature_shape"]) == ("part2_conv", [7, 9, 4])


def test_an_unknown_backbone_is_named_before_images_are_decoded(
    small_job: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chosen = [
        "--manifest",
        str(small_job.data),
        "--split",
        str(small_job.split),
        "--out",
        str(tmp_path / "run"),
    ]
    assert main(["train", "baseline", *chosen, "--set", "model.backbone=efficientnet-b8"]) == 2
    assert "Did you mean efficientnet-b" in capsys.readouterr().err
    assert not (tmp_path / "run" / "recipe.toml").exists()


def test_every_wrong_setting_is_named(small_job: Any, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = ["--set", "training.batchsize=3", "--set", "stages.0.epochs=0.5"]
    assert main(["train", "baseline", *places(small_job), *wrong]) == 2
    said = capsys.readouterr().err
    assert "training.batchsize: unknown key; did you mean batch_size?" in said
    assert "stages.0.epochs: expected a whole number" in said
