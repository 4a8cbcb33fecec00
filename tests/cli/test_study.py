"""`lentigo study`: one row for real, resumed without being repeated; options; the table in short."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lentigo.cli.app import main
from lentigo.cli.study import parse_weights, table_text
from lentigo.settings.errors import SettingsError

TINY = ("--set", "stages.0.epochs=1", "--set", "input.height=16", "--set", "input.width=16")


def test_a_row_is_run_measured_and_not_repeated(
    small_data: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = [
        "study",
        "--rows",
        "S1",
        "--manifest",
        str(small_data.data),
        "--split",
        str(small_data.split),
    ]
    arguments += ["--out", str(tmp_path), *TINY, "--json"]
    assert main(arguments) == 0
    (row,) = json.loads(capsys.readouterr().out)["rows"]
    assert row["id"] == "S1"
    assert row["scale"]["images"]["train"] == 64
    assert row["ours"]["accuracy"]["n"] == row["scale"]["images"]["test"]
    assert 0 <= row["training"]["accuracy"] <= 1
    assert {path.name for path in tmp_path.glob("study.*")} == {
        "study.html",
        "study.csv",
        "study.json",
        "study.png",
    }
    weights = tmp_path / "runs" / "baseline" / "model.weights.h5"
    before = weights.stat().st_mtime_ns
    assert main(arguments) == 0
    assert json.loads(capsys.readouterr().out)["rows"] == [row]
    assert weights.stat().st_mtime_ns == before
    looks = json.loads((tmp_path / "runs" / "baseline" / "run.json").read_text())["test_looks"]
    assert len(looks) == 1, "the test part is looked at once"


def test_rows_can_be_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["study", "--list", "--rows", "S6,S1", "--out", str(tmp_path / "x")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines] == [
        ["S1", "baseline"], ["S6", "xception-binary"],
    ]  # fmt: skip
    assert not (tmp_path / "x").exists()


def test_misuse(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["study", "--rows", "S77", "--out", str(tmp_path)]) == 2
    assert "no row S77" in capsys.readouterr().err
    assert main(["study", "--scale", "small", "--out", str(tmp_path)]) == 2
    assert "--manifest" in capsys.readouterr().err


def test_weights_are_words_or_files(tmp_path: Path) -> None:
    file = tmp_path / "w.h5"
    file.touch()
    assert parse_weights([f"xception={file}", "vgg19=none"]) == {"xception": str(file), "vgg19": "none"}
    for wrong in ("xception", "=none", "vgg19=", f"vgg19={tmp_path / 'gone.h5'}"):
        with pytest.raises(SettingsError, match="--weights"):
            parse_weights([wrong])


def test_the_table_in_short_marks_leaks_and_untrained_rows() -> None:
    figure = {"value": 0.9, "low": 0.8, "high": 0.95}
    row: dict[str, Any] = {
        "id": "S6", "reported": {"unbalanced": [0.8, 0.9116], "balanced": []}, "error": "", "leaked": True,
        "ours": {"accuracy": figure, "balanced": figure}, "is_trained": False,
        "training": {"figure": 0.5, "is_balanced": False},
    }  # fmt: skip
    text = table_text([row, {**row, "id": "S3", "error": "no weights"}])
    assert "0.912 / -" in text
    assert text.count("LEAKED 0.900") == 2
    assert "0.500  not trained" in text
    assert "failed: no weights" in text
    balanced = {**row, "training": {"figure": 0.7, "is_balanced": True}, "is_trained": True}
    assert table_text([balanced]).endswith("0.700 balanced")
