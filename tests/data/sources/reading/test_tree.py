"""What lies on the disk: clutter, masks, parts and pieces told by their names."""

from __future__ import annotations

from pathlib import Path

import pytest

from lentigo.data.sources.reading.tree import is_mask_name, read_tree
from lentigo.settings.errors import DataError


def touch(root: Path, *names: str) -> Path:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    return root


def test_clutter_masks_tables_and_arrays_are_told_apart(tmp_path: Path) -> None:
    names = ("MEL/a.JPG", "MEL/a_segmentation.png", "MEL/._a.JPG", "__MACOSX/MEL/._a.JPG", "NV/Thumbs.db")
    touch(tmp_path, *names, "labels.csv", "LICENSE.txt", "x.npz", "DF/.gitkeep", "HAM10000_metadata")
    tree = read_tree(tmp_path)
    assert tree.images == ("MEL/a.JPG",)
    assert tree.masks == ("MEL/a_segmentation.png",)
    assert tree.tables == ("HAM10000_metadata", "labels.csv")
    assert tree.arrays == ("x.npz",)
    assert tree.empty == ("DF", "NV")
    assert tree.by_stem == {"a": ["MEL/a.JPG"]}


def test_folders_that_only_wrap_others_are_gone_through(tmp_path: Path) -> None:
    touch(tmp_path, "download/set/MEL/a.jpg", "download/set/NV/b.jpg", "download/.DS_Store")
    assert read_tree(tmp_path).root == tmp_path / "download" / "set"
    assert read_tree(touch(tmp_path / "other", "MEL/a.jpg")).root == tmp_path / "other"


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is not a folder"):
        read_tree(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("NV/x_segmentation.png", True),
        ("HAM10000_segmentations_lesion_tschandl/x.png", True),
        ("x_superpixels.png", True),
        ("masks/x.png", True),
        ("x_mask.png", True),
        ("NV/damask rose.jpg", False),
        ("NV/segovia.jpg", False),
    ],
)
def test_masks_by_name(path: str, expected: bool) -> None:
    assert is_mask_name(path) is expected


def test_forms_that_are_not_read_are_known(tmp_path: Path) -> None:
    tree = read_tree(touch(tmp_path, "a/labels.xlsx", "a/in.zip", "a/x.jpg", "b/deep/.keep", "@eaDir/x.jpg"))
    assert (tree.sheets, tree.packed, tree.empty) == (("a/labels.xlsx",), ("a/in.zip",), ("b",))
    assert tree.images == ("a/x.jpg",)
