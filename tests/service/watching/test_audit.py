"""The audit log: JSON lines, rotated under it without a restart."""

from __future__ import annotations

import json
import os
import sys
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


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_lost_lines_are_counted_said_and_named_in_the_log_afterwards(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_module, "SECONDS_BETWEEN_LOOKS", 0.0)
    log = tmp_path / "audit.jsonl"
    log.symlink_to("/dev/full")
    audit = Audit(log)
    for place in range(3):
        audit.write(n=place)
    assert (audit.num_lost, audit.is_losing) == (3, True)
    assert [one.getMessage() for one in caplog.records] == [
        "the audit log cannot be written (No space left on device): 1 lines are lost; make room"
    ]
    log.unlink()
    audit.write(n=3)
    audit.write(n=4)
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [(line["n"], line.get("lines_lost_before")) for line in lines] == [(3, 3), (4, None)]
    assert (audit.num_lost, audit.is_losing) == (3, False)
    assert "lacks 3 lines" in caplog.records[-1].getMessage()


def test_half_a_line_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    audit, write = Audit(tmp_path / "audit.jsonl"), os.write
    audit.write(n=0)
    with monkeypatch.context() as full:
        full.setattr(audit_module.os, "write", lambda file, content: write(file, content[:7]))
        audit.write(n=1)
        full.setattr(audit_module.os, "ftruncate", lambda *_: os.fstat(-1))
        audit.write(n=2)
    audit.write(n=3)
    first, torn, last = (tmp_path / "audit.jsonl").read_text().splitlines()
    assert json.loads(first)["n"] == 0
    assert torn == '{"time"'
    assert json.loads(last)["lines_lost_before"] == 2


def test_a_closed_standard_error_stops_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    audit = Audit()
    with open(os.devnull, "w") as closed:
        pass
    monkeypatch.setattr(sys, "stderr", closed)
    audit.write(n=1)
    assert audit.num_lost == 1
