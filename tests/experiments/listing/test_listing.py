"""Runs of a folder: figures as they were written, what sets each apart, damage told and not fatal."""

from __future__ import annotations

from pathlib import Path

import pytest

from lentigo.experiments.listing.listing import list_runs
from lentigo.settings.errors import RunError


def test_the_best_on_validation_comes_first_and_nothing_is_lost(folder: Path) -> None:
    found = list_runs(folder)
    assert [run["path"] for run in found["runs"]] == ["leaky", "deep/fast", "plain", "new"]
    assert found["split_hashes"] == 1
    fast = found["runs"][1]
    assert fast["differs"] == {"training.batch_size": 8, "stages.0.lr": 0.01}
    assert found["runs"][2]["differs"] == {}
    assert fast["parts"]["test"]["balanced_accuracy"] == {
        "value": 0.7,
        "low": 0.7 - 0.05,
        "high": 0.7 + 0.05,
        "n": 9,
        "n_groups": 8,
    }
    assert fast["parts"]["test"]["malignant_roc_auc"] == {
        "value": 0.8,
        "low": 0.8 - 0.05,
        "high": 0.8 + 0.05,
        "n": 9,
        "n_groups": 8,
    }


def test_a_damaged_run_is_told_and_the_others_are_listed(folder: Path) -> None:
    (folder / "plain" / "run.json").write_text("{")
    found = {run["path"]: run for run in list_runs(folder)["runs"]}
    assert found["plain"]["status"] == "damaged"
    assert "run.json" in found["plain"]["error"]
    assert found["deep/fast"]["error"] == ""


def test_a_folder_without_runs_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="no run lies in"):
        list_runs(tmp_path)
    with pytest.raises(RunError, match="no folder"):
        list_runs(tmp_path / "nowhere")
