"""What people see of a training."""

from __future__ import annotations

import pytest

from lentigo.cli.training_progress import training_progress
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
