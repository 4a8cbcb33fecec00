"""A division that somebody else made, kept as it is."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lentigo.data.given_split import given_split
from lentigo.settings.errors import SplitError

Maker = Callable[..., object]


def test_parts_are_kept_and_what_crosses_is_counted(make_manifest: Maker) -> None:
    given = ["train", "train", "validation", "test"]
    split = given_split(make_manifest(given=given, lesion_id=["L1", "L2", "L3", "L1"]))  # type: ignore[arg-type]
    assert split.table["part"].tolist() == given
    assert split.num_folds == 0
    assert split.facts["num_crossing_groups"] == 1
    assert split.facts["class_counts"]["test"] == {"MEL": 0, "NV": 1}


def test_folds_are_numbered_from_0_and_the_first_is_validation(make_manifest: Maker) -> None:
    split = given_split(make_manifest(given=["fold 3", "fold 1", "fold 1", "test"]))  # type: ignore[arg-type]
    assert split.table["fold"].tolist() == [1, 0, 0, -1]
    assert split.table["part"].tolist() == ["train", "validation", "validation", "test"]
    assert split.for_fold(1).table["part"].tolist() == ["validation", "train", "train", "test"]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["", ""], "nothing says which part"),
        (["train", ""], "1 of 2 images are in no part"),
        (["test", "validation"], "has only test, validation"),
    ],
)
def test_what_is_no_division(make_manifest: Maker, given: list[str], message: str) -> None:
    with pytest.raises(SplitError, match=message):
        given_split(make_manifest(given=given))  # type: ignore[arg-type]
