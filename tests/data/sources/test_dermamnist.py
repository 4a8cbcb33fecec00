"""DermaMNIST: arrays become files, once; a folder of them is refused with what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from lentigo.data.sources import guess_source, read_given, source_named
from lentigo.data.sources.dermamnist import read
from lentigo.settings.errors import DataError

pytestmark = pytest.mark.filterwarnings("ignore")


def arrays(num: int = 7) -> dict[str, Any]:
    draw = np.random.default_rng(0)
    return {
        key: value
        for part in ("train", "val", "test")
        for key, value in (
            (f"{part}_images", draw.integers(0, 256, (num, 28, 28, 3), np.uint8)),
            (f"{part}_labels", np.arange(num).reshape(-1, 1) % 7),
        )
    }


@pytest.fixture
def file(tmp_path: Path) -> Path:
    np.savez_compressed(tmp_path / "dermamnist.npz", **arrays())
    return tmp_path / "dermamnist.npz"


def test_arrays_become_files_with_class_and_part(file: Path) -> None:
    assert guess_source(file) == "dermamnist"
    found = read_given(file)
    table = found.table
    assert table["class"].tolist()[:7] == ["AKIEC", "BCC", "BKL", "DF", "MEL", "NV", "VASC"]
    assert table["given"].value_counts().to_dict() == {"train": 7, "validation": 7, "test": 7}
    assert set(table["licence"]) == {"CC-BY-NC-4.0"}
    pixels = np.asarray(Image.open(found.image_root / table["path"][8]))
    assert (pixels == arrays()["val_images"][1]).all()
    before = (found.image_root / table["path"][0]).stat().st_mtime_ns
    assert read(file).table.equals(table)
    assert (found.image_root / table["path"][0]).stat().st_mtime_ns == before, "written once"


def test_a_folder_of_arrays_says_what_to_do(file: Path) -> None:
    assert guess_source(file.parent) == "dermamnist"
    with pytest.raises(DataError, match=rf"arrays of pixels.*ham10000.*lentigo data import {file} --out"):
        source_named("guess", file.parent).read(file.parent, None)
    assert [path.name for path in file.parent.iterdir()] == ["dermamnist.npz"]


@pytest.mark.parametrize("kind", ["labels", "shape", "type", "missing", "pickled", "text", "bomb"])
def test_arrays_of_another_form_are_refused_and_nothing_is_written(tmp_path: Path, kind: str) -> None:
    file, made = tmp_path / "dermamnist.npz", arrays()
    if kind == "labels":
        made["val_labels"] = made["val_labels"] + 7
    elif kind == "shape":
        made["test_images"] = made["test_images"][..., 0]
    elif kind == "type":
        made["test_images"] = made["test_images"].astype(float)
    elif kind == "missing":
        del made["val_images"]
    elif kind == "pickled":
        made["train_images"] = np.array([{}], dtype=object)
    elif kind == "bomb":
        made["train_images"] = np.zeros((500, 100, 100, 3), np.uint8)
    np.savez_compressed(file, **made)
    if kind == "text":
        file.write_text("hello")
    with pytest.raises(DataError, match=r"dermamnist\.npz"):
        read(file)
    assert [path.name for path in tmp_path.iterdir()] == ["dermamnist.npz"]


def test_somebody_elses_folder_is_left_alone(file: Path) -> None:
    (file.parent / "dermamnist").mkdir()
    with pytest.raises(DataError, match="is there, and not by this command"):
        read(file)
