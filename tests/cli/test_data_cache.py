"""`lentigo data cache` lists, and deletes when it is told to."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lentigo.cli.app import main
from lentigo.data.cache import open_cache
from lentigo.data.manifest import load_manifest
from lentigo.settings.recipe import Input


def test_the_command_lists_and_clears(copied_data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = open_cache(load_manifest(copied_data), Input(16, 20)).folder
    assert main(["data", "cache", str(copied_data)]) == 0
    shown = capsys.readouterr().out
    assert "pixels" in shown
    assert "in all" in shown
    assert folder.is_dir()
    assert main(["data", "cache", str(copied_data), "--clear", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["deleted"], [one["kind"] for one in document["folders"]]) == (True, ["pixels"])
    assert not folder.exists()
