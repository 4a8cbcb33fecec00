"""What is known of images, from tables."""

from __future__ import annotations

import pandas as pd
import pytest

from lentigo.api.answers.tables.known import Known, check_columns, filled, key_of, read_known, with_classes
from lentigo.settings.errors import TableError

FRAME = pd.DataFrame(
    {"image": ["A.jpg", "B.jpg"], "dx": ["mel", "nv"], "split": ["val", "test"], "lesion_id": ["L", ""]}
)


def test_parts_and_classes_are_told_in_our_words() -> None:
    found = read_known(FRAME, "truth").table
    assert found["class"].to_dict() == {"a": "MEL", "b": "NV"}
    assert found["part"].to_dict() == {"a": "validation", "b": "test"}
    assert key_of("ISIC_0000001_downsampled") == "isic_0000001"


def test_what_one_table_lacks_another_fills() -> None:
    first = read_known(FRAME.drop(columns="dx"), "first")
    second = read_known(
        pd.DataFrame({"image": ["b", "a"], "lesion_id": ["M", "N"], "dx": ["df", "bcc"]}), "second"
    )
    found = filled(first, second).table
    assert found["lesion_id"].to_dict() == {"a": "L", "b": "M"}
    assert found["class"].to_dict() == {"a": "BCC", "b": "DF"}


def test_equations_put_classes_together() -> None:
    found = with_classes(read_known(FRAME, "truth"), {"X": ("MEL", "NV")})
    assert set(found.table["class"]) == {"X"}


def test_a_column_that_is_nowhere_is_named_with_the_nearest() -> None:
    with pytest.raises(TableError, match="--group lesion: no table has that column"):
        check_columns([FRAME], ["lesion"], "--group")


def test_a_table_is_known_by_its_name() -> None:
    assert isinstance(read_known(FRAME, "truth"), Known)
    assert read_known(FRAME, "truth").name == "truth"
