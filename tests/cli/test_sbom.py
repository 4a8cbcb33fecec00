"""`lentigo sbom`: printed, or into a file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lentigo.cli.app import main


def test_it_is_printed_or_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sbom"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert main(["sbom", "--out", str(tmp_path / "sbom.json")]) == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert f"{len(printed['components'])} components" in said.err
    assert json.loads((tmp_path / "sbom.json").read_text())["components"] == printed["components"]
