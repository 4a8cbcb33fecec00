"""Tables of near-duplicates: clusters and pairs."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pandas as pd
import pytest

from lentigo.data.copies.duplicates import read_duplicates, with_duplicates
from lentigo.data.sources.table import SourceTable, source_table
from lentigo.data.tables import LentigoWarning
from lentigo.settings.errors import TableError


@pytest.fixture
def source() -> SourceTable:
    rows = pd.DataFrame({"image_id": list("abcd"), "path": list("abcd"), "class": ["MEL", "NV"] * 2})
    return source_table(rows.assign(duplicate_group=["", "", "", "own"]), Path(), {"source": "made"})


def write(folder: Path, text: str) -> Path:
    path = folder / "duplicates.csv"
    path.write_text(text)
    return path


def test_clusters_fill_the_column_and_other_columns_do_not_matter(
    source: SourceTable, tmp_path: Path
) -> None:
    path = write(tmp_path, "image,score,duplicate_group\na,1,one\nb,0.9,one\nc,,\nx,1,two\n")
    result = with_duplicates(source, path)
    assert result.table["duplicate_group"].tolist() == ["a", "a", "", "d"]
    assert source.table["duplicate_group"].tolist() == ["", "", "", "own"], "the source is left alone"
    assert result.facts == {"source": "made", "duplicates": ["duplicates.csv"]}


def test_pairs_chain_through_images_that_are_not_there(source: SourceTable, tmp_path: Path) -> None:
    path = write(tmp_path, "image_name_1,image_name_2\nb,x\nx,a\nc,\n")
    assert read_duplicates(path) == {"a": "a", "b": "a", "x": "a"}
    assert with_duplicates(source, path).table["duplicate_group"].tolist() == ["a", "a", "", "d"]


def test_names_of_a_single_table_stay(source: SourceTable, tmp_path: Path) -> None:
    plain = dataclasses.replace(source, table=source.table.assign(duplicate_group=""))
    result = with_duplicates(plain, write(tmp_path, "image,duplicate_group\nc,one\nd,one\n"))
    assert result.table["duplicate_group"].tolist() == ["", "", "one", "one"]


def test_several_tables_are_joined_with_each_other_and_with_what_is_known(
    source: SourceTable, tmp_path: Path
) -> None:
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    first.write_text("image,duplicate_group\nb,1\nx,1\n")
    second.write_text("image_name_1,image_name_2\nx,d\n")
    result = with_duplicates(with_duplicates(source, first), second)
    assert result.table["duplicate_group"].tolist() == ["", "b", "", "d"], "x is not there to join them later"
    result = with_duplicates(source, first, second)
    assert result.table["duplicate_group"].tolist() == ["", "b", "", "b"]
    assert result.facts["duplicates"] == ["first.csv", "second.csv"]


def test_a_name_means_another_cluster_in_another_table(source: SourceTable, tmp_path: Path) -> None:
    for name, rows in {"first.csv": "a,own\nb,own", "second.csv": "c,own"}.items():
        (tmp_path / name).write_text(f"image,duplicate_group\n{rows}\n")
    result = with_duplicates(source, tmp_path / "first.csv", tmp_path / "second.csv")
    assert result.table["duplicate_group"].tolist() == ["a", "a", "c", "d"]


def test_an_image_in_two_clusters_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "image,duplicate_group\na,one\na,two\n")
    with pytest.raises(TableError, match=r"'a' has duplicate_group 'one' and 'two' \(line 2, line 3\)"):
        read_duplicates(path)


def test_another_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="image_name_1 and image_name_2"):
        read_duplicates(write(tmp_path, "image,lesion\na,b\n"))


def test_a_table_of_other_images_is_pointed_out(source: SourceTable, tmp_path: Path) -> None:
    with pytest.warns(LentigoWarning, match="links nothing"):
        with_duplicates(source, write(tmp_path, "image,duplicate_group\nx,one\n"))


def test_the_official_pairs_of_2020(shared: Path) -> None:
    clusters = read_duplicates(shared / "data" / "isic2019-tables" / "ISIC_2020_Training_Duplicates.csv")
    assert clusters["ISIC_0079038"] == clusters["ISIC_8521950"] == "ISIC_0079038"
    assert len(clusters) > 2 * len(set(clusters.values())) - 1
