"""Tables of near-duplicates: clusters and pairs."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from lentigo.data.duplicates import read_duplicates, with_duplicates
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
    assert result.table["duplicate_group"].tolist() == ["one", "one", "", "own"]
    assert source.table["duplicate_group"].tolist() == ["", "", "", "own"], "the source is left alone"
    assert result.facts == {"source": "made", "duplicates": "duplicates.csv"}


def test_pairs_chain_through_images_that_are_not_there(source: SourceTable, tmp_path: Path) -> None:
    path = write(tmp_path, "image_name_1,image_name_2\nb,x\nx,a\nc,\n")
    assert read_duplicates(path) == {"a": "a", "b": "a", "x": "a"}
    assert with_duplicates(source, path).table["duplicate_group"].tolist() == ["a", "a", "", "own"]


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
