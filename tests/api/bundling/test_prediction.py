"""Files and folders become a list of files."""

from __future__ import annotations

from pathlib import Path

import pytest

from lentigo.api.bundling.prediction import image_files, read_image
from lentigo.settings.errors import DataError, ImageError
from lentigo.settings.recipe import Input


def test_a_folder_stands_for_the_images_inside_it(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    for name in ("b.jpg", "a.PNG", "deep/c.tif", "notes.txt"):
        (tmp_path / name).write_bytes(b"x")
    assert [path.name for path in image_files([tmp_path])] == ["a.PNG", "b.jpg", "c.tif"]
    assert image_files([tmp_path / "notes.txt"]) == [tmp_path / "notes.txt"], "named on purpose"


def test_an_empty_folder_and_a_wrong_path_are_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="holds no images"):
        image_files([tmp_path])
    with pytest.raises(DataError, match=r"gone\.jpg does not exist"):
        image_files([tmp_path / "gone.jpg"])


def test_an_unreadable_image_is_named(tmp_path: Path) -> None:
    path = tmp_path / "text.jpg"
    path.write_text("text")
    with pytest.raises(ImageError, match=r"text\.jpg: "):
        read_image(path, Input())
