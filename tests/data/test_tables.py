"""Tables: what is accepted, what stays text, and what is refused with its line."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lentigo.data.cells import harmless
from lentigo.data.tables import LentigoWarning, read_header, read_numbered_table, read_table, write_table
from lentigo.settings.errors import TableError


@pytest.fixture
def table_file(tmp_path: Path) -> Path:
    return tmp_path / "table.csv"


@pytest.mark.parametrize(
    ("raw", "names"),
    [
        (b"image,MEL\na,1\n", ["image", "MEL"]),
        (b"\xef\xbb\xbfimage;MEL\r\na;1\r\n", ["image", "MEL"]),
        (b'\n"image, id",MEL', ["image, id", "MEL"]),
        (b"image,MEL\r" + b"x" * 2**21, ["image", "MEL"]),
        (b"", []),
        (b"image\xff,MEL\n", []),
        (b'image,"MEL\na,1', ["image", "MEL"]),
    ],
)
def test_a_header_is_read_alone(table_file: Path, raw: bytes, names: list[str]) -> None:
    table_file.write_bytes(raw)
    assert read_header(table_file) == names
    assert read_header(table_file.parent) == []


def test_cells_stay_the_text_they_are(table_file: Path) -> None:
    table_file.write_text("image,label,size\n0012,NA,1E5\n007,null,\nTrue,nan,1.50\n")
    table = read_table(table_file, ["image"])
    assert table.to_dict("list") == {
        "image": ["0012", "007", "True"],
        "label": ["NA", "null", "nan"],
        "size": ["1E5", "", "1.50"],
    }


@pytest.mark.parametrize(
    "raw",
    [
        b"\xef\xbb\xbfimage,label\na,MEL\nb,NV\n",
        b"image,label\r\na,MEL\r\nb,NV\r\n",
        b"image,label\ra,MEL\rb,NV",
        b"image,label\na,MEL\nb,NV",
        b'"image","label"\n"a","MEL"\n"b","NV"\n',
        b"image, label\na,MEL\n\nb,NV\n\n\n",
        b"label,image\nMEL,a\nNV,b\n",
    ],
    ids=["mark", "crlf", "cr", "no last newline", "quotes", "blank lines", "other order"],
)
def test_forms_that_mean_the_same_are_read_the_same(table_file: Path, raw: bytes) -> None:
    table_file.write_bytes(raw)
    table = read_table(table_file, ["image", "label"])
    assert list(zip(table["image"], table["label"], strict=True)) == [("a", "MEL"), ("b", "NV")]


@pytest.mark.parametrize(("delimiter", "word"), [(";", "semicolons"), ("\t", "tabs")])
def test_other_delimiters_are_found_with_a_warning(table_file: Path, delimiter: str, word: str) -> None:
    table_file.write_text(f"image{delimiter}label\na,b{delimiter}MEL\n")
    with pytest.warns(LentigoWarning, match=word):
        table = read_table(table_file, ["image", "label"])
    assert table.iloc[0].tolist() == ["a,b", "MEL"]


def test_quoted_newlines_delimiters_and_quotes(table_file: Path) -> None:
    table_file.write_text('image,note\na,"two\nlines"\nb,"a, ""quoted"" word"\n')
    table = read_numbered_table(table_file, ["image"])
    assert table["note"].tolist() == ["two\nlines", 'a, "quoted" word']
    assert table.index.tolist() == [2, 4]


def test_optional_columns_are_added_empty(table_file: Path) -> None:
    table_file.write_text("image,extra\na,1\n")
    table = read_table(table_file, ["image"], ["lesion_id"])
    assert table.to_dict("list") == {"image": ["a"], "extra": ["1"], "lesion_id": [""]}


def test_an_optional_column_under_another_spelling_is_pointed_out(table_file: Path) -> None:
    table_file.write_text("image,LesionID\na,1\n")
    with pytest.warns(LentigoWarning, match="'LesionID' but no 'lesion_id'"):
        read_table(table_file, ["image"], ["lesion_id"])


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ("image,label\na,MEL\n".encode("utf-16"), "UTF-16"),
        ("image,label\na,MEL\n".encode("utf-16-le"), "UTF-16"),
        ("image,label\na,MEL\nnävus,NV\n".encode("latin-1"), "line 3: not UTF-8, probably Latin-1"),
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"image,label\n", "header and no rows"),
        (b"image,label\na,MEL\nb\nc,NV,x\n", "line 3: 1 cells\n.*line 4: 3 cells"),
        (b'image,label\na,MEL\nb,"NV\nc,NV\n', "line 3: a quote is opened and never closed"),
        (b'image,label\na,"MEL"x\n', "line 2: text after a closing quote"),
        (b"image,label,image\na,MEL,b\n", "'image' appears 2 times"),
        (b"imag,label\na,MEL\n", "no column 'image'; did you mean imag"),
        (b"name,size\na,1\n", "no column 'image'"),
    ],
)
def test_damage_is_refused_with_its_place(table_file: Path, raw: bytes, message: str) -> None:
    table_file.write_bytes(raw)
    with pytest.raises(TableError, match=message):
        read_table(table_file, ["image", "label"])


def test_a_quote_left_open_before_much_text(table_file: Path) -> None:
    table_file.write_text('image,label\na,"MEL\n' + "b,NV\n" * 50_000)
    with pytest.raises(TableError, match="line 2: a quote is opened"):
        read_table(table_file, ["image"])


def test_a_missing_file_names_the_one_that_was_meant(tmp_path: Path) -> None:
    (tmp_path / "GroundTruth.csv").write_text("image\na\n")
    with pytest.raises(TableError, match=r"no such file; did you mean GroundTruth.csv"):
        read_table(tmp_path / "Groundtruth.csv", ["image"])


def test_ragged_rows_are_listed_up_to_a_limit(table_file: Path) -> None:
    table_file.write_text("image,label\n" + "a\n" * 500)
    with pytest.raises(TableError, match="and 488 more"):
        read_table(table_file, ["image"])


def test_writing_uses_lf_and_leaves_no_other_file(table_file: Path) -> None:
    write_table(table_file, pd.DataFrame({"image": ["a", "b,c"], "age": [1.5, None]}))
    assert table_file.read_bytes() == b'image,age\na,1.5\n"b,c",\n'
    assert [path.name for path in table_file.parent.iterdir()] == ["table.csv"]


NASTY = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
CELL = NASTY | st.sampled_from(
    ["NA", "", "007", "1E5", '"', "\r", "\r\n", "a\nb", "=cmd()", "\u202egpj", ",", ";", " x "]
)


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=6))
def test_what_is_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, ...]]
) -> None:
    path = tmp_path_factory.mktemp("round") / "table.csv"
    write_table(path, pd.DataFrame(rows, columns=["image", "label", "note"], dtype=object))
    table = read_table(path, ["image", "label", "note"])
    assert [tuple(row) for row in table.itertuples(index=False)] == rows
    with path.open(newline="", encoding="utf-8") as handle:
        assert [tuple(row) for row in csv.reader(handle)][1:] == [tuple(map(harmless, row)) for row in rows]


def test_a_single_column_of_empty_cells_survives(table_file: Path) -> None:
    write_table(table_file, pd.DataFrame({"only": ["", "x", ""]}))
    assert read_table(table_file, ["only"])["only"].tolist() == ["", "x", ""]


def test_a_byte_order_mark_behind_an_empty_line_is_no_part_of_a_name(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(b"\n\xef\xbb\xbfimage,class\na.jpg,NV\n")
    assert list(read_table(path, ["image"]).columns) == ["image", "class"]
