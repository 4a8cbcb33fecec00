"""Published counts: agreement, differences, and tables nobody published."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest

from lentigo.data.sources import ham10000
from lentigo.data.sources.isic import read_ground_truth
from lentigo.data.sources.official import OFFICIAL_SETS, compare_with_official
from lentigo.data.tables import LentigoWarning

YEAR_2019 = OFFICIAL_SETS[0]


def labels_of(counts: dict[str, int]) -> list[str]:
    return [name for name, count in counts.items() for _ in range(count)]


def test_published_counts_agree() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = compare_with_official("isic_2019_training_groundtruth.CSV", labels_of(YEAR_2019.class_counts))
    assert found
    assert (found["expected_images"], found["num_images"], found["differences"]) == (25331, 25331, {})


def test_differences_are_told_class_by_class() -> None:
    counts = {**YEAR_2019.class_counts, "MEL": 4500, "UNK": 2}
    with pytest.warns(LentigoWarning, match="MEL 4500 instead of 4,522, UNK 2 instead of 0"):
        found = compare_with_official(YEAR_2019.table, labels_of(counts))
    assert found
    assert found["differences"] == {"MEL": [4500, 4522], "UNK": [2, 0]}


def test_other_tables_are_compared_with_nothing() -> None:
    assert compare_with_official("GroundTruth.csv", ["MEL"]) is None


@pytest.mark.parametrize("official", OFFICIAL_SETS, ids=lambda official: official.name)
@pytest.mark.filterwarnings("error::lentigo.data.tables.LentigoWarning")
@pytest.mark.filterwarnings("ignore:tables that were not read")
def test_the_published_tables_have_these_counts(shared: Path, official: object) -> None:
    assert isinstance(official, type(YEAR_2019))
    table = shared / "data" / "isic2019-tables" / official.table
    if official.name == "HAM10000":
        source = ham10000.read(table.parent)
        assert source.facts["official"]["differences"] == {}
        assert len(source.table) == 10015
        return
    found = compare_with_official(official.table, read_ground_truth(table)["class"])
    assert found
    assert found["differences"] == {}
