"""Names that would take the place of a column, or of each other, are told."""

from __future__ import annotations

import pytest

from lentigo.settings.checking.class_names import class_name_problems


def test_ordinary_names_are_fine() -> None:
    assert class_name_problems(["MEL", "Images", "Error", "naevus, other"]) == []


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["MEL", "MEL"], "class 'MEL' is there 2 times"),
        (["", "MEL"], "a class has no name"),
        (["error", "MEL"], "class 'error' is called like a column of the answers"),
        (["image", "MEL"], "class 'image' is called like a column of the answers"),
        (["truth", "MEL"], "class 'truth' is called like a column of the answers"),
    ],
)
def test_others_are_told(names: list[str], said: str) -> None:
    assert class_name_problems(names) == [said]
