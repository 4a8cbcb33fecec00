"""What `bundle.json` may say of metadata."""

from __future__ import annotations

from typing import Any

import pytest

from lentigo.bundle.rules.metadata_rules import is_metadata
from lentigo.data.metadata.encoding import MetadataEncoding

GOOD: dict[str, Any] = {
    **MetadataEncoding(("age", "site"), ("back", "face")).as_json(),
    "dropout": 0.3,
    "known": {"age": 0.9, "site": 1},
}


def test_what_an_export_writes_is_right() -> None:
    assert is_metadata(GOOD)
    assert is_metadata(None)


@pytest.mark.parametrize(
    "changes",
    [
        {"fields": []},
        {"fields": ["age", "age"]},
        {"fields": ["age", "weight"]},
        {"fields": "age"},
        {"sites": ["back", "back"]},
        {"sites": ["back", ""]},
        {"sites": []},
        {"sites": [str(place) for place in range(1001)]},
        {"sexes": ["female", 1]},
        {"age_knots": [0, 10, 10]},
        {"age_knots": [0]},
        {"age_knots": [0, float("nan")]},
        {"age_knots": [0, float("inf")]},
        {"age_knots": [0, True]},
        {"dropout": 1.5},
        {"dropout": None},
        {"known": {"age": 0.9}},
        {"known": {"age": 0.9, "site": 2}},
        {"known": [0.9, 1]},
        {"another": 1},
    ],
)
def test_what_is_wrong_is_found(changes: dict[str, Any]) -> None:
    assert not is_metadata(GOOD | changes)


@pytest.mark.parametrize("value", [{}, [], "age", True, {"fields": ["age"]}])
def test_other_values_are_wrong(value: Any) -> None:
    assert not is_metadata(value)
