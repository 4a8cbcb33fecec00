"""What the name of a folder or a table says."""

from __future__ import annotations

import pytest

from lentigo.data.sources.reading.names import Said, is_class, part_of, read_name


@pytest.mark.parametrize(
    ("names", "part"),
    [
        (("train", "TRAIN", "training-set", "train_images", "images_train", "trainSet"), "train"),
        (("ISIC_Training_Input",), "train"),
        (("val", "Valid", "validation data", "dev", "ISIC2018_Task3_Validation_Input"), "validation"),
        (("test", "Testing", "test_01", "hold-out_holdout", "eval", "ISIC_2019_Test_Input"), "test"),
        (("fold_0", "Fold 0", "KFold-0", "0_fold", "split0", "cv_0"), "fold 0"),
        (("melanoma", "images_part_1", "split", "train_test_split", "contest", "trainoma", "testicle"), ""),
    ],
)  # fmt: skip
def test_parts_and_folds(names: tuple[str, ...], part: str) -> None:
    assert {name: part_of(name) for name in names} == dict.fromkeys(names, part)


@pytest.mark.parametrize(
    "name",
    [
        "images",
        "HAM10000_images_part_1",
        "imgs_part_2",
        "ISIC2018_Task3_Training_Input",
        "photos",
        "JPEG",
        "data 3",
    ],
)
def test_heaps_are_no_classes(name: str) -> None:
    assert read_name(name).label == ""


def test_what_may_be_a_class() -> None:
    assert read_name("train_benign") == Said("train", "benign")
    assert read_name("melanoma_images") == Said("", "melanoma")
    assert read_name("spitz nevus 2") == Said("", "spitz nevus")
    assert read_name("scar tissue") == Said("", "scar tissue")
    assert read_name("test-odd thing") == Said("test", "odd thing")
    assert [read_name(name).label for name in ("0", "label_1", "class 2")] == ["0", "label_1", "class 2"]
    assert [is_class(name) for name in ("Benign", "bcc", "unknown")] == [True, True, False]
