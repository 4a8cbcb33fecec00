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


def test_a_part_in_the_columns_of_2019(
    small_job: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "submission.csv"
    assert main(["submit", str(small_job.run), "--part", "validation", "--out", str(out), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    table = pd.read_csv(out)
    assert tuple(table.columns) == ("image", *ISIC_2019_ORDER)
    assert facts["n_images"] == len(table)
    assert facts["never_answered"] == ["UNK"]
    assert (table["UNK"] == 0.0).all()
    ours = pd.read_csv(small_job.run / "predictions.csv").set_index("image_id").loc[table["image"]]
    for name in set(ISIC_2019_ORDER) & set(ours.columns):
        assert table[name].to_numpy() == pytest.approx(ours[name].to_numpy(), abs=1e-6)


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
        assert main([*command, "--challenge", challenge]) == 0
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
    (run / "run.json").write_text(json.dumps(record | {"class_names": ["benign", "malignant"]}))
    assert main(["submit", str(run), "--out", str(tmp_path / "submission.csv")]) == 2
    assert "benign, malignant are none of the challenge's" in capsys.readouterr().err
