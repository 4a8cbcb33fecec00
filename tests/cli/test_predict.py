"""`lentigo predict`: one row a file; a bad file is a row with its reason."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from lentigo.cli.app import main


def test_answers_equal_those_of_the_evaluation(small_job: Any, capsys: pytest.CaptureFixture[str]) -> None:
    known = pd.read_csv(small_job.run / "predictions.csv", dtype={"image_id": str}).iloc[0]
    image = small_job.lesions / "images" / f"{known['image_id']}.jpg"
    assert main(["predict", str(small_job.run), str(image)]) == 0
    row = next(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    names = [name for name in row if name in known.index and name.isupper()]
    assert len(names) == 8
    for name in names:
        assert float(row[name]) == pytest.approx(float(known[name]), abs=1e-5)
    assert float(row["malignant_probability"]) == pytest.approx(
        sum(float(row[n]) for n in ("MEL", "BCC", "SCC"))
    )
    assert "not a medical device" in row["notice"]


def test_bad_files_become_rows_and_the_exit_code_says_so(
    small_job: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = next((small_job.lesions / "images").iterdir())
    bad = {"empty.jpg": b"", "text.jpg": b"not an image", "cut.jpg": good.read_bytes()[:900]}
    for name, content in bad.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "img[b]=cmd().jpg").write_bytes(good.read_bytes())
    assert main(["predict", str(small_job.run), str(tmp_path)]) == 1
    said = capsys.readouterr()
    rows = {Path(row["image"]).name: row for row in csv.DictReader(io.StringIO(said.out))}
    assert all(rows[name]["error"] for name in bad)
    assert rows["img[b]=cmd().jpg"]["error"] == ""
    assert "3 of 4 files" in " ".join(said.err.split())


def test_a_path_that_is_not_there_is_named(small_job: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["predict", str(small_job.run), "nowhere.jpg"]) == 2
    assert "nowhere.jpg does not exist" in capsys.readouterr().err


def test_a_run_draws_overlays_too(small_job: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    images = sorted((small_job.lesions / "images").iterdir())[:2]
    seen = tmp_path / "seen"
    assert main(["predict", str(small_job.run), *map(str, images), "--overlays", str(seen)]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["seen_in_training"] for row in rows] == ["", ""], "a run keeps no hashes"
    assert [row["overlay"] for row in rows] == sorted(map(str, seen.iterdir()))
