"""A record with a wrong value says which, before anything is computed from it."""

from __future__ import annotations

from typing import Any

import pytest

from lentigo.settings.errors import RunError
from lentigo.settings.reading import Document
from lentigo.settings.run_record import checked_record

DOCUMENT = Document("run.json", RunError)


def test_a_record_may_say_little_and_more_than_is_known() -> None:
    record = checked_record({"status": "running", "own": [1]}, DOCUMENT)
    assert record["own"] == [1]
    with pytest.raises(RunError, match=r"run\.json does not say 'class_names'"):
        record["class_names"]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("name", None),
        ("status", 1),
        ("class_names", "MEL"),
        ("class_names", ["MEL"]),
        ("class_names", ["MEL", "MEL"]),
        ("class_names", ["MEL", ""]),
        ("class_names", ["MEL", None]),
        ("malignant", {"MEL": 1}),
        ("weights", None),
        ("weights", {"sha256": 3}),
        ("manifest", []),
        ("split", {}),
        ("seconds", "long"),
        ("seconds", True),
        ("members", []),
        ("members", [{"path": "a"}]),
        ("mean", "median"),
        ("stages", [1]),
        ("image_counts", {"train": -1}),
        ("answered", {"test": None}),
    ],
)
def test_a_wrong_value_is_named(key: str, value: Any) -> None:
    with pytest.raises(RunError, match=rf"run\.json cannot be used \({key} is not"):
        checked_record({key: value}, DOCUMENT)
