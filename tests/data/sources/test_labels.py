"""Images and a plain table of labels, however both lie on the disk."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from lentigo.data.sources import guess_source
from lentigo.data.sources.labels import chosen_tables, read, recognises
from lentigo.data.sources.reading.named_tables import named_tables
from lentigo.data.sources.reading.tree import read_tree
from lentigo.data.sources.table import SKIPPED
from lentigo.data.tables import LentigoWarning
from lentigo.settings.errors import DataError, SettingsError, TableError

pytestmark = pytest.mark.filterwarnings("ignore:no table says which images show one lesion")


def lay(root: Path, *images: str, **tables: str) -> Path:
    for name in images:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    for name, text in tables.items():
        (root / f"{name}.csv").write_text(text.replace("|", "\n"), encoding="utf-8")
    return root


def counts(folder: Path, **options: object) -> dict[str, int]:
    return dict(Counter(read(folder, **options).table["class"]))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "image,label|a.jpg,melanoma|b.jpg,nevus",
        "image_id,class|a,MEL|b,NV",
        ",file name,Diagnosis|0,deep/a.JPG,Melanoma|1,b,Naevus",
        "id;dx|a;mel|b;nv",
        "image,MEL,NV|a,True,False|b,False,True",
        "a,melanoma|b,nevus",
        "name,number,label|a,1,melanoma (in situ)|b,2,Nevus (NV)",
    ],
)
@pytest.mark.filterwarnings("ignore:.*separated by semicolons")
def test_forms_of_a_table(text: str, tmp_path: Path) -> None:
    folder = lay(tmp_path, "images/deep/a.jpg", "images/b.JPEG", labels=text)
    assert guess_source(folder) == "labels"
    table = read(folder).table
    assert dict(zip(table["image_id"], table["class"], strict=True)) == {"a": "MEL", "b": "NV"}
    assert table["path"].tolist() == ["images/deep/a.jpg", "images/b.JPEG"]


def test_other_tables_give_lesions_and_the_unread_are_named(tmp_path: Path) -> None:
    lay(tmp_path, "x/a.jpg", "x/b.jpg", truth="image,label|a,MEL|b,NV", notes="when,what|today,nothing")
    lay(tmp_path, LesionGroupings="image,lesion_id|a,L1|b,L1")
    with pytest.warns(LentigoWarning, match="tables that were not read: notes.csv"):
        found = read(tmp_path)
    assert found.table["lesion_id"].tolist() == ["L1", "L1"]
    assert found.facts["tables"] == ["truth.csv", "LesionGroupings.csv"]


def test_labels_of_lesions_reach_their_images_of_either_view(tmp_path: Path) -> None:
    lay(tmp_path, "L1/a.jpg", "L1/b.jpg", "L2/c.jpg", "L2/d.jpg", truth="lesion_id,MEL,NV|L1,1,0|L2,0,1")
    rows = ("L1,dermoscopic,a", "L1,clinical: close-up,b", "L2,dermoscopic,c", "L2,clinical: close-up,d")
    lay(tmp_path, meta="|".join(("lesion_id,image_type,isic_id", *rows)))
    table = read(tmp_path).table
    assert table[["image_id", "class", "lesion_id", "view"]].to_numpy().tolist() == [
        ["a", "MEL", "L1", "dermoscopic"],
        ["b", "MEL", "L1", "clinical"],
        ["c", "NV", "L2", "dermoscopic"],
        ["d", "NV", "L2", "clinical"],
    ]


def test_several_tables_of_labels_are_told_and_one_can_be_given(tmp_path: Path) -> None:
    lay(tmp_path, "a.jpg", "b.jpg", "c.jpg", first="image,label|a,MEL|b,NV", second="image,label|c,NV")
    with pytest.raises(
        DataError, match=r"(?s)several tables of labels.*first.csv: 2 images.*second.csv: 1 images"
    ):
        read(tmp_path)
    with pytest.warns(LentigoWarning, match="not read: second.csv"):
        assert counts(tmp_path / "first.csv") == {"MEL": 1, "NV": 1}


def test_tables_called_as_parts_are_a_division(tmp_path: Path) -> None:
    lay(tmp_path, "a.jpg", "b.jpg", "c.jpg", train="image,label|a,MEL|b,Scar", test="image,label|c,NV")
    found = read(tmp_path, {"scar": SKIPPED})
    assert found.table[["image_id", "class", "given"]].to_numpy().tolist() == [
        ["c", "NV", "test"],
        ["a", "MEL", "train"],
    ]
    assert found.facts["division"] == "tables"
    tree = read_tree(tmp_path)
    assert [one.path for one in chosen_tables(tree, named_tables(tree), tmp_path)] == [
        "test.csv",
        "train.csv",
    ]


def test_the_column_of_labels_can_be_chosen(tmp_path: Path) -> None:
    lay(tmp_path, "a.jpg", "b.jpg", t="image,diagnosis,malignant|a,melanoma,1|b,nevus,0")
    assert counts(tmp_path) == {"MEL": 1, "NV": 1}
    assert counts(tmp_path, label="Malignant") == {"malignant": 1, "benign": 1}
    assert counts(tmp_path, label="malignant", class_map={"1": "MEL", "0": "NV"}) == {"MEL": 1, "NV": 1}
    with pytest.raises(SettingsError, match="columns: diagnosis, malignant"):
        read(tmp_path, label="odd")


def test_one_column_of_zeros_and_ones(tmp_path: Path) -> None:
    lay(tmp_path, "a.jpg", "b.jpg", t="image,melanoma|a,1|b,0")
    with pytest.warns(LentigoWarning, match="are the class 'no MEL'"):
        assert counts(tmp_path) == {"MEL": 1, "no MEL": 1}
    lay(tmp_path, t="image,target|a,1|b,0")
    with pytest.warns(LentigoWarning, match="--map 0=CLASS"):
        assert counts(tmp_path) == {"1": 1, "0": 1}


def test_rows_of_zeros(tmp_path: Path) -> None:
    """By the rules of ISIC 2017 they are nevi; elsewhere a person says what they are."""
    lay(tmp_path, "a.jpg", "b.jpg", t="image_id,melanoma,seborrheic_keratosis|a,1.0,0.0|b,0.0,0.0")
    assert counts(tmp_path) == {"MEL": 1, "NV": 1}
    lay(tmp_path, t="image_id,MEL,BCC|a,1,0|b,0,0")
    with pytest.raises(TableError, match="--map none=CLASS"):
        read(tmp_path)
    assert counts(tmp_path, class_map={"none": "NV"}) == {"MEL": 1, "NV": 1}


def test_unknown_labels_are_mapped_or_left_out_never_guessed(tmp_path: Path) -> None:
    lay(tmp_path, "a.jpg", "b.jpg", "c.jpg", t="image,label|a,MEL|b,Scar|c,NV")
    with pytest.raises(TableError, match=r"(?s)--map Scar=CLASS.*--skip Scar") as told:
        read(tmp_path)
    assert "did you mean" not in str(told.value)
    assert counts(tmp_path, class_map={"Scar": SKIPPED}) == {"MEL": 1, "NV": 1}


def test_names_that_differ_in_case_only_are_told_apart(tmp_path: Path) -> None:
    lay(tmp_path, "N/X1.JPG", "N/x1.jpg", t="clinic,derm,label|N/X1.JPG,N/x1.jpg,MEL")
    assert read(tmp_path).table["path"].tolist() == ["N/x1.jpg"]


def test_what_is_no_table_of_labels(tmp_path: Path) -> None:
    lay(tmp_path, "MEL/a.jpg", "NV/b.jpg", meta="image,age|a,30|b,40")
    assert not recognises(tmp_path)
    with pytest.raises(DataError, match=r"meta.csv names these images, and none of its columns \(age\)"):
        read(tmp_path)
