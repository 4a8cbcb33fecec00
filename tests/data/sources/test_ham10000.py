"""HAM10000: its table, its two folders of images, and what is not read."""

from __future__ import annotations

from pathlib import Path

import pytest

from lentigo.data.sources.ham10000 import find_table, read
from lentigo.data.tables import LentigoWarning
from lentigo.settings.errors import TableError

HEADER = "lesion_id,image_id,dx,dx_type,age,sex,localization"

pytestmark = pytest.mark.filterwarnings("ignore:.*as it was published")


def folder_of(place: Path, *rows: str) -> Path:
    (place / "HAM10000_metadata.csv").write_text("\n".join([HEADER, *rows]) + "\n")
    return place


ROWS = (
    "HAM_0000001,ISIC_0024306,akiec,histo,80.0,male,scalp",
    "HAM_0000001,ISIC_0024307,akiec,histo,80.0,male,scalp",
    "HAM_0000002,ISIC_0024308,nv,follow_up,,unknown,unknown",
    "HAM_0000003,ISIC_0024309,vasc,consensus,45.0,female,back",
)


def test_classes_lesions_and_facts(tmp_path: Path) -> None:
    source = read(folder_of(tmp_path, *ROWS))
    table = source.table
    assert table["class"].tolist() == ["AKIEC", "AKIEC", "NV", "VASC"], "akiec is not AK"
    assert table["lesion_id"].tolist() == ["HAM_0000001", "HAM_0000001", "HAM_0000002", "HAM_0000003"]
    assert table["age_years"].tolist() == ["80.0", "80.0", "", "45.0"]
    assert table["site"].tolist() == ["scalp", "scalp", "", "back"]
    assert table["sex"].tolist() == ["male", "male", "", "female"]
    assert set(table["source"]) == {"HAM"}
    assert set(table["licence"]) == {"CC-BY-NC-4.0"}
    assert not table.isin(["histo", "follow_up", "consensus"]).any().any(), "never how it was confirmed"


def test_images_lie_in_either_part_or_beside_the_table(tmp_path: Path) -> None:
    folder_of(tmp_path, *ROWS)
    for place in (
        "HAM10000_images_part_1/ISIC_0024306",
        "HAM10000_images_part_2/ISIC_0024307",
        "ISIC_0024308",
    ):
        path = tmp_path / f"{place}.jpg"
        path.parent.mkdir(exist_ok=True)
        path.touch()
    (tmp_path / "ham10000_images_part_1").mkdir(exist_ok=True)
    (tmp_path / "ham10000_images_part_1" / "ISIC_0024306.jpg").touch()
    assert read(tmp_path).table["path"].tolist() == [
        "HAM10000_images_part_1/ISIC_0024306.jpg",
        "HAM10000_images_part_2/ISIC_0024307.jpg",
        "ISIC_0024308.jpg",
        "ISIC_0024309.jpg",
    ]


def test_part_of_the_set_is_compared_with_what_was_published(tmp_path: Path) -> None:
    with pytest.warns(LentigoWarning, match="NV 1 instead of 6,705"):
        facts = read(folder_of(tmp_path, *ROWS)).facts
    assert facts["official"]["num_images"] == 4


def test_an_unknown_or_missing_diagnosis_stops_the_import(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="--map wart=CLASS"):
        read(folder_of(tmp_path, *ROWS, "HAM_9,ISIC_9,wart,histo,1,male,back"))
    assert find_table(tmp_path)
    assert read(tmp_path, {"wart": "BKL"}).table["class"].iloc[-1] == "BKL"
    with pytest.raises(TableError, match="no class"):
        read(folder_of(tmp_path, *ROWS, "HAM_9,ISIC_9,,histo,1,male,back"))
