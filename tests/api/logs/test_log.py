"""What a training tells a log: every epoch once, whether it was stopped or not."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from lentigo.api.logs.log import RunLog, flat_settings, scalars_of
from lentigo.settings.run import RunDirectory
from lentigo.training.history import write_history


class Kept:
    """A log that keeps what it is told."""

    def __init__(self) -> None:
        self.told: dict[int, dict[str, float]] = {}
        self.texts: dict[str, str] = {}
        self.keys: dict[str, str] = {}
        self.pictures: list[str] = []
        self.status = ""

    def scalars(self, values: Mapping[str, float], step: int) -> None:
        self.told.setdefault(step, {}).update(values)

    def settings(self, values: Mapping[str, str]) -> None:
        self.keys |= values

    def text(self, name: str, text: str) -> None:
        self.texts[name] = text

    def picture(self, name: str, path: Path) -> None:
        with Image.open(path) as picture:
            assert picture.width > 300
        self.pictures.append(name)

    def close(self, status: str) -> None:
        self.status = status


def test_a_training_that_goes_on_tells_what_it_had_before(
    begun_run: RunDirectory, rows: list[dict[str, Any]]
) -> None:
    kept = Kept()
    listener = RunLog(lambda _run: kept)
    listener.training_started(begun_run)
    assert list(kept.told) == [1]
    listener.epoch_ended(rows[1])
    write_history(begun_run.history_file, rows)
    begun_run.update_record(status="finished", seconds=7.0)
    listener.training_ended(begun_run)
    assert kept.told[1]["loss/train"] == 2.0
    assert kept.told[1]["loss/validation"] == 1.5
    assert kept.told[2] == pytest.approx(
        {"loss/train": 1.0, "epoch/stage": 1, "epoch/epoch": 0, "epoch/lr": 0.001, "epoch/seconds": 4.0}
        | {"run/seconds": 7.0, "run/num_parameters": 12}
    )
    assert kept.pictures == ["Loss"]
    assert kept.status == "finished"
    assert kept.texts["recipe"] == begun_run.recipe_text()
    assert kept.keys["stages.0.learn"] == "['head']"
    assert kept.keys["model.backbone"] == "efficientnet-lite0"


def test_an_epoch_without_a_training_is_told_to_nobody(rows: list[dict[str, Any]]) -> None:
    listener = RunLog(lambda _run: pytest.fail("nothing is opened"))
    listener.epoch_ended(rows[0])
    listener.training_ended(RunDirectory("nowhere"))


def test_undefined_figures_and_names_are_left_out() -> None:
    assert scalars_of({"loss": float("nan"), "val_loss": None, "stage_name": "all", "val_accuracy": 1}) == {
        "accuracy/validation": 1.0
    }


def test_settings_are_flat() -> None:
    text = 'name = "x"\n[task]\nmalignant = ["MEL", "BCC"]\n[[stages]]\nlr = 0.5\n[[stages]]\nlr = 1.0\n'
    assert flat_settings(text) == {
        "name": "x",
        "task.malignant": "['MEL', 'BCC']",
        "stages.0.lr": "0.5",
        "stages.1.lr": "1.0",
    }
