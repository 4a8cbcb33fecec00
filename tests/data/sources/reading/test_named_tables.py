"""Tables that lie below a folder: those that name its images, and those that do not."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from lentigo.data.sources.reading.named_tables import add_facts, name_unread, named_tables, unread_tables
from lentigo.data.sources.reading.tree import read_tree
from lentigo.data.tables import LentigoWarning


def lay(root: Path) -> Path:
    for name in ("a.jpg", "b.jpg"):
        (root / name).touch()
    tables = {
        "labels.csv": "image,dx\na,MEL\nb,NV\n",
        "more.csv": "image,lesion_id,split\na,L1,train\nb,,test\n",
        "lesions.csv": "lesion_id,depth\nL1,3\n",
        "prices.csv": "item,price\nx,1\n",
        "ragged.csv": "image,dx\na\n",
    }
    for name, text in tables.items():
        (root / name).write_text(text)
    (root / "sheet.xlsx").touch()
    return root


def test_tables_are_told_apart_by_what_they_name(tmp_path: Path) -> None:
    found = {table.path: table for table in named_tables(read_tree(lay(tmp_path)))}
    assert {path: (one.key, one.is_by_lesion, one.labels) for path, one in found.items()} == {
        "labels.csv": ("image", False, ("dx",)),
        "lesions.csv": ("lesion_id", True, ()),
        "more.csv": ("image", False, ()),
    }


@pytest.mark.parametrize("name", ["sample_submission.csv", "in/Sample-Submission (1).csv"])
def test_the_form_of_answers_is_no_table_of_labels(tmp_path: Path, name: str) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "a.jpg").touch()
    (tmp_path / "b.jpg").touch()
    (tmp_path / name).write_text("image,target\na,0\nb,1\n")
    assert [one.labels for one in named_tables(read_tree(tmp_path))] == [()]


def test_a_table_of_pixels_is_told_by_its_header_and_not_read(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").touch()
    header = ",".join([f"pixel{number:04}" for number in range(64)] + ["label"])
    (tmp_path / "hmnist_8_8_L.csv").write_text(header + "\nonly,two\n")
    tree = read_tree(tmp_path)
    assert named_tables(tree) == []
    assert unread_tables(tree) == ["hmnist_8_8_L.csv: pixels, while images are read as files"]


def test_pairs_of_near_duplicates_say_where_they_belong(tmp_path: Path) -> None:
    (tmp_path / "pairs.csv").write_text("image_name_1,image_name_2\na,b\n")
    assert unread_tables(read_tree(tmp_path)) == ["pairs.csv: near-duplicates, which --duplicates takes"]


def test_facts_fill_what_is_not_known_yet(tmp_path: Path) -> None:
    found = {table.path: table for table in named_tables(read_tree(lay(tmp_path)))}
    rows = pd.DataFrame({"name": ["b", "a", "c"], "lesion_id": ["own", "", ""]})
    assert add_facts(rows, found["more.csv"])
    assert rows["lesion_id"].tolist() == ["own", "L1", ""]
    assert rows["given"].tolist() == ["test", "train", ""]
    assert not add_facts(rows, found["lesions.csv"])


def test_the_unread_are_named_with_the_reason(tmp_path: Path) -> None:
    tree = read_tree(lay(tmp_path))
    told = unread_tables(tree, ["labels.csv", "more.csv", "lesions.csv"])
    assert [text.split(" (")[0] for text in told] == ["prices.csv", "ragged.csv", "sheet.xlsx"]
    assert "rows have other lengths" in told[1]
    assert "CSV UTF-8" in told[2]
    with pytest.warns(LentigoWarning, match="not read: prices.csv"):
        name_unread(tree, ["labels.csv", "more.csv", "lesions.csv"])
