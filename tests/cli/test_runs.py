"""`lentigo runs`: the run of a real job in the table, and the page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lentigo.cli.app import main


def test_a_real_run_is_listed_with_its_figures(
    small_job: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = small_job.run.parent
    assert main(["runs", str(folder), "--json", "--out", str(tmp_path / "runs.html")]) == 0
    found = {run["path"]: run for run in json.loads(capsys.readouterr().out)["runs"]}
    run = found[small_job.run.name]
    assert run["status"] == "finished"
    known = json.loads((small_job.run / "evaluation.json").read_text())["parts"]["validation"]
    assert run["parts"]["validation"]["balanced_accuracy"] == known["metrics"]["balanced_accuracy"]
    assert small_job.run.name in (tmp_path / "runs.html").read_text()


def test_a_folder_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["runs", "nowhere"]) == 2
    assert "nowhere is no folder" in capsys.readouterr().err
