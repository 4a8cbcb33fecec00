"""A run that is made up: its files as a training leaves them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lentigo.settings.run import RunDirectory
from lentigo.settings.toml import load_recipe
from lentigo.training.history import write_history

ROWS: list[dict[str, Any]] = [
    {"stage": 0, "stage_name": "head", "epoch": 0, "lr": 0.01, "loss": 2.0, "val_loss": 1.5, "seconds": 3.0},
    {"stage": 1, "stage_name": "all", "epoch": 0, "lr": 0.001, "loss": 1.0, "val_loss": None, "seconds": 4.0},
]


@pytest.fixture
def rows() -> list[dict[str, Any]]:
    return ROWS


@pytest.fixture
def begun_run(tmp_path: Path) -> RunDirectory:
    """With one epoch behind it."""
    run = RunDirectory(tmp_path / "runs" / "first")
    run.write_recipe(load_recipe("demo"))
    run.update_record(status="running", seconds=None, num_parameters=12)
    write_history(run.history_file, ROWS[:1])
    return run
