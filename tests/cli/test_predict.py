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


def rows_of(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, str]]:
    assert main(["predict", *arguments]) == 0
    return list(csv.DictReader(io.StringIO(capsys.readouterr().out)))


def test_run_and_bundle_take_what_is_known(told_job: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """A table of the folder tells each image its own; the answers are those of the evaluation."""
    saved = pd.read_csv(told_job.run / "predictions.csv", dtype={"image_id": str})
    files = [str(told_job.lesions / "images" / f"{image_id}.jpg") for image_id in saved["image_id"][:3]]
    table = ("--metadata", str(told_job.lesions / "Metadata.csv"))
    models = [str(told_job.run), str(told_job.run.parent / "bundle")]
    by_run, by_bundle = (rows_of(capsys, model, *files, *table, "--no-calibrated") for model in models)
    names = [name for name in saved if name.isupper()]
    for place, (one, other) in enumerate(zip(by_run, by_bundle, strict=True)):
        for name in names:
            assert float(one[name]) == pytest.approx(float(saved[name][place]), abs=1e-5)
            assert float(other[name]) == pytest.approx(float(one[name]), abs=1e-4)
        assert one["metadata"] == other["metadata"]
    alone = rows_of(capsys, models[1], files[0], "--no-calibrated")[0]
    told = rows_of(capsys, models[1], files[0], "--no-calibrated", "--age", "85", "--site", "head/neck")[0]
    assert (alone["metadata"], told["metadata"]) == ("", "age 85; head/neck")
    assert max(abs(float(alone[name]) - float(told[name])) for name in names) > 1e-3


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--site", "knee"], "site 'knee': expected anterior torso"),
        (["--age", "old"], "age 'old': expected years from 0 to 120"),
        (["--metadata", "nowhere.csv"], "nowhere.csv: no such file"),
    ],
)
def test_metadata_that_cannot_be_are_named(
    told_job: Any, capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    image = str(next((told_job.lesions / "images").iterdir()))
    assert main(["predict", str(told_job.run.parent / "bundle"), image, *options]) == 2
    assert said in " ".join(capsys.readouterr().err.split())


def test_a_model_of_images_alone_takes_no_metadata(
    small_job: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    image = str(next((small_job.lesions / "images").iterdir()))
    assert main(["predict", str(small_job.run), image, "--age", "50"]) == 2
    assert "takes images alone" in " ".join(capsys.readouterr().err.split())
