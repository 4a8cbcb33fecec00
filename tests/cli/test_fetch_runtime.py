"""`lentigo fetch-runtime`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lentigo.cli.app import main
from lentigo.web import runtime


def test_it_says_where_the_files_are_and_what_to_do_with_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(runtime, "fetch", lambda out: out or tmp_path)
    assert main(["fetch-runtime", "--json"]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["runtime"] == str(tmp_path)
    assert json.loads(said.out)["files"] == list(runtime.FILES)
    assert "by npm" in said.err
    assert main(["fetch-runtime", "--out", "there"]) == 0
    assert "lentigo export RUN --web FOLDER --runtime there" in capsys.readouterr().err.replace("\n", " ")


def test_without_npm_it_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["fetch-runtime"]) == 2
    assert "npm pack onnxruntime-web@" in capsys.readouterr().err
