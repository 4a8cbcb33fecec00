"""A folder of runs: a plain one, a better one, one that leaked, one without figures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lentigo.settings.run import RunDirectory
from lentigo.settings.sealing import write_sealed
from lentigo.settings.toml import load_recipe


def interval(value: float | None) -> dict[str, Any]:
    ends = (None, None) if value is None else (value - 0.05, value + 0.05)
    return {"value": value, "low": ends[0], "high": ends[1], "n": 9, "n_groups": 8}


def make_run(folder: Path, balanced: float | None, overrides: tuple[str, ...] = (), **record: Any) -> None:
    run = RunDirectory(folder)
    folder.mkdir(parents=True)
    run.write_recipe(load_recipe("baseline", overrides))
    facts = {
        "name": folder.name,
        "status": "finished",
        "started": "2026-01-01T00:00:00+00:00",
        "seconds": 61.0,
    }
    run.update_record(**facts, split={"hash": "a" * 64}, test_looks=[], **record)
    part = {
        "n_images": 9,
        "leaked": folder.name == "leaky",
        "metrics": {"balanced_accuracy": interval(balanced), "roc_auc": interval(0.9)},
        "malignant_vs_benign": {"metrics": {"roc_auc": interval(0.8)}},
    }
    if balanced is not None:
        write_sealed(run.evaluation_file, {"parts": {"validation": part, "test": part}})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "runs"
    make_run(place / "plain", 0.6)
    make_run(place / "deep" / "fast", 0.7, ("stages.0.lr=0.01", "training.batch_size=8"))
    make_run(place / "leaky", 0.95)
    make_run(place / "new", None)
    return place
