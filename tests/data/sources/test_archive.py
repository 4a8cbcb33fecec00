"""Downloads of the ISIC archive: diagnoses old and new, licences, and what is left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from lentigo.data.sources import guess_source
from lentigo.data.sources.archive import read, recognises
from lentigo.data.tables import LentigoWarning
from lentigo.settings.errors import DataError, TableError


def folder_of(place: Path, header: str, *rows: str) -> Path:
    (place / "metadata.csv").write_text("\n".join([header, *rows]) + "\n")
    return place


NEW = (
    "isic_id,attribution,copyright_license,age_approx,anatom_site_1,diagnosis_1,diagnosis_2,diagnosis_3,"
    "diagnosis_4,image_type,lesion_id,patient_id,sex"
)
NEW_ROWS = (
    "ISIC_0000001,Clinic A,CC-BY,55,Head and neck,Malignant,Malignant melanocytic proliferations (Melanoma),"
    "Melanoma Invasive,,dermoscopic,IL_1,IP_1,female",
    "ISIC_0000002,Clinic B,CC-0,,,Benign,Benign melanocytic proliferations,Nevus,Nevus with a finer name,"
    "dermoscopic,IL_2,,",
    "ISIC_0000003,Clinic B,CC-BY-NC,,,Indeterminate,Some epidermal proliferation,Solar or actinic keratosis,,"
    "dermoscopic,,,",
    "ISIC_0000004,Clinic B,CC-BY-NC,,,Benign,x,Nevus,,clinical,,,",
    "ISIC_0000005,Clinic B,CC-BY-NC,,,,,,,dermoscopic,,,",
)


def test_the_finest_known_diagnosis_is_the_class_and_licences_come_along(tmp_path: Path) -> None:
    folder_of(tmp_path, NEW, *NEW_ROWS)
    (tmp_path / "ISIC_0000002.jpg").touch()
    with pytest.warns(LentigoWarning) as told:
        source = read(tmp_path)
    texts = [str(item.message) for item in told if issubclass(item.category, LentigoWarning)]
    assert ["1 of 5 images have no diagnosis" in text for text in texts] == [True]
    assert source.table["view"].tolist() == ["dermoscopic"] * 3 + ["clinical"]
    table = source.table[:3]
    assert table["image_id"].tolist() == ["ISIC_0000001", "ISIC_0000002", "ISIC_0000003"]
    assert table["class"].tolist() == ["MEL", "NV", "AK"]
    assert table["licence"].tolist() == ["CC-BY", "CC-0", "CC-BY-NC"]
    assert table["lesion_id"].tolist() == ["IL_1", "IL_2", ""]
    assert table["patient_id"].tolist() == ["IP_1", "", ""]
    assert table["path"].tolist()[1] == "ISIC_0000002.jpg"
    assert source.facts["attributions"] == {"Clinic A": 1, "Clinic B": 3}


def test_crops_among_other_images_leave_a_download_what_it_is(tmp_path: Path) -> None:
    header = "isic_id,attribution,copyright_license,tbp_tile_type,diagnosis_3"
    folder_of(tmp_path, header, "ISIC_0000001,A,CC-0,,Nevus", "ISIC_0000002,A,CC-0,3D: XP,Nevus")
    assert guess_source(tmp_path) == "archive"


@pytest.mark.parametrize(
    "header",
    [
        "ISIC_ID,Attribution,COPYRIGHT_LICENSE,Diagnosis",
        "\ufeffisic_id,attribution,copyright_license,diagnosis",
        "isic id,attribution,copyright license,diagnosis",
    ],
)
def test_a_header_that_has_been_spelled_anew_is_known(tmp_path: Path, header: str) -> None:
    inside = tmp_path / "download"
    (inside / "licenses").mkdir(parents=True)
    folder_of(inside, header, "ISIC_0000001.jpg,A,CC-0,nevus", "ISIC_0000002.jpg,A,CC-BY,melanoma")
    assert guess_source(tmp_path) == "archive"
    found = read(tmp_path)
    assert found.table["image_id"].tolist() == ["ISIC_0000001", "ISIC_0000002"]
    assert found.table["licence"].tolist() == ["CC-0", "CC-BY"]
    assert found.image_root == inside


def test_older_downloads_have_one_column_of_diagnoses(tmp_path: Path) -> None:
    rows = ("ISIC_1,A,CC-0,nevus", "ISIC_2,A,CC-0,hemangioma", "ISIC_3,A,CC-0,Basal Cell Carcinoma")
    table = read(folder_of(tmp_path, "isic_id,attribution,copyright_license,diagnosis", *rows)).table
    assert table["class"].tolist() == ["NV", "VASC", "BCC"]


def test_diagnoses_outside_the_classes_are_left_out_and_counted_unless_mapped(tmp_path: Path) -> None:
    rows = ("ISIC_1,A,CC-0,nevus", "ISIC_2,A,CC-0,scar")
    folder_of(tmp_path, "isic_id,attribution,copyright_license,diagnosis", *rows)
    with pytest.warns(LentigoWarning, match=r"1 of 2 .* scar \(1\).*--map scar=CLASS"):
        assert read(tmp_path).table["class"].tolist() == ["NV"]
    assert read(tmp_path, {"Scar": "UNK"}).table["class"].tolist() == ["NV", "UNK"]


def test_where_every_diagnosis_is_unknown_the_remedy_is_said(tmp_path: Path) -> None:
    folder_of(tmp_path, "isic_id,attribution,copyright_license,diagnosis", "ISIC_1,A,CC-0,old scar")
    with pytest.raises(TableError, match="--map 'old scar'=CLASS"):
        read(tmp_path)


def test_what_is_no_download_or_has_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="expected a download"):
        read(tmp_path)
    folder_of(tmp_path, "isic_id,attribution,copyright_license", "ISIC_1,A,CC-0")
    with pytest.raises(TableError, match="no column of diagnoses"):
        read(tmp_path)
    folder_of(tmp_path, "isic_id,attribution,copyright_license,diagnosis", "ISIC_1,A,CC-0,")
    with pytest.raises(DataError, match="none of the"), pytest.warns(LentigoWarning, match="no diagnosis"):
        read(tmp_path)


def test_it_is_recognised_by_its_first_column(tmp_path: Path) -> None:
    assert not recognises(tmp_path)
    folder_of(tmp_path, "image,attribution")
    assert guess_source(tmp_path) == "folder"
    folder_of(tmp_path, NEW)
    assert guess_source(tmp_path) == "archive"
    (tmp_path / "HAM10000_metadata.csv").touch()
    assert guess_source(tmp_path) == "ham10000"
