"""Divisions that images come in: kept, and audited at once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lentigo.api.auditing.given_division import keep_division, leaks
from lentigo.data.split import load_split
from lentigo.settings.errors import DataError, SettingsError

pytestmark = pytest.mark.filterwarnings("ignore")


def draw(root: Path, *names: str) -> Path:
    """Photographs; the same number in a name is the same photograph."""
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        seed = int("".join(filter(str.isdigit, path.stem)) or 0)
        coarse = np.random.default_rng(seed).integers(30, 220, (6, 7, 3), np.uint8)
        Image.fromarray(coarse).resize((70, 60), Image.Resampling.BICUBIC).save(path)
    return root


def test_folders_of_parts_and_the_same_photograph_in_two(tmp_path: Path) -> None:
    names = ("train/nevus/1.png", "train/melanoma/2.png", "test/nevus/x1.png", "test/melanoma/3.png")
    kept = keep_division(draw(tmp_path / "in", *names), tmp_path / "out")
    assert load_split(tmp_path / "out").hash == kept.split.hash
    parts = dict(zip(kept.split.table["image_id"], kept.split.table["part"], strict=True))
    assert parts == {"1": "train", "2": "train", "x1": "test", "3": "test"}
    assert [check["code"] for check in leaks(kept.audit)] == ["L102", "L103"]
    assert kept.split.facts["num_crossing_groups"] == 1


def test_a_manifest_keeps_what_its_table_said(tmp_path: Path) -> None:
    from lentigo.api.data.importing import import_data

    draw(tmp_path / "in", "a1.png", "a2.png", "a3.png", "a4.png")
    rows = "image,dx,split,lesion_id\na1,MEL,train,L1\na2,NV,train,L2\na3,MEL,val,L3\na4,NV,test,L2\n"
    (tmp_path / "in" / "labels.csv").write_text(rows)
    import_data(tmp_path / "in", tmp_path / "out")
    kept = keep_division(tmp_path / "out")
    assert kept.split.table["part"].tolist() == ["train", "train", "validation", "test"]
    assert [check["code"] for check in leaks(kept.audit)] == ["L106"]


def test_what_cannot_be_kept(tmp_path: Path) -> None:
    folder = draw(tmp_path / "in", "nevus/1.png", "melanoma/2.png")
    with pytest.raises(SettingsError, match="--out FOLDER"):
        keep_division(folder)
    with pytest.raises(DataError, match="nothing says which part"):
        keep_division(folder, tmp_path / "out")


def test_numbers_of_two_people_are_no_leak(tmp_path: Path) -> None:
    """Both call their files 1 and 2, and mean different photographs of different classes."""
    from lentigo.api.auditing.auditing import audit

    names = {
        "train": {"nevus/1.png": 1, "melanoma/2.png": 2},
        "test": {"melanoma/1.png": 3, "nevus/2.png": 4},
    }
    for part, files in names.items():
        for name, seed in files.items():
            target = tmp_path / "set" / part / name
            target.parent.mkdir(parents=True, exist_ok=True)
            (draw(tmp_path, f"{part}{seed}.png") / f"{part}{seed}.png").rename(target)
    found = audit({"train": tmp_path / "set" / "train", "test": tmp_path / "set" / "test"})
    codes = {check["code"] for check in found["checks"] if check["status"] == "found"}
    assert not {code for code in codes if code.startswith("L") or "C201" <= code <= "C205"}
    assert "F404" in codes
    kept = keep_division(tmp_path / "set", tmp_path / "out")
    assert leaks(kept.audit) == []
    assert sorted(kept.split.table["image_id"]) == [
        "test/melanoma/1", "test/nevus/2", "train/melanoma/2", "train/nevus/1",
    ]  # fmt: skip
