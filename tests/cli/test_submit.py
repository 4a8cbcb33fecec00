"""`lentigo submit`: files that score as the predictions they were made from."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from lentigo.cli.app import main
from lentigo.data.taxonomy import ISIC_2018_ORDER, ISIC_2019_ORDER
from lentigo.settings.sealing import write_sealed


@pytest.fixture
def telling(small_job: Any, tmp_path: Path) -> Path:
    """A copy of the run, with too few groups for a threshold, that calls a fifth of validation unknown."""
    run = Path(shutil.copytree(small_job.run, tmp_path / "telling"))
    values = json.loads((run / "abstaining.json").read_text())
    values["unknown"]["threshold"] = values["unknown"]["quantiles"][80]
    write_sealed(run / "abstaining.json", values)
    return run


def test_a_part_in_the_columns_of_2019(
    small_job: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "submission.csv"
    command = ["submit", str(small_job.run), "--part", "validation", "--out", str(out)]
    assert main([*command, "--no-unknown", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    table = pd.read_csv(out)
    assert tuple(table.columns) == ("image", *ISIC_2019_ORDER)
    assert facts["n_images"] == len(table)
    assert facts["never_answered"] == ["UNK"]
    assert facts["unknown"]["reason"] == "--no-unknown"
    assert (table["UNK"] == 0.0).all()
    ours = pd.read_csv(small_job.run / "predictions.csv").set_index("image_id").loc[table["image"]]
    for name in set(ISIC_2019_ORDER) & set(ours.columns):
        assert table[name].to_numpy() == pytest.approx(ours[name].to_numpy(), abs=1e-6)


def test_unknown_images_fill_their_column(
    telling: Path, small_job: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """UNK wins where the run calls an image unknown, and nowhere else does an answer change."""
    tables = {}
    for flag in ("--unknown", "--no-unknown"):
        out = tmp_path / f"{flag}.csv"
        command = ["submit", str(telling), "--part", "validation", "--out", str(out), flag]
        assert main([*command, "--json"]) == 0
        facts = json.loads(capsys.readouterr().out)
        tables[flag] = pd.read_csv(out).set_index("image")
        if flag == "--unknown":
            told = facts
    filled, plain = tables["--unknown"], tables["--no-unknown"]
    is_unknown = filled["UNK"] > 0.5
    assert told["unknown"]["reason"] == ""
    assert told["unknown"]["n_images"] == is_unknown.sum()
    assert is_unknown.mean() == pytest.approx(0.2, abs=0.04)
    assert ((filled.idxmax(axis=1) == "UNK") == is_unknown).all()
    assert (filled.idxmax(axis=1) == plain.idxmax(axis=1))[~is_unknown].all()
    assert filled.sum(axis=1).to_numpy() == pytest.approx(1, abs=1e-6)
    truth = pd.read_csv(small_job.lesions / "GroundTruth.csv").set_index("image").loc[filled.index]
    truth.assign(UNK=0.0).astype(float).to_csv(tmp_path / "truth.csv")
    scored = ["score", str(tmp_path / "--unknown.csv"), "--truth", str(tmp_path / "truth.csv"), "--json"]
    assert main(scored) == 0
    assert "UNK" in json.loads(capsys.readouterr().out)["absent_categories"]


def test_a_run_without_a_score_says_why(
    small_job: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run, out = Path(shutil.copytree(small_job.run, tmp_path / "run")), tmp_path / "submission.csv"
    for reason in ("too few groups", "has no score for unknown images yet; `lentigo evaluate"):
        assert main(["submit", str(run), "--part", "validation", "--out", str(out)]) == 0
        told = " ".join(capsys.readouterr().out.split())
        assert "UNK: 0.0 for every image:" in told
        assert reason in told
        assert (pd.read_csv(out)["UNK"] == 0.0).all()
        (run / "abstaining.json").unlink(missing_ok=True)


def test_a_folder_is_answered_like_the_part(telling: Path, small_job: Any, tmp_path: Path) -> None:
    """By the network's own probabilities, not the calibrated ones, and with the same UNK."""
    by_part, by_files, images = tmp_path / "part.csv", tmp_path / "files.csv", tmp_path / "images"
    command = ["submit", str(telling), "--part", "validation", "--out", str(by_part)]
    assert main(command) == 0
    expected = pd.read_csv(by_part).set_index("image").iloc[:4]
    assert (expected["UNK"] > 0).any()
    images.mkdir()
    for name in expected.index:
        shutil.copy(next(small_job.lesions.rglob(f"{name}.*")), images)
    assert main(["submit", str(telling), "--images", str(images), "--out", str(by_files)]) == 0
    found = pd.read_csv(by_files).set_index("image").loc[expected.index]
    assert found.to_numpy() == pytest.approx(expected.to_numpy(), abs=1e-3)


def test_a_folder_in_the_columns_of_2018(small_job: Any, tmp_path: Path) -> None:
    """The same images for both challenges: AKIEC is AK + SCC."""
    manifest = pd.read_csv(small_job.data / "manifest.csv", dtype=str)
    images = tmp_path / "images"
    images.mkdir()
    for path in manifest["path"][:5]:
        source = next(small_job.lesions.rglob(Path(path).name))
        shutil.copy(source, images)
    tables = {}
    for challenge in ("2018", "2019"):
        out = tmp_path / f"{challenge}.csv"
        command = ["submit", str(small_job.run), "--images", str(images), "--out", str(out)]
        assert main([*command, "--no-unknown", "--challenge", challenge]) == 0
        tables[challenge] = pd.read_csv(out)
    old, new = tables["2018"], tables["2019"]
    assert tuple(old.columns) == ("image", *ISIC_2018_ORDER)
    assert len(old) == 5
    assert old["AKIEC"].to_numpy() == pytest.approx((new["AK"] + new["SCC"]).to_numpy())


def test_a_file_that_cannot_be_used_stops_it(
    small_job: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    images, out = tmp_path / "images", tmp_path / "submission.csv"
    images.mkdir()
    (images / "broken.jpg").write_bytes(b"no image")
    assert main(["submit", str(small_job.run), "--images", str(images), "--out", str(out)]) == 2
    assert "broken.jpg" in capsys.readouterr().err
    assert not out.exists()


def test_a_run_with_other_classes_is_refused(
    small_job: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = Path(shutil.copytree(small_job.run, tmp_path / "run"))
    record = json.loads((run / "run.json").read_text())
    write_sealed(run / "run.json", record | {"class_names": ["benign", "malignant"]})
    assert main(["submit", str(run), "--out", str(tmp_path / "submission.csv")]) == 2
    assert "benign, malignant are none of the challenge's" in capsys.readouterr().err
