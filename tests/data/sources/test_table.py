"""What sources share: collapsing repeats, and which class a name means."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from lentigo.data.sources.table import COLUMNS, SourceTable, collapse, match_classes, of_set, source_table
from lentigo.data.tables import LentigoWarning
from lentigo.settings.errors import TableError


def rows(**columns: list[str]) -> pd.DataFrame:
    table = pd.DataFrame(columns)
    table.index = pd.Index(range(2, 2 + len(table)))
    return table


def test_missing_columns_are_empty_and_unknowns_are_blank() -> None:
    source = source_table(
        rows(image_id=["a", "b"], path=["a", "b"], **{"class": ["MEL", "NV"]}, sex=["Male", "unknown"]),
        Path("root"),
        {"source": "made"},
    )
    assert tuple(source.table.columns) == COLUMNS
    assert source.table["sex"].tolist() == ["male", ""]
    assert source.table["lesion_id"].tolist() == ["", ""]
    assert source.image_root == Path("root")


def test_repeats_that_agree_count_once() -> None:
    table = rows(image_id=["a", "b", "a"], path=["a", "b", "a"], **{"class": ["MEL", "NV", "MEL"]})
    with pytest.warns(LentigoWarning, match="1 repeated rows, such as that of 'a'"):
        assert source_table(table, Path(), {}).table["image_id"].tolist() == ["a", "b"]


def test_repeats_that_disagree_are_refused_with_lines() -> None:
    table = rows(image_id=["a", "b", "a"], path=["a", "b", "a"], **{"class": ["MEL", "NV", "NV"]})
    with pytest.raises(TableError, match=r"'a' has class 'MEL' and 'NV' \(line 2, line 4\)"):
        source_table(table, Path(), {})


def test_a_table_without_repeats_is_returned_as_it_is() -> None:
    table = rows(image_id=["a", "b"])
    assert collapse(table, "image_id") is table


@pytest.mark.parametrize("column", ["image_id", "class"])
def test_every_image_needs_id_and_class(column: str) -> None:
    table = rows(image_id=["a", "b"], path=["a", "b"], **{"class": ["MEL", "NV"]})
    table.loc[3, column] = ""
    with pytest.raises(TableError, match=f"line 3: no {column}"):
        source_table(table, Path(), {})


def test_names_are_matched_in_any_case_and_the_map_comes_first() -> None:
    found = match_classes(["nv", "Melanoma", "Ulcer", "bkl"], {"ULCER": "ULC", "BKL": "benign"})
    assert found == {"nv": "NV", "Melanoma": "MEL", "Ulcer": "ULC", "bkl": "benign"}


def test_unknown_names_are_listed_with_the_remedy() -> None:
    with pytest.raises(TableError, match=r"(?s)--map ulcer=CLASS.*--skip ulcer.*'ulcer'.*'MELL'$"):
        match_classes(["ulcer", "NV", "MELL"])


def test_a_map_for_a_class_that_is_not_there() -> None:
    with pytest.raises(TableError, match="names typo, but the classes found are NV"):
        match_classes(["NV"], {"typo": "MEL"})


def test_an_images_own_licence_stays() -> None:
    source = SourceTable(pd.DataFrame({"licence": ["", "CC-0"]}), Path("."), {"source": "isic"})
    found = of_set(source, "isic-2016")
    assert found.table["licence"].tolist() == ["CC0-1.0", "CC-0"]
    assert found.facts["source"] == "isic"
    assert found.facts["set"]["title"] == "ISIC 2016 part 3 training"
    assert of_set(source, "") is source
