"""`lentigo data describe`: counts agree with the table, pictures are there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from PIL import Image

from lentigo.cli.app import main


def test_counts_and_pictures(small_data: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--split", str(small_data.split), "--out", str(tmp_path), "--per-class", "2", "--json"]
    assert main(["data", "describe", str(small_data.data), *arguments]) == 0
    facts = json.loads(capsys.readouterr().out)
    table = pd.read_csv(small_data.data / "manifest.csv")
    for name, number in table["class"].value_counts().items():
        assert sum(counts[name] for counts in facts["class_counts"].values()) == number
    assert facts["n_groups"] == table["lesion_id"].nunique()
    assert [Image.open(path).format for path in facts["pictures"]] == ["PNG", "PNG"]


def test_people_get_a_table(small_data: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "describe", str(small_data.data), "--out", str(tmp_path)]) == 0
    assert "160 images" in capsys.readouterr().out
