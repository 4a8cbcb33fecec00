from __future__ import annotations

import pytest

from lentigo.training.progress import StageStart, StepDone, TrainingProgress


def test_listening_to_nothing_is_silent(capsys: pytest.CaptureFixture[str]) -> None:
    progress = TrainingProgress()
    progress.preparing(1, 2)
    progress.stage_started(StageStart(0, 1, "all", 0, 3, 10))
    progress.step_done(StepDone(1, 2, 0.5, 0.5))
    progress.epoch_ended({})
    progress.note("a note")
    captured = capsys.readouterr()
    assert captured.out + captured.err == ""
