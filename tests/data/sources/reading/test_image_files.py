"""Where images lie: beside the table, in folders, in a folder inside a folder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lentigo.data.sources.reading.image_files import image_paths, name_masks, photographs
from lentigo.data.sources.reading.tree import read_tree
from lentigo.data.tables import LentigoWarning
from lentigo.settings.errors import DataError


def write(root: Path, **contents: str) -> Path:
    for name, content in contents.items():
        path = root / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        (path.parent / f"{path.name}.jpg").write_text(content)
    return root


def test_files_are_found_anywhere_and_a_copy_is_no_second_file(tmp_path: Path) -> None:
    write(tmp_path, a="1", part_2__a="1", part_1__b="2", in__in__c="3")
    assert image_paths(tmp_path, ["a", "B", "c", "d"]) == ["a.jpg", "part_1/b.jpg", "in/in/c.jpg", "d.jpg"]
    assert image_paths(tmp_path / "nowhere", ["a"]) == ["a.jpg"]


def test_what_wraps_the_images_is_part_of_their_path(tmp_path: Path) -> None:
    write(tmp_path, set__x__a="1", set__y__b_downsampled="2", set__y__c="3")
    assert image_paths(tmp_path, ["a", "c_downsampled"]) == ["set/x/a.jpg", "set/y/c.jpg"]


def test_what_a_table_calls_an_image_goes_before(tmp_path: Path) -> None:
    write(tmp_path, x__a="1", y__a="2")
    assert image_paths(tmp_path, ["a"], ["y\\a.jpg"]) == ["y/a.jpg"]
    with pytest.raises(DataError, match=r"a: x/a\.jpg and y/a\.jpg"):
        image_paths(tmp_path, ["a"])


def save(path: Path, pixels: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)


def test_of_a_photograph_and_its_mask_the_photograph_counts(tmp_path: Path) -> None:
    mask = np.zeros((80, 100), np.uint8)
    mask[20:60, 30:70] = 255
    save(tmp_path / "a_masks_first" / "x.png", mask)
    save(tmp_path / "photos" / "x.jpg", np.random.default_rng(0).integers(60, 200, (80, 100, 3), np.uint8))
    save(tmp_path / "truth" / "x.png", mask)
    save(tmp_path / "truth" / "y.png", mask)
    assert image_paths(tmp_path, ["x", "y"]) == ["photos/x.jpg", "truth/y.png"]
    with pytest.warns(LentigoWarning, match="1 masks or superpixels"):
        name_masks(read_tree(tmp_path))


def test_two_photographs_of_one_name_in_two_forms_are_an_error(tmp_path: Path) -> None:
    draw = np.random.default_rng(0)
    for name in ("one/x.jpg", "two/x.png"):
        save(tmp_path / name, draw.integers(60, 200, (80, 100, 3), np.uint8))
    with pytest.raises(DataError, match=r"x: one/x.jpg and two/x.png"):
        image_paths(tmp_path, ["x"])


def test_of_a_photograph_as_dicom_and_as_a_plain_file_the_plain_one_counts(tmp_path: Path) -> None:
    write(tmp_path, jpeg__train__x="1", jpeg__train__y="2")
    (tmp_path / "train").mkdir()
    for name in ("x.dcm", "z.dcm"):
        (tmp_path / "train" / name).write_text(name)
    with pytest.warns(LentigoWarning, match="1 images lie there as DICOM, too"):
        assert image_paths(tmp_path, ["x", "y", "z"]) == [
            "jpeg/train/x.jpg",
            "jpeg/train/y.jpg",
            "train/z.dcm",
        ]


def test_files_that_cannot_be_looked_at_stay_as_they_are(tmp_path: Path) -> None:
    for name in ("a.jpg", "a.png"):
        (tmp_path / name).write_text(name)
    assert photographs(tmp_path, ["a.jpg", "a.png"]) == ["a.jpg", "a.png"]


def test_two_files_that_are_both_masks_are_an_error_and_none_is_picked(tmp_path: Path) -> None:
    mask = np.zeros((80, 100), np.uint8)
    for name in ("one/x.jpg", "two/x.png"):
        save(tmp_path / name, mask)
    with pytest.raises(DataError, match=r"x: one/x.jpg and two/x.png"):
        image_paths(tmp_path, ["x"])
