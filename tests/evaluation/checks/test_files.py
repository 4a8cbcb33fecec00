"""F: files."""

from __future__ import annotations

from typing import Any

from lentigo.evaluation.checks.files import ChangedFile, OddFile, SharedName, UnusableFile


def test_f401_unusable(audited: Any) -> None:
    found = UnusableFile().look(audited(problem=["", "the file is missing"]))
    assert (found.text, found.examples) == ("1 of 2 files", ("i1: the file is missing",))
    assert UnusableFile().look(audited(problem=["", ""])) is None


def test_f402_changed(audited: Any) -> None:
    assert ChangedFile().look(audited(is_changed=[True, False, True])).examples == ("i0", "i2")
    assert ChangedFile().look(audited(is_changed=[False])) is None


def test_f403_odd(audited: Any) -> None:
    assert OddFile().look(audited(remark=["only 20 x 20 pixels"])).n_images == 1
    assert OddFile().look(audited(remark=[""])) is None


def test_f404_one_name_for_different_images(audited: Any) -> None:
    ids = ["1 (train)", "1 (test)", "2", "2"]
    found = SharedName().look(audited(image_id=ids, name=["1", "1", "2", "2"]))
    assert (found.n_images, found.text) == (2, "1 names, 2 images")
    assert SharedName().look(audited(name=["1", "2"])) is None
    assert SharedName().look(audited(image_id=ids, name=["1"] * 4, sha256=["s"] * 4)) is None
