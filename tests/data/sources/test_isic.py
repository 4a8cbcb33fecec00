"""ISIC challenge files: both years' tables, metadata, image names, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from lentigo.data.sources.identity import archive_id
from lentigo.data.sources.isic import LICENCE, Files, find_files, read, read_ground_truth
from lentigo.data.tables import LentigoWarning
from lentigo.settings.errors import DataError, TableError

YEAR_2019 = "image,MEL,NV,BCC,AK,BKL,DF,VASC,SCC,UNK"
METADATA = "image,age_approx,anatom_site_general,lesion_id,sex"


def one_hot(name: str, position: int, num_classes: int = 9, one: str = "1.0", zero: str = "0.0") -> str:
    return ",".join([name, *(one if place == position else zero for place in range(num_classes))])


def write(path: Path, *lines: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Four images of 2019 with metadata."""
    names = ["ISIC_0000001", "ISIC_0000017_downsampled", "ISIC_0024306", "ISIC_0053453"]
    write(
        tmp_path / "GroundTruth.csv", YEAR_2019, *(one_hot(name, place) for place, name in enumerate(names))
    )
    write(
        tmp_path / "Metadata.csv",
        METADATA,
        f"{names[0]},55,anterior torso,,female",
        f"{names[1]},,,MSK4_0000001,",
        f"{names[2]},85,head/neck,HAM_0000001,male",
        f"{names[3]},40,,BCN_0000001,male",
    )
    return tmp_path


@pytest.mark.filterwarnings("ignore:.*no image of class")
def test_the_official_form(folder: Path) -> None:
    (folder / "images").mkdir()
    for name in ("ISIC_0000001.jpg", "ISIC_0000017.jpg", "ISIC_0024306.png"):
        (folder / "images" / name).touch()
    source = read(folder)
    table = source.table
    assert table["class"].tolist() == ["MEL", "NV", "BCC", "AK"]
    assert table["path"].tolist() == [
        "ISIC_0000001.jpg",
        "ISIC_0000017.jpg",
        "ISIC_0024306.png",
        "ISIC_0053453.jpg",
    ], "the file that is there, under official or archive name, else the official one"
    assert table["image_id"].iloc[1] == "ISIC_0000017_downsampled", "ids stay official"
    assert table["source"].tolist() == ["ISIC", "MSK4", "HAM", "BCN"]
    assert table["lesion_id"].tolist() == ["", "MSK4_0000001", "HAM_0000001", "BCN_0000001"]
    assert table["age_years"].tolist() == ["55", "", "85", "40"]
    assert table["site"].tolist() == ["anterior torso", "", "head/neck", ""]
    assert table["sex"].tolist() == ["female", "", "male", "male"]
    assert set(table["licence"]) == {LICENCE}
    assert source.image_root == folder / "images"
    assert source.facts == {"source": "isic", "tables": ["GroundTruth.csv", "Metadata.csv"]}


@pytest.mark.filterwarnings("ignore:.*no image of class")
def test_classes_go_by_name_not_by_position(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", "NV,image,MEL", "0,a,1", "1.0,b,0.0", "1,c.JPG,0")
    truth = read_ground_truth(path)
    assert truth.to_dict("list") == {"image_id": ["a", "b", "c"], "class": ["MEL", "NV", "NV"]}


def test_akiec_of_2018_stays_akiec_and_weights_are_no_classes(tmp_path: Path) -> None:
    path = write(
        tmp_path / "t.csv",
        "image,MEL,NV,BCC,AKIEC,BKL,DF,VASC,score_weight,validation_weight",
        *(one_hot(f"i{place}", place, 7, "1", "0") + ",0.5,1" for place in range(7)),
    )
    assert read_ground_truth(path)["class"].tolist() == ["MEL", "NV", "BCC", "AKIEC", "BKL", "DF", "VASC"]


def test_an_empty_unknown_column_is_no_class_and_other_empty_ones_are_pointed_out(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", "image,MEL,NV,UNK,DF", "a,1,0,0,0", "b,0,1,0,0")
    with pytest.warns(LentigoWarning, match="no image of class DF,"):
        truth = read_ground_truth(path)
    assert set(truth["class"]) == {"MEL", "NV"}


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("b,0,0", "line 3: b has no 1"),
        ("b,1,1", "line 3: b has MEL = 1, NV = 1"),
        ("b,0.5,0.5", "line 3: b has MEL = 0.5, NV = 0.5"),
        ("b,2,0", "line 3: b has MEL = 2"),
        ("b,,1", "line 3: b has MEL = nothing, NV = 1"),
        ("b,maybe,0", "line 3: b has MEL = maybe"),
        ("b,nan,1", "line 3: b has MEL = nan"),
    ],
)
def test_rows_that_are_not_one_hot_are_refused(tmp_path: Path, row: str, message: str) -> None:
    path = write(tmp_path / "t.csv", "image,MEL,NV", "a,1,0", row, "c,0,1")
    with pytest.raises(TableError, match=message):
        read_ground_truth(path)


def test_unknown_classes_are_refused_unless_mapped(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", "image,MEL,ulcer", "a,1,0", "b,0,1")
    with pytest.raises(TableError, match="--map ulcer=CLASS"):
        read_ground_truth(path)
    assert read_ground_truth(path, {"ulcer": "UNK"})["class"].tolist() == ["MEL", "UNK"]


def test_a_table_without_classes(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="no class columns"):
        read_ground_truth(write(tmp_path / "t.csv", "image", "a"))


def test_a_table_without_images(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="no column 'image'; did you mean images"):
        read_ground_truth(write(tmp_path / "t.csv", "images,MEL,NV", "a,1,0"))


@pytest.mark.filterwarnings("ignore:.*no image of class")
def test_a_repeated_image(folder: Path) -> None:
    truth = folder / "GroundTruth.csv"
    same = one_hot("ISIC_0000001", 0)
    text = truth.read_text()
    truth.write_text(text + same + "\n")
    with pytest.warns(LentigoWarning, match="repeated rows"):
        assert len(read(folder).table) == 4
    truth.write_text(text + one_hot("ISIC_0000001", 1) + "\n")
    with pytest.raises(TableError, match=r"'ISIC_0000001' has class 'MEL' and 'NV' \(line 2, line 6\)"):
        read(folder)


@pytest.mark.filterwarnings("ignore:.*no image of class")
def test_metadata_may_be_partial_missing_or_without_lesions(folder: Path) -> None:
    write(folder / "Metadata.csv", "image,sex", "ISIC_0000001,male")
    with pytest.warns(LentigoWarning) as caught:
        source = read(folder)
    texts = " ".join(str(item.message) for item in caught)
    assert "neither lesion_id nor patient_id" in texts
    assert "3 of 4 images are not in it" in texts
    assert source.table["sex"].tolist() == ["male", "", "", ""]
    (folder / "Metadata.csv").unlink()
    with pytest.warns(LentigoWarning, match="no metadata"):
        assert set(read(folder).table["lesion_id"]) == {""}


@pytest.mark.filterwarnings("ignore:.*no image of class")
def test_metadata_that_contradicts_itself(folder: Path) -> None:
    write(folder / "Metadata.csv", METADATA, "ISIC_0000001,55,,L1,", "ISIC_0000001,55,,L2,")
    with pytest.raises(TableError, match="has lesion_id 'L1' and 'L2'"):
        read(folder)


@pytest.mark.filterwarnings("ignore:.*no image of class", "ignore:.*not in it")
def test_other_names_of_columns_and_own_licences(folder: Path) -> None:
    write(
        folder / "Metadata.csv",
        "image_id,age,localization,patient_id,copyright_license",
        "ISIC_0000001,30,back,P1,CC-0",
    )
    row = read(folder).table.iloc[0]
    assert (row["age_years"], row["site"], row["patient_id"], row["licence"]) == ("30", "back", "P1", "CC-0")


@pytest.mark.filterwarnings("ignore:.*no image of class", "ignore:no metadata")
def test_images_that_are_not_official_get_no_licence(tmp_path: Path) -> None:
    write(tmp_path / "GroundTruth.csv", "image,MEL,NV", "own-1,1,0", "ISIC_0000001,0,1")
    table = read(tmp_path).table
    assert table["licence"].tolist() == ["", LICENCE]
    assert table["source"].tolist() == ["", "ISIC"]


def test_finding_official_names(tmp_path: Path) -> None:
    truth = write(tmp_path / "ISIC_2019_Training_GroundTruth.csv", "x")
    metadata = write(tmp_path / "ISIC_2019_Training_Metadata.csv", "x")
    assert find_files(tmp_path) == Files(truth, metadata, tmp_path), "images beside the tables"
    (tmp_path / "ISIC_2019_Training_Input").mkdir()
    assert find_files(tmp_path).images == tmp_path / "ISIC_2019_Training_Input"
    write(tmp_path / "ISIC_2018_GroundTruth.csv", "x")
    with pytest.raises(DataError, match=r"several tables of truth: ISIC_2018_GroundTruth.csv, ISIC_2019"):
        find_files(tmp_path)


def test_nothing_to_find(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no ground truth"):
        find_files(tmp_path)
    with pytest.raises(DataError, match="is not a folder"):
        find_files(tmp_path / "nowhere")


def test_archive_ids() -> None:
    assert archive_id("ISIC_0000017_downsampled") == "ISIC_0000017"
    assert archive_id("ISIC_0000001") == "ISIC_0000001"


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        (
            "ISIC_2019_Training",
            {
                "MEL": 4522,
                "NV": 12875,
                "BCC": 3323,
                "AK": 867,
                "BKL": 2624,
                "DF": 239,
                "VASC": 253,
                "SCC": 628,
            },
        ),
        (
            "ISIC2018_Task3_Test",
            {"MEL": 171, "NV": 908, "BCC": 93, "AKIEC": 43, "BKL": 217, "DF": 44, "VASC": 35},
        ),
    ],
)
def test_official_tables(shared: Path, name: str, counts: dict[str, int]) -> None:
    truth = read_ground_truth(shared / "data" / "isic2019-tables" / f"{name}_GroundTruth.csv")
    found = truth["class"].value_counts().to_dict()
    if name.endswith("Training"):
        assert found == counts
    else:
        assert set(found) == set(counts)
        assert sum(found.values()) == 1512


@pytest.mark.filterwarnings("ignore:.*no image of class")
def test_a_copy_that_holds_its_image_folder_once_more_inside_itself(folder: Path) -> None:
    inner = folder / "ISIC_2019_Training_Input" / "ISIC_2019_Training_Input"
    inner.mkdir(parents=True)
    (inner / "ISIC_0000001.jpg").touch()
    assert find_files(folder).images == inner


@pytest.mark.filterwarnings("ignore:.*no image of class")
def test_an_official_table_is_compared_with_what_was_published(folder: Path) -> None:
    (folder / "GroundTruth.csv").rename(folder / "ISIC_2019_Training_GroundTruth.csv")
    with pytest.warns(LentigoWarning, match="MEL 1 instead of 4,522"):
        source = read(folder)
    assert source.facts["official"]["expected_images"] == 25331
