"""`lentigo data check`: changed, missing and damaged files are findings."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from lentigo.cli.app import main


def test_nothing_is_found_where_nothing_is_wrong(small_data: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "check", str(small_data.data)]) == 0
    assert "0 errors" in capsys.readouterr().out


def test_each_damage_is_found(small_data: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    moved = Path(shutil.copytree(small_data.lesions, tmp_path / "moved"))
    first, second, third, *_ = sorted((moved / "images").iterdir())
    first.unlink()
    second.write_bytes(second.read_bytes()[:600])
    third.write_bytes(third.read_bytes() + b"x")
    assert main(["data", "check", str(small_data.data), "--root", str(moved / "images"), "--json"]) == 1
    found = {}
    for row in json.loads(capsys.readouterr().out)["findings"]:
        found.setdefault(row["image_id"], []).append(row["finding"])
    assert set(found) == {first.stem, second.stem, third.stem}
    assert "missing" in found[first.stem][0]
    assert any("changed" in text for text in found[second.stem])
    assert len(found[second.stem]) == 2, "changed, and cannot be read any more"
    assert ["changed" in text for text in found[third.stem]] == [True]
