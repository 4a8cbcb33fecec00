"""Auditing a manifest, lists and tables: what is read, what is found, what is written."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from PIL import Image

import lentigo
from lentigo.api.auditing.auditing import is_manifest
from lentigo.data.copies.duplicates import read_duplicates
from lentigo.settings.errors import SettingsError


@pytest.fixture
def draw_picture() -> Callable[[Path], None]:
    def draw(path: Path) -> None:
        path.parent.mkdir(parents=True)
        noise = np.random.default_rng(0).integers(0, 255, (72, 80, 3), dtype=np.uint8)
        Image.fromarray(noise).save(path)

    return draw


def found_codes(result: dict[str, Any]) -> set[str]:
    return {check["code"] for check in result["checks"] if check["status"] == "found"}


@pytest.fixture
def planted(small_data: Any, tmp_path: Path) -> Path:
    """A folder with copies of five of the drawn images, another change each."""
    images = sorted((small_data.lesions / "images").iterdir())
    folder = tmp_path / "copies"
    folder.mkdir()
    shutil.copy(images[0], folder / "same.jpg")
    Image.open(images[1]).save(folder / "pixels.png")
    Image.open(images[2]).transpose(Image.Transpose.ROTATE_90).save(folder / "turned.jpg", quality=95)
    shutil.copy(images[3], folder / images[3].name)
    Image.open(images[4]).save(folder / f"{images[4].stem}_downsampled.jpg", quality=80)
    return folder


def test_a_clean_split_has_no_errors_and_everything_is_written(small_data: Any, tmp_path: Path) -> None:
    result = lentigo.audit(small_data.data, small_data.split, tmp_path / "audit")
    assert result["worst"] in (None, "notice")
    assert not {code for code in found_codes(result) if code.startswith(("L", "F"))}
    shares = [entry["lesion_share"] for entry in result["exposure"] if entry["class"] == "all"]
    assert shares == [0, 0]
    assert json.loads((tmp_path / "audit" / "audit.json").read_text())["checks"] == result["checks"]
    assert (tmp_path / "audit" / "audit.html").is_file()
    assert sum(result["class_counts"]["train"].values()) == result["parts"]["train"]


def test_planted_copies_are_found_each_by_its_kind(small_data: Any, planted: Path, tmp_path: Path) -> None:
    lists = {"train": small_data.lesions / "images", "test": planted}
    result = lentigo.audit(lists, out=tmp_path / "audit")
    assert {"L102", "L103", "L104", "L105"} <= found_codes(result)
    assert not {"L101", "F404"} & found_codes(result), "a plain name says nothing beyond its set, bytes do"
    pairs = pd.read_csv(tmp_path / "audit" / "pairs.csv", dtype=str).fillna("")
    across = pairs[pairs["part_1"] != pairs["part_2"]]
    kinds = dict(zip(across["image_name_2"], across["kind"], strict=True))
    assert kinds["same"] == "bytes"
    assert kinds["pixels"] == "pixels"
    assert kinds["turned"] == "near"
    assert (tmp_path / "audit" / "pairs.jpg").is_file()
    assert read_duplicates(tmp_path / "audit" / "pairs.csv")["same"], "the table can be given to an import"


def test_tables_alone(tmp_path: Path) -> None:
    rows = [f"i{number},l{number // 2},{'MEL' if number % 4 < 2 else 'NV'}" for number in range(80)]
    (tmp_path / "list.csv").write_text("image,lesion_id,class\n" + "\n".join(rows) + "\n")
    result = lentigo.audit(tmp_path / "list.csv", folds=4)
    entry = result["exposure"][0]
    # of a pair the other image is one of 79, 60 of them in other folds; by class, 30 of 39
    assert entry["expected_lesion_share"] == pytest.approx(30 / 39, abs=0.01)
    assert entry["lesion_share"] == pytest.approx(0.75, abs=0.2)
    assert "L106" in found_codes(result)
    assert {check["code"]: check["not_run"] for check in result["checks"]}[
        "L104"
    ] == "near-duplicates were not looked for"
    assert not list(tmp_path.glob("audit*"))


def test_changed_and_missing_files(small_data: Any, tmp_path: Path) -> None:
    moved = Path(shutil.copytree(small_data.lesions / "images", tmp_path / "moved"))
    first, second, *_ = sorted(moved.iterdir())
    first.unlink()
    second.write_bytes(second.read_bytes() + b"x")
    result = lentigo.audit(small_data.data, images=moved, compare=False)
    checks = {check["code"]: check for check in result["checks"]}
    assert checks["F401"]["examples"] == [f"{first.stem}: the file is missing"]
    assert checks["F402"]["examples"] == [second.stem]
    assert checks["L104"]["status"] == "not run"


def test_a_list_may_repeat_an_image(draw_picture: Callable[[Path], None], tmp_path: Path) -> None:
    draw_picture(tmp_path / "images" / "a.jpg")
    (tmp_path / "train.csv").write_text("image,class\na,NV\na,NV\n")
    (tmp_path / "test.csv").write_text("image,class\na,MEL\n")
    lists = {part: tmp_path / f"{part}.csv" for part in ("train", "test")}
    result = lentigo.audit(lists, images=tmp_path / "images")
    assert {"L101", "C201", "G504"} <= found_codes(result)
    assert "G501" not in found_codes(result), "an id links them"


def test_folders_that_number_their_images_alike_share_none(tmp_path: Path) -> None:
    """`train/nv/1.jpg` and `test/nv/1.jpg` are two photographs; the copy `test/nv/2.jpg` is found."""
    for seed, place in enumerate(("train/nv/1", "train/mel/1", "test/nv/1", "test/mel/2")):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        coarse = np.random.default_rng(seed).integers(0, 256, (9, 10, 3), dtype=np.uint8)
        Image.fromarray(coarse).resize((160, 144), Image.Resampling.BICUBIC).save(tmp_path / f"{place}.jpg")
    shutil.copy(tmp_path / "train/nv/1.jpg", tmp_path / "test/nv/2.jpg")
    result = lentigo.audit(tmp_path)
    assert {
        check["code"]
        for check in result["checks"]
        if check["status"] == "found" and (check["severity"] == "error")
    } == {"L102", "L103"}
    assert result["parts"] == {"train": 2, "test": 3}
    apart = lentigo.audit({part: tmp_path / part for part in ("train", "test")})
    assert {code for code in found_codes(apart) if code[0] == "L"} == {"L102", "L103"}


def test_mistakes(small_data: Any, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("image\na\n")
    with pytest.raises(SettingsError, match="a split belongs to a manifest"):
        lentigo.audit(tmp_path / "list.csv", small_data.split)
    assert is_manifest(small_data.data)
    assert not is_manifest(tmp_path / "list.csv")
    assert not is_manifest(tmp_path)


def test_the_official_table_leaks_what_the_study_says(shared: Path) -> None:
    tables = shared / "data" / "isic2019-tables"
    metadata = tables / "ISIC_2019_Training_Metadata.csv"
    result = lentigo.audit(tables / "ISIC_2019_Training_GroundTruth.csv", metadata=metadata, folds=5)
    expected = {entry["class"]: 100 * entry["expected_lesion_share"] for entry in result["exposure"]}
    published = {
        "all": 60.3, "MEL": 79, "NV": 45, "BCC": 83, "AK": 85, "BKL": 61, "DF": 74, "VASC": 65, "SCC": 78,
    }  # fmt: skip
    assert expected == pytest.approx(published, abs=0.6)
    assert all(
        abs(entry["lesion_share"] - entry["expected_lesion_share"]) < 0.08 for entry in result["exposure"]
    )
