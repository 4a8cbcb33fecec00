"""The audit log: JSON lines, rotated under it without a restart."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from lentigo.service.watching import audit as audit_module
from lentigo.service.watching.audit import Audit
from lentigo.settings.errors import SettingsError


def test_a_line_is_json_with_its_time(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    Audit(path).write(status=200, route="/v1/predict")
    line = json.loads(path.read_text())
    assert datetime.fromisoformat(line.pop("time")).tzinfo
    assert line == {"status": 200, "route": "/v1/predict"}


def test_an_earlier_log_is_continued_and_a_rotated_one_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_module, "SECONDS_BETWEEN_LOOKS", 0.0)
    path = tmp_path / "audit.jsonl"
    Audit(path).write(n=1)
    audit = Audit(path)
    audit.write(n=2)
    path.rename(tmp_path / "audit.1")
    audit.write(n=3)
    assert (tmp_path / "audit.1").read_text().count("\n") == 2
    assert json.loads(path.read_text())["n"] == 3
    (tmp_path / "audit.2").write_text("")
    (tmp_path / "audit.2").replace(path)
    audit.write(n=4)
    assert json.loads(path.read_text())["n"] == 4


def test_it_goes_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    Audit().write(n=1)
    assert json.loads(capsys.readouterr().err)["n"] == 1


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="audit log cannot be written"):
        Audit(tmp_path / "missing" / "audit.jsonl")
