"""`lentigo demo`: its options; what it does is tested in tests/api/test_demonstration.py."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from lentigo import api
from lentigo.cli.app import main


def test_the_result_and_the_report_are_named(
    small_job: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def finished_demo(out: Path, **options: Any) -> dict[str, Any]:
        assert options["seed"] == 3
        return api.evaluate(shutil.copytree(small_job.run, tmp_path / "run"), with_baselines=False)

    monkeypatch.setattr(api, "demo", finished_demo)
    assert main(["demo", "--out", str(tmp_path), "--seed", "3"]) == 0
    said = capsys.readouterr()
    assert "balanced accuracy" in said.out
    assert str(tmp_path / "report.html") in said.out
    for verb in ("predict", "serve"):
        assert f"lentigo {verb} {tmp_path / 'bundle'}" in said.err.replace("\n", "")
    assert "not a medical device" in " ".join(said.err.split())
