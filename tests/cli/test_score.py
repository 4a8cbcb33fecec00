"""`lentigo score`: official figures from two files, and the leak guard behind them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from lentigo.cli.app import main

TRUTH = "image,MEL,NV,UNK\na,1,0,0\nb,1,0,0\nc,0,1,0\nd,0,1,0\nISIC_0035068,0,1,0\n"
ANSWERS = (
    "image,MEL,NV,UNK\na,0.8,0.1,0.1\nb,0.4,0.4,0.0\nc,0.1,0.9,0.0\nd,0.0,1.0,0.0\nISIC_0035068,0.9,0.1,0.0\n"
)


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    (tmp_path / "truth.csv").write_text(TRUTH)
    (tmp_path / "answers.csv").write_text(ANSWERS)
    return ["score", str(tmp_path / "answers.csv"), "--truth", str(tmp_path / "truth.csv")]


def test_by_hand(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """b is undecided, hence wrong: MEL 1 of 2, NV 2 of 2 without the excluded image, UNK has none."""
    assert main([*files, "--exclude", "ISIC_0035068", "--json"]) == 0
    streams = capsys.readouterr()
    found = json.loads(streams.out)
    assert found["balanced_accuracy"]["value"] == 0.75
    assert found["balanced_accuracy"]["n"] == found["n_images"] == 4
    assert (found["undecided"], found["without_weight"], found["absent_categories"]) == (1, 1, ["UNK"])
    assert found["per_category"]["UNK"]["sensitivity"]["value"] is None
    assert found["leak_checked"] is False
    assert "not checked for leaks" in streams.err


def test_text_names_what_is_left_out(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(files) == 0
    streams = capsys.readouterr()
    assert "each image a group of its own" in streams.out
    assert "no images of UNK" in streams.out
    assert "--exclude ISIC_0035068" in streams.err


def test_lesions_of_a_table_are_kept_together(
    files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "metadata.csv").write_text("image,lesion_id\na,L1\nb,L1\nc,L2\n")
    assert main([*files, "--metadata", str(tmp_path / "metadata.csv"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["n_groups"], found["groups_known"]) == (4, True)


def test_mistakes_are_misuse(files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "answers.csv").write_text(ANSWERS.replace("0.9,0.1,0.0\n", "9,0.1,0.0\n"))
    assert main(files) == 2
    assert "line 6, MEL: '9'" in capsys.readouterr().err


def _one_hot(path: Path, table: pd.DataFrame, names: list[str], soft: bool) -> None:
    high, low = ("0.9", "0.01") if soft else ("1.0", "0.0")
    rows = {name: [high if own == name else low for own in table["class"]] for name in names}
    pd.DataFrame({"image": table["image_id"], **rows}).to_csv(path, index=False)


@pytest.mark.parametrize(("part", "code"), [("validation", 0), ("train", 2)])
def test_images_the_run_was_trained_on_stop_the_scoring(
    small_job: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], part: str, code: int
) -> None:
    manifest = pd.read_csv(small_job.data / "manifest.csv", dtype=str)
    parts = pd.read_csv(small_job.split, dtype=str)
    table = manifest[manifest["image_id"].isin(parts.loc[parts["part"] == part, "image_id"])]
    names = sorted(set(manifest["class"]))
    _one_hot(tmp_path / "truth.csv", table, names, soft=False)
    _one_hot(tmp_path / "answers.csv", table, names, soft=True)
    command = ["score", str(tmp_path / "answers.csv"), "--truth", str(tmp_path / "truth.csv")]
    assert main([*command, "--run", str(small_job.run), "--json"]) == code
    streams = capsys.readouterr()
    if code == 0:
        found = json.loads(streams.out)
        assert (found["leaked"], found["leak_checked"], found["groups_known"]) == (False, True, True)
        return
    assert "leak" in streams.err
    assert main([*command, "--run", str(small_job.run), "--allow-leak"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert all(line.startswith("LEAKED") for line in said if not line.startswith("no images"))
