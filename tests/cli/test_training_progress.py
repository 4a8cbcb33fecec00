"""What people see of a training."""

from __future__ import annotations

import pytest

from lentigo.cli.training_progress import SHOWN, training_progress
from lentigo.training.progress import StageStart, StepDone


def test_each_epoch_leaves_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    row = {
        "loss": 0.5, "balanced_accuracy": 0.6, "val_loss": 0.7, "val_accuracy": 0.8,
        "val_balanced_accuracy": 0.75, "seconds": 12.0, "images_per_second": 40.0,
    }  # fmt: skip
    with training_progress() as progress:
        progress.preparing(1, 2)
        progress.stage_started(StageStart(0, 2, "head", 0, 3, 1234))
        progress.step_done(StepDone(1, 9, 0.5, float("nan")))
        progress.epoch_ended(row)
        progress.epoch_ended(row | dict.fromkeys(("val_loss", "val_accuracy", "val_balanced_accuracy")))
        progress.note("resumed [/]")
    said = " ".join(capsys.readouterr().err.split())
    assert "stage 1/2 (head): 1,234 parameters learn, 3 epochs" in said
    assert "epoch 1/3: loss 0.500, balanced accuracy 0.600; validation: loss 0.700, accuracy 0.800" in said
    assert "epoch 2/3: loss 0.500, balanced accuracy 0.600; validation: loss none" in said
    assert "resumed [/]" in said


def test_the_time_left_is_that_of_all_stages(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = [0.0]
    monkeypatch.setattr("lentigo.cli.training_progress.time.monotonic", lambda: now[0])
    row = dict.fromkeys(SHOWN) | {"seconds": 10.0, "images_per_second": 1.0}
    plan = ((1, 1.0), (3, 3.0))
    with training_progress() as progress:
        progress.stage_started(StageStart(0, 2, "head", 0, 1, 1, plan))
        now[0] = 10.0
        progress.epoch_ended(row)  # one tenth of 1 + 3 x 3 is done
        progress.stage_started(StageStart(1, 2, "all", 0, 3, 1, plan))
        now[0] = 40.0
        progress.epoch_ended(row)
        now[0] = 100.0
        progress.epoch_ended(row)
        progress.epoch_ended(row)
    lines = capsys.readouterr().err.splitlines()
    assert "about 1 min 30 s left" in lines[1]
    assert "3 epochs" in lines[2]
    assert "about 1 min 0 s left" in lines[3]
    assert "about 43 s left" in lines[4]
    assert "left" not in lines[5]
    assert "1 epoch\n" in lines[0] + "\n"


def test_a_resumed_training_counts_from_where_it_goes_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = [0.0]
    monkeypatch.setattr("lentigo.cli.training_progress.time.monotonic", lambda: now[0])
    row = dict.fromkeys(SHOWN) | {"seconds": 10.0, "images_per_second": 1.0}
    with training_progress() as progress:
        progress.stage_started(StageStart(0, 1, "all", 8, 10, 1, ((10, 3.0),)))
        now[0] = 5.0
        progress.epoch_ended(row)
    assert "about 5 s left" in capsys.readouterr().err
