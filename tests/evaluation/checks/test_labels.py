"""C: contradicting labels and uneven classes."""

from __future__ import annotations

from typing import Any

from lentigo.evaluation.checks.labels import (
    CopyOfTwoClasses,
    FewOfAClass,
    ImageOfTwoClasses,
    LesionOfTwoClasses,
    LesionOfTwoPatients,
    MissingClass,
    NearDuplicateOfTwoClasses,
    UnevenClasses,
    class_counts,
)

CLASSES = {"class": ["MEL", "NV", "MEL", "NV"]}


def test_c201_image_of_two_classes(audited: Any) -> None:
    found = ImageOfTwoClasses().look(audited(image_id=["a", "a", "b", "c"], **CLASSES))
    assert (found.n_images, found.examples) == (2, ("a: MEL and NV",))
    assert ImageOfTwoClasses().look(audited(image_id=["a", "b", "a", "b"], **CLASSES)) is None


def test_c202_copy_of_two_classes(audited: Any) -> None:
    found = CopyOfTwoClasses().look(audited(pixels=["1", "1", "", ""], **CLASSES))
    assert found.text == "1 cases, 2 images"
    assert CopyOfTwoClasses().look(audited(pixels=["", "", "1", ""], **CLASSES)) is None


def test_c203_near_duplicate_of_two_classes(audited: Any) -> None:
    found = NearDuplicateOfTwoClasses().look(audited(near=["1", "1", "1", "2"], **CLASSES))
    assert found.examples == ("i0, i1, i2: MEL and NV",)
    assert NearDuplicateOfTwoClasses().look(audited(near=["1", "2", "1", "2"], **CLASSES)) is None


def test_c204_lesion_of_two_classes(audited: Any) -> None:
    assert LesionOfTwoClasses().look(audited(lesion_id=["l", "", "m", "l"], **CLASSES)).n_images == 2
    unlabelled = audited(lesion_id=["l", "l"], **{"class": ["MEL", ""]})
    assert LesionOfTwoClasses().look(unlabelled) is None, "an unknown class contradicts nothing"


def test_c205_lesion_of_two_patients(audited: Any) -> None:
    data = audited(lesion_id=["l", "l", "m", "m"], patient_id=["p", "q", "p", "p"])
    assert LesionOfTwoPatients().look(data).examples == ("i0, i1: p and q",)


def test_c206_missing_class(audited: Any) -> None:
    data = audited(("train", "test"), part=["train", "train", "train", "test"], **CLASSES)
    found = MissingClass().look(data)
    assert (found.text, found.n_images) == ("test has no MEL", 2)


def test_c207_uneven_classes(audited: Any) -> None:
    sides, names = ["train"] * 200 + ["test"] * 200, ["MEL", "NV"] * 100 + ["MEL", "NV", "NV", "NV"] * 50
    found = UnevenClasses().look(audited(("train", "test"), part=sides, **{"class": names}))
    assert "50.0% of train" in found.text
    assert "25.0% of test" in found.text
    few = audited(("train", "test"), part=sides[::20], **{"class": names[::20]})
    assert UnevenClasses().look(few) is None


def test_c208_few_of_a_class(audited: Any) -> None:
    data = audited(("train", "test"), part=["train"] * 12 + ["test"] * 3, **{"class": ["NV"] * 15})
    assert FewOfAClass().look(data).text == "test has 3 groups of NV"
    assert class_counts(data).loc["train", "NV"] == 12
    assert list(class_counts(audited(**{"class": ["SCC", "NV", "MEL"]})).columns) == ["MEL", "NV", "SCC"]
