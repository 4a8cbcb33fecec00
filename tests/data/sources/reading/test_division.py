"""The part that somebody gave each image: by a column, by tables, by folders."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from lentigo.data.sources.reading.division import folder_part, given_division, table_part
from lentigo.data.sources.reading.named_tables import named_tables
from lentigo.data.sources.reading.tree import read_tree
from lentigo.settings.errors import DataError


def division(root: Path, images: list[str], **tables: str) -> list[str]:
    for name in images:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    for name, text in tables.items():
        (root / f"{name}.csv").write_text(text.replace("|", "\n"))
    tree = read_tree(root)
    found = named_tables(tree)
    rows = pd.DataFrame({"name": [Path(path).stem for path in tree.images], "path": list(tree.images)})
    chosen = next(table for table in found if table.path == "labels.csv")
    return given_division(rows, tree, found, chosen).tolist()


LABELS = "image,dx|a,MEL|b,NV|c,NV"


def test_by_the_folder_an_image_lies_in(tmp_path: Path) -> None:
    assert division(tmp_path, ["train/a.jpg", "test/b.jpg", "other/c.jpg"], labels=LABELS) == [
        "",
        "test",
        "train",
    ]


def test_by_the_name_of_the_table_that_lists_it(tmp_path: Path) -> None:
    images = ["x/a.jpg", "x/b.jpg", "x/c.jpg"]
    lists = {"train_ids": "image|a", "val_ids": "image|b", "test_ids": "image|c"}
    assert division(tmp_path, images, labels=LABELS, **lists) == ["train", "validation", "test"]


def test_by_the_rows_that_a_table_counts(tmp_path: Path) -> None:
    """Derm7pt gives its parts so: `train_indexes.csv` of rows of `meta.csv`, from 0."""
    lists = {"train_indexes": "indexes|0|2", "test_indexes": "indexes|1"}
    assert division(tmp_path, ["x/a.jpg", "x/b.jpg", "x/c.jpg"], labels=LABELS, **lists) == [
        "train",
        "test",
        "train",
    ]


def test_one_part_alone_is_no_division(tmp_path: Path) -> None:
    assert division(tmp_path, ["train/a.jpg", "train/b.jpg", "x/c.jpg"], labels=LABELS) == ["", "", ""]


def test_an_image_in_two_parts_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"(?s)1 images are in two parts.*a: test and train"):
        division(tmp_path, ["x/a.jpg", "x/b.jpg"], labels=LABELS, train="image|a", test="image|a|b")


def test_names() -> None:
    assert folder_part("set/fold_3/train/a.jpg") == "fold 3"
    assert table_part("x/ISIC2018_Task3_Test_GroundTruth.csv") == table_part("test/labels.csv") == "test"
