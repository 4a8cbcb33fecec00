"""What counts as seen before."""

from __future__ import annotations

import dataclasses
from typing import Any

PARTS = ("train", "validation", "test")


def test_seen_is_what_an_earlier_part_has(audited: Any) -> None:
    data = audited(
        PARTS,
        part=["train", "validation", "validation", "test", "test", ""],
        lesion_id=["a", "a", "b", "b", "", "a"],
    )
    assert data.seen("lesion_id").tolist() == [False, True, False, True, False, False]
    assert data.evaluated().tolist() == [False, True, True, True, True, False]
    assert data.known("lesion_id").tolist() == [True, True, True, True, False, True]
    assert data.places().tolist() == [0, 1, 1, 2, 2, -1]


def test_of_folds_both_sides_are_seen(audited: Any) -> None:
    data = audited(("f0", "f1"), part=["f0", "f0", "f1"], lesion_id=["a", "b", "a"])
    folds = dataclasses.replace(data, is_folds=True)
    assert folds.seen("lesion_id").tolist() == [True, False, True]
    assert folds.evaluated().all()


def test_nothing_is_evaluated_without_parts(audited: Any) -> None:
    data = audited(part=["", ""], lesion_id=["a", "a"])
    assert not data.evaluated().any()
    assert not data.seen("lesion_id").any()


def test_what_many_checks_ask_is_computed_once_for_each_table(audited: Any) -> None:
    data = audited(PARTS, part=["train", "test"], lesion_id=["a", "a"])
    assert data.seen("lesion_id") is data.seen("lesion_id")
    assert data.known("class") is not data.known("lesion_id")
    other = dataclasses.replace(data, table=data.table.assign(part=["test", "train"]))
    assert other.seen("lesion_id").tolist() == [True, False]
    assert data.seen("lesion_id").tolist() == [False, True]
