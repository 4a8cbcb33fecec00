"""Where images lie: beside the table, in folders, in a folder inside a folder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lentigo.data.sources.image_files import find_images, photographs
from lentigo.data.tables import LentigoWarning
from lentigo.settings.errors import DataError


def test_the_least_deep_file_of_a_name_counts(tmp_path: Path) -> None:
    for name in ("a.jpg", "part_2/a.jpg", "part_1/b.JPG", "in/in/c.jpeg", "part_1/notes.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    assert find_images(tmp_path) == {"a": "a.jpg", "b": "part_1/b.JPG", "c": "in/in/c.jpeg"}


def save(path: Path, pixels: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)


def test_of_a_photograph_and_its_mask_the_photograph_counts(tmp_path: Path) -> None:
    mask = np.zeros((80, 100), np.uint8)
    mask[20:60, 30:70] = 255
    save(tmp_path / "a_masks_first" / "x.png", mask)
    save(tmp_path / "photos" / "x.jpg", np.random.default_rng(0).integers(60, 200, (80, 100, 3), np.uint8))
    save(tmp_path / "truth" / "y.png", mask)
    with pytest.warns(LentigoWarning, match="1 masks or superpixels"):
        found = find_images(tmp_path)
    assert found == {"x": "photos/x.jpg", "y": "truth/y.png"}


def test_two_photographs_of_one_name_in_two_forms_are_an_error(tmp_path: Path) -> None:
    draw = np.random.default_rng(0)
    for name in ("one/x.jpg", "two/x.png"):
        save(tmp_path / name, draw.integers(60, 200, (80, 100, 3), np.uint8))
    with pytest.raises(DataError, match=r"x: one/x.jpg and two/x.png"):
        find_images(tmp_path)


def test_two_files_that_are_both_masks_are_an_error_and_none_is_picked(tmp_path: Path) -> None:
    mask = np.zeros((80, 100), np.uint8)
    for name in ("one/x.jpg", "two/x.png"):
        save(tmp_path / name, mask)
    with pytest.raises(DataError, match=r"x: one/x.jpg and two/x.png"):
        find_images(tmp_path)


def test_files_that_cannot_be_looked_at_stay_as_they_are(tmp_path: Path) -> None:
    for name in ("a.jpg", "a.png"):
        (tmp_path / name).touch()
    assert photographs(tmp_path, ["a.jpg", "a.png"]) == ["a.jpg", "a.png"]
