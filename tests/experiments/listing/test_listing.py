"""Runs of a folder: figures as they were written, what sets each apart, damage told and not fatal."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from lentigo.experiments.listing.listing import list_runs
from lentigo.experiments.listing.listing_page import runs_page, runs_text
from lentigo.settings.errors import RunError
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


def test_the_best_on_validation_comes_first_and_nothing_is_lost(folder: Path) -> None:
    found = list_runs(folder)
    assert [run["path"] for run in found["runs"]] == ["leaky", "deep/fast", "plain", "new"]
    assert found["split_hashes"] == 1
    fast = found["runs"][1]
    assert fast["differs"] == {"training.batch_size": 8, "stages.0.lr": 0.01}
    assert found["runs"][2]["differs"] == {}
    assert fast["parts"]["test"]["balanced_accuracy"] == interval(0.7)
    assert fast["parts"]["test"]["malignant_roc_auc"] == interval(0.8)


def test_what_a_person_reads(folder: Path) -> None:
    lines = runs_text(list_runs(folder)).splitlines()
    assert lines[1].startswith("leaky      LEAKED 0.950 ")
    assert lines[2].split()[:2] == ["deep/fast", "0.700"]
    assert lines[3].strip() == "training.batch_size = 8"
    assert lines[-1].split() == ["new", "finished"]


def test_a_damaged_run_is_told_and_the_others_are_listed(folder: Path) -> None:
    (folder / "plain" / "run.json").write_text("{")
    found = {run["path"]: run for run in list_runs(folder)["runs"]}
    assert found["plain"]["status"] == "damaged"
    assert "run.json" in found["plain"]["error"]
    assert found["deep/fast"]["error"] == ""


def test_looking_at_test_with_many_is_remarked(folder: Path) -> None:
    for name in ("plain", "leaky"):
        RunDirectory(folder / name).update_record(test_looks=["2026-01-01T00:00:00+00:00"])
    RunDirectory(folder / "new").update_record(split={"hash": "b" * 64})
    text = runs_text(list_runs(folder))
    assert "2 runs have been looked at on test" in text
    assert "2 different splits" in text


def test_names_cannot_break_the_page(folder: Path) -> None:
    shutil.move(folder / "plain", folder / "<script>alert(1)<")
    page = runs_page(list_runs(folder))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    assert "LEAKED" in page


def test_a_folder_without_runs_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="no run lies in"):
        list_runs(tmp_path)
    with pytest.raises(RunError, match="no folder"):
        list_runs(tmp_path / "nowhere")
