"""Class folders: names matched, ids made, and folders that are not classes."""

from __future__ import annotations

from pathlib import Path

import pytest

from lentigo.data.sources.folder import read
from lentigo.settings.errors import DataError, TableError

pytestmark = pytest.mark.filterwarnings("ignore:a folder says nothing about lesions")


def touch(root: Path, *names: str) -> Path:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name, encoding="utf-8")
    return root


def test_names_are_codes_or_diagnoses_in_any_case(tmp_path: Path) -> None:
    source = read(touch(tmp_path, "mel/a.jpg", "Basal Cell Carcinoma/b.png", "NV/deep/er/c.jpg"))
    assert source.table[["image_id", "path", "class"]].to_numpy().tolist() == [
        ["b", "Basal Cell Carcinoma/b.png", "BCC"],
        ["c", "NV/deep/er/c.jpg", "NV"],
        ["a", "mel/a.jpg", "MEL"],
    ]
    assert set(source.table["lesion_id"]) == {""}
    assert source.image_root == tmp_path
    assert source.facts["class_folders"] == {"Basal Cell Carcinoma": "BCC", "NV": "NV", "mel": "MEL"}


def test_where_no_name_is_known_they_stand_as_they_are(tmp_path: Path) -> None:
    source = read(touch(tmp_path, "malignant/a.jpg", "benign/b.jpg"))
    assert source.table["class"].tolist() == ["benign", "malignant"]


def test_a_mixture_of_known_and_unknown_needs_a_map(tmp_path: Path) -> None:
    touch(tmp_path, "nevus/a.jpg", "ulcer/b.jpg")
    with pytest.raises(TableError, match="--map ulcer=CLASS"):
        read(tmp_path)
    assert read(tmp_path, {"ulcer": "UNK"}).table["class"].tolist() == ["NV", "UNK"]


def test_a_map_alone_must_be_whole(tmp_path: Path) -> None:
    touch(tmp_path, "one/a.jpg", "two/b.jpg")
    with pytest.raises(TableError, match="--map two=CLASS"):
        read(tmp_path, {"one": "MEL"})


@pytest.mark.parametrize(
    ("files", "ids"),
    [
        (("MEL/1.jpg", "NV/2.jpg"), ["1", "2"]),
        (("MEL/1.jpg", "NV/1.jpg"), ["MEL/1", "NV/1"]),
        (("MEL/1.jpg", "MEL/1.png", "NV/2.jpg"), ["MEL/1.jpg", "MEL/1.png", "NV/2.jpg"]),
    ],
)
def test_ids_are_as_short_as_they_can_be(tmp_path: Path, files: tuple[str, ...], ids: list[str]) -> None:
    assert read(touch(tmp_path, *files)).table["image_id"].tolist() == ids


def test_clutter_is_left_out_and_other_files_are_for_the_import_to_judge(tmp_path: Path) -> None:
    touch(
        tmp_path,
        "MEL/a.jpg",
        "MEL/.DS_Store",
        "MEL/Thumbs.db",
        "MEL/.cache/x.jpg",
        "NV/b.txt",
        ".git/x",
        "README",
    )
    assert read(tmp_path).table["path"].tolist() == ["MEL/a.jpg", "NV/b.txt"]


def test_hostile_names(tmp_path: Path) -> None:
    names = ["<script>.jpg", "=cmd().jpg", "a\nb.jpg", "\u202egpj.png", "$\\frac{.jpg"]
    source = read(touch(tmp_path, *(f"MEL/{name}" for name in names), "NV/x.jpg"))
    assert {path.removeprefix("MEL/") for path in source.table["path"]} >= set(names)


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (("train/a.jpg", "Test/b.jpg"), "heaps of images or parts, not classes"),
        (("a.jpg",), "no sub-folders"),
        (("MEL/.hidden", "NV/.hidden"), "hold no files"),
    ],
)
def test_folders_that_are_no_class_folders(tmp_path: Path, files: tuple[str, ...], message: str) -> None:
    with pytest.raises(DataError, match=message):
        read(touch(tmp_path, *files))


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is not a folder"):
        read(tmp_path / "nowhere")


def test_a_name_that_is_not_utf8(tmp_path: Path) -> None:
    touch(tmp_path, "MEL/a.jpg", "NV/b.jpg")
    try:
        (tmp_path / "MEL" / b"\xff.jpg".decode("utf-8", "surrogateescape")).touch()
    except OSError:
        pytest.skip("this file system takes only UTF-8 names")
    with pytest.raises(DataError, match="is not UTF-8"):
        read(tmp_path)
