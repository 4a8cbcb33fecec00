"""Anybody's list of images, in the forms that people have."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from lentigo.data.sources.listing import COLUMNS, find_files, read_list
from lentigo.settings.errors import DataError, TableError


def write(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("image,MEL,NV,UNK", "ISIC_0000001,0.0,1.0,0.0"),
        ("image_id,dx,lesion_id", "ISIC_0000001,nv,HAM_0000001"),
        ("isic_id,diagnosis,copyright_license", "ISIC_0000001,nevus,CC-0"),
        ("filename,label", "train/nv/ISIC_0000001.JPG,melanocytic nevus"),
        ("Unnamed,path,class", "0,C:\\data\\ISIC_0000001.png,NV"),
    ],
)
def test_forms_of_a_list(header: str, row: str, tmp_path: Path) -> None:
    found = read_list(write(tmp_path / "list.csv", f"{header}\n{row}\n"))
    assert tuple(found.columns) == COLUMNS
    assert found["image_id"].tolist() == ["ISIC_0000001"]
    assert found["class"].tolist() == ["NV"]


def test_metadata_parts_unknown_values_and_sources(tmp_path: Path) -> None:
    table = write(tmp_path / "list.csv", "image,target,split\nISIC_0000001,1,train\nx,0,test\n")
    more = write(
        tmp_path / "more.csv",
        "image,lesion_id,age_approx,sex,patient_id\nISIC_0000001,HAM_1,50,unknown,P1\nISIC_0000001,HAM_1,50,,P1\n",
    )
    found = read_list(table, more).set_index("image_id")
    assert found["class"].to_dict() == {"ISIC_0000001": "1", "x": "0"}
    assert found["part"].tolist() == ["train", "test"]
    assert found.loc["ISIC_0000001", ["lesion_id", "age_years", "sex", "patient_id"]].tolist() == [
        "HAM_1", "50", "", "P1",
    ]  # fmt: skip
    assert found["source"].tolist() == ["HAM", ""]
    assert found.loc["x", "lesion_id"] == ""


def test_repeats_and_strange_classes_stay_as_they_are(tmp_path: Path) -> None:
    found = read_list(write(tmp_path / "list.csv", "image,class\na,odd\na,NV\n"))
    assert found[["image_id", "class"]].to_numpy().tolist() == [["a", "odd"], ["a", "NV"]]


def test_numbers_that_are_no_classes_are_not_taken_for_them(tmp_path: Path) -> None:
    found = read_list(write(tmp_path / "list.csv", "image,width,flag\na,100,1\nb,200,0\n"))
    assert set(found["class"]) == {""}


def test_a_folder_with_classes_and_one_without(draw_image: Callable[..., None], tmp_path: Path) -> None:
    draw_image(tmp_path / "melanoma" / "a.jpg")
    draw_image(tmp_path / "b.jpg")
    found = read_list(tmp_path)
    assert dict(zip(found["image_id"], found["class"], strict=True)) == {"a": "MEL", "b": ""}
    assert find_files(found, tmp_path) == [tmp_path / "b.jpg", tmp_path / "melanoma" / "a.jpg"]


def test_files_are_found_by_path_id_and_archive_id(draw_image: Callable[..., None], tmp_path: Path) -> None:
    for name in ("deep/a.jpg", "b.jpg", "c.jpg"):
        draw_image(tmp_path / name)
    table = pd.DataFrame({"image_id": ["a", "b", "c_downsampled", "d"], "path": ["deep/a.jpg", "b", "", "d"]})
    names = [file and file.name for file in find_files(table, tmp_path)]
    assert names == ["a.jpg", "b.jpg", "c.jpg", None]


def test_a_list_cannot_name_files_outside_its_folder(draw_image: Callable[..., None], tmp_path: Path) -> None:
    draw_image(tmp_path / "outside.jpg")
    (tmp_path / "images").mkdir()
    paths = ["../outside.jpg", str(tmp_path / "outside.jpg"), "a\0b.jpg"]
    table = pd.DataFrame({"image_id": ["x"] * 3, "path": paths})
    assert find_files(table, tmp_path / "images") == [None] * 3


def test_mistakes(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="names no images; expected a column image"):
        read_list(write(tmp_path / "list.csv", "imag,class\na,NV\n"))
    with pytest.raises(TableError, match="line 3: the column image is empty"):
        read_list(write(tmp_path / "list.csv", "image,class\na,NV\n,NV\n"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="holds no images"):
        read_list(tmp_path / "empty")


def test_a_column_whose_values_are_names_of_parts_is_the_part(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("filename,label,phase,site\na.jpg,MEL,train,back\nb.jpg,NV,val,back\n", encoding="utf-8")
    table = read_list(path)
    assert table["part"].tolist() == ["train", "validation"]
    assert table["image_id"].tolist() == ["a", "b"]


def test_names_are_preferred_to_running_numbers(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("id,image_train,label_train\n0,x/a.jpg,mel\n1,x/b.jpg,nv\n", encoding="utf-8")
    table = read_list(path)
    assert table["image_id"].tolist() == ["a", "b"]
    assert table["class"].tolist() == ["MEL", "NV"]


@pytest.mark.parametrize(
    ("name", "text", "classes"),
    [
        ("train.txt", "ISIC_0000001\nISIC_0000002\n", ["", ""]),
        ("train.txt", "nv/ISIC_0000001.jpg 5\nnv/ISIC_0000002.jpg 1\n", ["5", "1"]),
        ("train.csv", "ISIC_0000001.png,mel\nISIC_0000002.png,nv\n", ["MEL", "NV"]),
    ],
)
@pytest.mark.filterwarnings("ignore:.*separated by spaces")
def test_lists_without_a_header(name: str, text: str, classes: list[str], tmp_path: Path) -> None:
    found = read_list(write(tmp_path / name, text))
    assert found["image_id"].tolist() == ["ISIC_0000001", "ISIC_0000002"]
    assert found["class"].tolist() == classes


def test_folders_called_as_parts_are_parts(draw_image: Callable[..., None], tmp_path: Path) -> None:
    draw_image(tmp_path / "train" / "mel" / "a.jpg")
    draw_image(tmp_path / "test" / "b.jpg")
    found = read_list(tmp_path)
    assert found[["image_id", "part", "class"]].to_numpy().tolist() == [
        ["b", "test", ""],
        ["a", "train", "MEL"],
    ]


def test_copies_get_the_metadata_of_their_original(tmp_path: Path) -> None:
    table = write(tmp_path / "list.csv", "image,class\nISIC_0000001_aug_1,NV\n")
    more = write(tmp_path / "more.csv", "image,lesion_id\nISIC_0000001,HAM_1\n")
    assert read_list(table, more)["lesion_id"].tolist() == ["HAM_1"]


def test_a_table_of_lesions_lists_their_images_with_their_views(
    draw_image: Callable[..., None], tmp_path: Path
) -> None:
    for seed, name in enumerate(("in/L1/a.jpg", "in/L1/b.jpg", "in/L2/c.jpg")):
        draw_image(tmp_path / name, seed)
    write(tmp_path / "truth.csv", "lesion_id,MEL,NV\nL1,1,0\nL2,0,1\n")
    meta = "lesion_id,image_type,isic_id\nL1,clinical: close-up,a\nL1,dermoscopic,b\nL2,dermoscopic,c\n"
    write(tmp_path / "meta.csv", meta)
    found = read_list(tmp_path)
    assert found[["image_id", "path", "class", "lesion_id", "view"]].to_numpy().tolist() == [
        ["a", "in/L1/a.jpg", "MEL", "L1", "clinical"],
        ["b", "in/L1/b.jpg", "MEL", "L1", "dermoscopic"],
        ["c", "in/L2/c.jpg", "NV", "L2", "dermoscopic"],
    ]
