"""`lentigo export`, and `lentigo predict` with the bundle it makes."""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from lentigo.cli.app import main
from lentigo.settings.sealing import write_sealed


def read_rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_a_bundle_is_made_and_predicts(
    small_job: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = tmp_path / "bundle"
    assert main(["export", str(small_job.run), "--out", str(bundle)]) == 0
    said = capsys.readouterr()
    assert "equal to the run on 16 image files" in said.out
    assert f"Next: lentigo predict {bundle}" in said.err.replace("\n", " ")

    images = sorted((small_job.lesions / "images").iterdir())[:3]
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("\n".join(map(str, images)).encode())))
    overlays, out = tmp_path / "overlays", tmp_path / "rows.csv"
    assert main(["predict", str(bundle), "-", "--overlays", str(overlays), "--out", str(out)]) == 0
    assert capsys.readouterr().out == ""
    rows = read_rows(out.read_text())
    assert [row["image"] for row in rows] == list(map(str, images))
    assert {row["seen_in_training"] for row in rows} <= {"True", "False"}
    assert {row["overlay"] for row in rows} == {str(path) for path in overlays.iterdir()}

    (tmp_path / "bad.jpg").write_bytes(b"")
    assert main(["predict", str(bundle), str(images[0]), str(tmp_path / "bad.jpg"), "--json"]) == 1
    good, bad = json.loads(capsys.readouterr().out)["predictions"]
    assert good["error"] == ""
    assert good["class"] in good["prediction_set"]
    assert (bad["prediction_set"], bad["abstain_reason"], bad["quality_warnings"]) == (None, None, [])
    assert bad["error"].startswith("the file is empty")
    assert bad["class"] == ""


def test_an_unfinished_run_is_not_exported(
    small_job: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = json.loads((small_job.run / "run.json").read_text()) | {"status": "interrupted"}
    (tmp_path / "run").mkdir()
    write_sealed(tmp_path / "run" / "run.json", record)
    assert main(["export", str(tmp_path / "run"), "--out", str(tmp_path / "bundle")]) == 2
    assert "is not finished" in capsys.readouterr().err
    assert not (tmp_path / "bundle").exists()


@pytest.mark.parametrize("name", ["model.keras", "model.pt", "model.pkl"])
def test_models_that_can_run_code_are_refused(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / name).write_bytes(b"x")
    (tmp_path / "a.jpg").write_bytes(b"x")
    assert main(["predict", str(tmp_path / name), str(tmp_path / "a.jpg")]) == 2
    assert "can run code" in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([], "give --out BUNDLE, --web FOLDER, or both"),
        (["--out", "other"], "is a bundle already"),
        (["--web", "web", "--runtime", "nowhere"], "nowhere holds no ort.wasm.min.mjs; fetch it once with"),
    ],
)
def test_a_place_and_what_it_needs_are_asked_for(
    bundle_path: Path,
    tmp_path: Path,
    options: list[str],
    expected: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["export", str(bundle_path), *options]) == 2
    assert expected in " ".join(capsys.readouterr().err.split())
    assert not list(tmp_path.iterdir())
