"""G: groups."""

from __future__ import annotations

from typing import Any

from lentigo.evaluation.checks.groups import (
    LargeGroup,
    RepeatedCopy,
    RepeatedImage,
    UnknownLesion,
    UnlinkedCopies,
)


def test_g501_copies_that_no_id_links(audited: Any) -> None:
    data = audited(near=["1", "1", "2", "2"], known_group=["a", "b", "c", "c"])
    assert UnlinkedCopies().look(data).examples == ("i0", "i1")
    assert UnlinkedCopies().look(audited(near=["", ""])) is None


def test_g502_unknown_lesions(audited: Any) -> None:
    data = audited(lesion_id=["l", "", ""], patient_id=["", "p", ""])
    assert UnknownLesion().look(data).text == "1 of 3 images"
    assert UnknownLesion().look(audited(lesion_id=["l"])) is None


def test_g503_large_group(audited: Any) -> None:
    assert LargeGroup().look(audited(group=["g"] * 51)).n_images == 51
    assert LargeGroup().look(audited(group=["g"] * 50)) is None


def test_g504_repeated_image(audited: Any) -> None:
    data = audited(("a", "b"), image_id=["x", "x", "x"], part=["a", "a", "b"])
    assert RepeatedImage().look(data).n_images == 1
    assert RepeatedImage().look(audited(image_id=["x", "y"])) is None


def test_g505_copies_within_a_part(audited: Any) -> None:
    data = audited(("a", "b"), part=["a", "a", "b"], near=["1", "1", "1"])
    assert RepeatedCopy().look(data).n_images == 2
    assert RepeatedCopy().look(audited(("a", "b"), part=["a", "b"], near=["1", "1"])) is None
