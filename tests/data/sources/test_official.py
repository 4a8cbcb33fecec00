"""Published counts: agreement, differences, and tables nobody published."""

from __future__ import annotations

import warnings
from pathlib import Path

import pandas as pd
import pytest

from lentigo.api.data.importing import ImportOptions, import_data
from lentigo.data.sources import ham10000, labels
from lentigo.data.sources.isic import read_ground_truth
from lentigo.data.sources.official import compare_with_official, published_counts
from lentigo.data.split import make_split
from lentigo.data.tables import LentigoWarning

YEAR_2019 = next(one for one in published_counts() if one.name == "ISIC 2019 training")


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


@pytest.mark.parametrize("official", published_counts(), ids=lambda official: official.name)
@pytest.mark.filterwarnings("ignore:tables that were not read")
@pytest.mark.filterwarnings("error::lentigo.data.tables.LentigoWarning")
def test_the_published_tables_have_these_counts(shared: Path, official: object) -> None:
    assert isinstance(official, type(YEAR_2019))
    table = shared / "data" / "isic2019-tables" / official.table
    if official.name == "HAM10000":
        source = ham10000.read(table.parent)
        assert source.facts["official"]["differences"] == {}
        assert len(source.table) == 10015
        return
    if not table.is_file():
        pytest.skip(f"{table.name} is not at hand")
    if "2020" in official.name:
        found = labels.read(table).table
        assert found["patient_id"].nunique() == 2056
        assert compare_with_official(official.table, found["class"])["differences"] == {}  # type: ignore[index]
        return
    truth = compare_with_official(official.table, read_ground_truth(table)["class"])
    assert truth
    assert truth["differences"] == {}


def test_isic_2018_rebuilt_from_ham10000_shares_no_lesion_between_parts(shared: Path, tmp_path: Path) -> None:
    """With the official lesion groupings; without them the import says that lesions are unknown."""
    ham = pd.read_csv(shared / "data" / "isic2019-tables" / "HAM10000_metadata.csv", dtype=str)
    codes = ("MEL", "NV", "BCC", "AKIEC", "BKL", "DF", "VASC")
    hot = pd.get_dummies(ham["dx"].str.upper())[list(codes)].astype(float)
    hot.insert(0, "image", ham["image_id"])
    hot.to_csv(tmp_path / "ISIC2018_Task3_Training_GroundTruth.csv", index=False)
    with pytest.warns(LentigoWarning, match="images of one lesion cannot be kept together"):
        import_data(tmp_path, tmp_path / "without", ImportOptions(tables_only=True))
    groupings = pd.DataFrame({"image": ham["image_id"], "lesion_id": ham["lesion_id"]})
    groupings.to_csv(tmp_path / "ISIC2018_Task3_Training_LesionGroupings.csv", index=False)
    manifest = import_data(tmp_path, tmp_path / "with", ImportOptions(tables_only=True)).manifest
    parts = make_split(manifest).table.set_index("image_id")["part"]
    by_lesion = parts.groupby(manifest.table.set_index("image_id")["lesion_id"]).nunique()
    assert len(by_lesion) == 7470
    assert by_lesion.max() == 1
