"""A manifest or lists as one table of entries."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from lentigo.data.entries import ordered_parts, read_lists, read_manifest, with_random_folds
from lentigo.settings.errors import DataError, SettingsError, SplitError


def test_a_manifest_takes_the_split_beside_it(small_data: Any) -> None:
    found = read_manifest(small_data.data)
    assert found.parts == ("train", "validation", "test")
    assert len(found.files) == len(found.table) == 160
    assert found.facts["split_hash"]


def test_the_split_of_another_manifest_is_refused(small_data: Any, tmp_path: Path) -> None:
    from lentigo.cli.app import main

    drawing = [
        "data",
        "synthesize",
        str(tmp_path / "drawn"),
        "--images",
        "40",
        "--height",
        "64",
        "--width",
        "64",
    ]
    assert main([*drawing, "--seed", "9"]) == 0
    assert main(["data", "import", str(tmp_path / "drawn"), "--out", str(tmp_path / "other")]) == 0
    with pytest.raises(SplitError, match="not of this manifest"):
        read_manifest(tmp_path / "other", small_data.split)


def test_lists_keep_their_order_and_find_their_images(
    draw_image: Callable[..., None], tmp_path: Path
) -> None:
    draw_image(tmp_path / "images" / "b.jpg")
    for part, name in (("train", "a"), ("test", "b")):
        (tmp_path / f"{part}.csv").write_text(f"image\n{name}\n")
    lists = {part: tmp_path / f"{part}.csv" for part in ("test", "train")}
    found = read_lists(lists, images=tmp_path / "images")
    assert found.parts == ("train", "test")
    assert found.files == [tmp_path / "images" / "b.jpg", None]
    assert read_lists(lists).files == []


def test_a_folder_without_any_of_the_images_is_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("image\na\n")
    with pytest.raises(DataError, match="none of the 1 images"):
        read_lists({"": tmp_path / "list.csv"}, images=tmp_path)
    with pytest.raises(DataError, match="not a folder"):
        read_lists({"": tmp_path / "list.csv"}, images=tmp_path / "none")


def test_random_folds_are_even_and_repeatable(small_data: Any) -> None:
    entries = read_manifest(small_data.data)
    first, again, other = (with_random_folds(entries, 5, seed) for seed in (0, 0, 1))
    assert first.is_folds
    assert set(first.table["part"].value_counts()) == {32}
    assert first.table["part"].equals(again.table["part"])
    assert not first.table["part"].equals(other.table["part"])
    with pytest.raises(SettingsError, match="2 or more"):
        with_random_folds(entries, 1, 0)


def test_parts_come_in_the_order_of_use() -> None:
    assert ordered_parts(pd.Series(["test", "mine", "", "val", "train"])) == ("train", "val", "test", "mine")
