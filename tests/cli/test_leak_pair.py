"""`lentigo leak-pair`: misuse is told before anything is drawn; the whole of it on few images."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lentigo.cli.app import main

pytestmark = pytest.mark.usefixtures("unrendered")


def test_misuse_is_told_before_anything_is_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "pair"
    assert main(["leak-pair", "baseline", "--out", str(out), "--set", "task.classes=all"]) == 2
    assert "two classes" in capsys.readouterr().err
    assert main(["leak-pair", "basline", "--out", str(out)]) == 2
    assert not out.exists()


def test_three_figures_two_of_them_marked(
    small_data: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["leak-pair", "--manifest", str(small_data.data), "--out", str(tmp_path), "--json"]
    tiny = ["--set", "stages.0.epochs=1", "--set", "input.height=16", "--set", "input.width=16"]
    assert main([*arguments, *tiny]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert [(row["name"], row["mark"]) for row in facts["figures"]] == [
        ("by_group", ""), ("per_image", "LEAKED"), ("resplit", "LEAKED"),
    ]  # fmt: skip
    assert 0.6 < facts["share_trained"] <= 1
    assert {path.name for path in tmp_path.glob("leak.*")} == {
        "leak.html",
        "leak.csv",
        "leak.json",
        "leak.png",
    }
    assert main(["evaluate", str(tmp_path / "per-image")]) == 2, "the guard stops whoever does not allow it"
    assert "leak" in capsys.readouterr().err
