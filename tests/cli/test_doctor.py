"""The doctor: finds nothing wrong here, and says the remedy for what it finds missing."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

from lentigo.api.extras import EXTRAS
from lentigo.cli.app import main


def test_a_full_installation_is_fine(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--json"]) == 0
    lines = {line["name"]: line for line in json.loads(capsys.readouterr().out)["lines"]}
    assert lines["extra train"]["is_fine"]
    for name in ("pretrained Lite0", "pretrained Lite1", "pretrained Lite2"):
        assert lines[name]["found"].endswith(".pth")


def test_a_missing_extra_is_a_finding_with_its_remedy(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "keras" else real(name))
    assert main(["doctor"]) == 1
    assert 'pip install "lentigo[train]"' in capsys.readouterr().out


def test_an_installation_that_only_answers_is_whole(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    everything = {module for extra in EXTRAS.values() for module in extra.modules}
    real = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name in everything else real(name))
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    assert main(["doctor"]) == 0
    said = capsys.readouterr().out
    assert 'not installed: train, search, export, explain  -> pip install "lentigo[train]"' in said
    assert "LOOK" not in said


def test_gpus_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tool = tmp_path / "nvidia-smi"
    tool.write_text("#!/bin/sh\necho 'NVIDIA H100 80GB, 81559 MiB'\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert main(["doctor"]) == 0
    assert "NVIDIA H100 80GB, 81559 MiB" in capsys.readouterr().out


def test_an_unknown_backend_is_a_finding(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KERAS_BACKEND", "theano")
    assert main(["doctor"]) == 1
    assert "KERAS_BACKEND=tensorflow" in capsys.readouterr().out
