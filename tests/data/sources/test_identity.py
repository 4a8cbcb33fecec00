"""Which names mean the same image everywhere, and which only within their set."""

from __future__ import annotations

import pandas as pd
import pytest

from lentigo.data.sources.identity import _place, archive_id, is_official, local_ids, told_apart


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ISIC_0000001", True),
        ("ISIC_0000001_downsampled", True),
        ("ISIC_1", False),
        ("xISIC_0000001", False),
        ("1", False),
        ("IMG_0000001", False),
    ],
)
def test_official_names(name: str, expected: bool) -> None:
    assert is_official(name) is expected


def images(*rows: tuple[str, str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["image_id", "set", "place", "part"])


def test_numbers_of_two_people_are_different_images() -> None:
    found = told_apart(
        images(
            ("1", "/a", "nevus/1.jpg", "train"),
            ("1", "/b", "nevus/1.jpg", "test"),
            ("2", "/b", "nevus/2.jpg", "test"),
            ("ISIC_0000001", "/a", "nevus/ISIC_0000001.jpg", "train"),
            ("ISIC_0000001", "/b", "bcc/ISIC_0000001.png", "test"),
        )
    )
    assert found == ["nevus/1 (train)", "nevus/1 (test)", "2", "ISIC_0000001", "ISIC_0000001"]


def test_lists_of_one_set_mean_the_same_image() -> None:
    same = [("1", "/a", "1", "train"), ("1", "/a", "1.jpg", "test"), ("1", "/a", "images/1.jpg", "test")]
    assert told_apart(images(*same)) == ["1", "1", "1"]


def test_two_folders_of_one_set() -> None:
    rows = [("1", "/a", "train/1.jpg", ""), ("1", "/a", "test\\1.jpg", ""), ("1", "/a", "test/1.jpg", "")]
    assert told_apart(images(*rows)) == ["train/1 (/a)", "test/1 (/a)", "test/1 (/a)"]


def test_ids_beside_those_of_another_set() -> None:
    assert local_ids(["ISIC_0000001_downsampled", "1"], "of the run") == ["ISIC_0000001", "1 (of the run)"]
    assert archive_id("x_downsampled") == "x"


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("nevus/ISIC_0000001.jpg", "nevus/ISIC_0000001"), ("a-b/1", "a-b/1"), ("1.2.jpg", "1.2"),
        ("a//b.png", "a/b"), ("./a/b.png", "a/b"), ("a\\b.png", "a/b"), ("", ""), ("./", ""),
        ("é.png", "é"), (".hidden", ".hidden"), ("a.b/c", "a.b/c"), ("a/b.", "a/b."), ("a b.png", "a b"),
    ],
)  # fmt: skip
def test_a_place_is_a_path_without_suffix_however_it_is_written(path: str, place: str) -> None:
    assert _place(path) == place
