"""Which column is which, by its name and by what is in it."""

from __future__ import annotations

import pandas as pd
import pytest

from lentigo.data.metadata.column_names import fact_columns, plain_id
from lentigo.data.sources.reading.columns import (
    class_of_column,
    columns_of_classes,
    given_parts,
    hot_classes,
    image_column,
    is_known_class,
    label_columns,
    one_hot_columns,
    with_header,
    yes_column,
    zeros_and_ones,
)


def table(**columns: list[str]) -> pd.DataFrame:
    return pd.DataFrame(columns, dtype=str)


def test_the_column_of_images_is_that_whose_cells_are_their_names() -> None:
    raw = table(number=["1", "2"], id=["7", "8"], picture=["train/A.JPG", "b"], label=["MEL", "NV"])
    assert image_column(raw, {"a", "b"}) == "picture"
    assert image_column(raw, {"x", "y"}) is None
    assert image_column(raw) == "id"
    assert image_column(table(what=["a"])) is None


def test_of_two_columns_of_images_the_better_name_counts() -> None:
    raw = table(clinic=["A1", "A2"], derm=["B1", "B2"])
    assert image_column(raw, {"a1", "a2", "b1", "b2"}) == "derm"


def test_facts_go_by_name_in_any_case_and_punctuation() -> None:
    raw = table(
        **{"Patient ID": ["1"], "lesionId": ["2"], "Age (approx)": ["30"], "gender": ["male"], "x": ["y"]}
    )
    assert fact_columns(raw) == {
        "patient_id": "Patient ID", "lesion_id": "lesionId", "age_years": "Age (approx)", "sex": "gender",
    }  # fmt: skip


def test_labels_that_are_all_known_lead() -> None:
    raw = table(diagnosis=["unknown", "nevus"], benign_malignant=["benign", "malignant"], target=["0", "1"])
    assert label_columns(raw) == ["benign_malignant", "diagnosis", "target"]
    assert not is_known_class("unknown")


@pytest.mark.parametrize("one", ["1", "1.0", "True", "1,0"])
def test_one_column_a_class_in_whatever_digits(one: str) -> None:
    zero = {"1": "0", "1.0": "0.0", "True": "False", "1,0": "0,0"}[one]
    raw = table(image=["a", "b"], MEL=[one, zero], NV=[zero, one], age=["1", "0"])
    assert one_hot_columns(raw, {"image"}) == ["MEL", "NV"]
    assert hot_classes(raw, ["MEL", "NV"]).tolist() == ["MEL", "NV"]
    assert zeros_and_ones(raw[["MEL"]])["MEL"].tolist() == [1, 0]


def test_a_row_of_zeros_has_no_class_and_two_ones_are_no_classes() -> None:
    assert hot_classes(table(MEL=["0", "1"], NV=["0", "0"]), ["MEL", "NV"]).tolist() == ["", "MEL"]
    assert one_hot_columns(table(a=["1", "0"], b=["1", "1"]), set()) == []


@pytest.mark.parametrize(
    ("raw", "stems"),
    [
        (table(q=["r", "s"], benign=["malignant", "benign"]), {"q"}),
        (table(**{"x/q.jpg": ["r.jpg", "s.jpg"], "benign": ["malignant", "benign"]}), set()),
        (table(ISIC_0000001=["ISIC_0000002", "ISIC_0000003"], benign=["malignant", "benign"]), set()),
    ],
)
def test_a_table_without_a_header(raw: pd.DataFrame, stems: set[str]) -> None:
    found = with_header(raw, stems)
    assert list(found.columns) == ["image", "label"]
    assert found["image"].tolist() == [raw.columns[0], *raw.iloc[:, 0]]
    assert found["label"].tolist() == ["benign", "malignant", "benign"]


def test_a_header_is_no_image() -> None:
    for raw in (
        table(image=["ISIC_0000002"]),
        table(**{"0": ["1", "0"], "1": ["0", "1"]}),
        table(fold2=["a", "b"]),
    ):
        assert with_header(raw, {"isic_0000002"}) is raw


def test_the_label_may_stand_before_the_image() -> None:
    found = with_header(table(**{"0": ["1"], "a.jpg": ["b.jpg"]}))
    assert found.to_dict("list") == {"label": ["0", "1"], "image": ["a.jpg", "b.jpg"]}


def test_plain_ids() -> None:
    assert [plain_id(name) for name in ("a/b.JPEG", "c\\d.dcm", " e.x ", "f")] == ["b", "d", "e.x", "f"]


def test_a_column_of_classes_under_any_name() -> None:
    raw = table(what=["melanoma", "unknown"], who=["a", "b"], same=["MEL", "MEL"])
    assert columns_of_classes(raw, ()) == ["what"]
    assert columns_of_classes(raw, {"what"}) == []


def test_parts_that_a_table_gives() -> None:
    raw = table(split=["Train", "val"], fold=["1", "2"], x=["test", "odd"])
    given = given_parts(raw)
    assert given is not None
    assert given.tolist() == ["train", "validation"]
    folds = given_parts(raw, {"split"})
    assert folds is not None
    assert folds.tolist() == ["fold 1", "fold 2"]
    assert given_parts(raw, {"split", "fold"}) is None


def test_a_column_that_asks_for_one_class() -> None:
    raw = table(is_melanoma=["1", "0"], smoker=["1", "0"])
    assert yes_column(raw, ()) == "is_melanoma"
    assert class_of_column("is_melanoma") == "melanoma"
    assert yes_column(table(smoker=["1", "0"]), ()) is None


def test_thousands_of_digits_are_no_fold() -> None:
    raw = pd.DataFrame({"image": ["a", "b"], "fold": ["1", "9" * 5000]})
    assert given_parts(raw, {"image"}) is None
