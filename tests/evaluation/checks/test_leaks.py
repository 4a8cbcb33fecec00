"""L: each link between two parts is found by its own check, and by no other."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from lentigo.evaluation.checks.check import Check
from lentigo.evaluation.checks.leaks import (
    LEAKS,
    ChainedGroup,
    CopiesByName,
    Crossing,
    NameWithinName,
    NearDuplicates,
    OnePart,
    SameBytes,
    SameImage,
    SameLesion,
    SamePatient,
    SamePixels,
)

PARTS = ("train", "test")
SIDES = ["train", "train", "test", "test"]


def only(audited: Any, check: type[Check], **columns: list[Any]) -> Any:
    """What the check finds, once it is sure that no other check of the letter finds anything."""
    data = audited(PARTS, part=SIDES, **columns)
    assert {kind for kind in LEAKS if kind().look(data)} == {check}
    return check().look(data)


def test_l101_same_image(audited: Any) -> None:
    found = only(audited, SameImage, image_id=["a", "b", "b", "c"])
    assert (found.n_images, found.examples) == (1, ("b",))
    assert found.text == "1 of 2 test images (50.0%)"


def test_l102_same_bytes(audited: Any) -> None:
    assert only(audited, SameBytes, sha256=["x", "y", "x", "x"]).n_images == 2


def test_l103_same_pixels(audited: Any) -> None:
    assert only(audited, SamePixels, pixels=["1", "", "", "1"]).n_images == 1


def test_l104_near_duplicates(audited: Any) -> None:
    assert only(audited, NearDuplicates, near=["1", "1", "", "1"]).n_images == 1


def test_l105_copies_by_their_names(audited: Any) -> None:
    assert only(audited, CopiesByName, twin=["", "7", "7", ""]).n_images == 1


def test_l106_same_lesion_beside_what_chance_gives(audited: Any) -> None:
    found = only(audited, SameLesion, lesion_id=["a", "b", "a", ""])
    assert found.text == "1 of 2 test images (50.0%); a split per image would give 33.3%"


def test_l107_same_patient(audited: Any) -> None:
    assert only(audited, SamePatient, patient_id=["p", "q", "r", "q"]).examples == ("i3",)


def test_l108_only_what_a_chain_joins(audited: Any) -> None:
    assert only(audited, ChainedGroup, group=["g", "h", "g", "k"]).n_images == 1
    direct = audited(PARTS, part=SIDES, group=["g", "h", "g", "k"], lesion_id=["a", "b", "a", "c"])
    assert ChainedGroup().look(direct) is None


def test_l109_warns_of_what_may_be_a_copy(audited: Any) -> None:
    assert only(audited, NameWithinName, within=["1", "", "1", ""]).examples == ("i2",)
    linked = audited(PARTS, part=SIDES, within=["1", "", "1", ""], group=["g", "h", "g", "k"])
    assert NameWithinName().look(linked) is None


@pytest.mark.parametrize(("parts", "said"), [((), "none says its part"), (("test",), "all are test")])
def test_l110_one_part_is_no_clean_bill(audited: Any, parts: tuple[str, ...], said: str) -> None:
    found = OnePart().look(audited(parts, part=["test"] * 2))
    assert found is not None
    assert found.text == f"of 2 images {said}"


@pytest.mark.parametrize("check", [check for check in LEAKS if issubclass(check, Crossing)])
def test_nothing_within_one_part_or_unknown_is_a_leak(audited: Any, check: Any) -> None:
    assert check().look(audited(PARTS, part=SIDES, **{check.column: ["a", "a", "b", "b"]})) is None
    if check.column not in ("image_id", "group"):
        assert check().look(audited(PARTS, part=SIDES)) is None


def test_folds_are_told_together(audited: Any) -> None:
    data = dataclasses.replace(audited(PARTS, part=SIDES, lesion_id=["a", "b", "a", "c"]), is_folds=True)
    assert SameLesion().look(data).text.startswith("2 of 4 images (50.0%) over all folds")
