"""Whatever somebody holds answers in, as a table of text."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lentigo.api.answers.tables.given import as_text, given_table, is_table_file
from lentigo.settings.errors import DataError


def test_numbers_of_any_precision_are_written_so_that_reading_gives_them_back() -> None:
    numbers = np.random.default_rng(0).random((20, 2)).astype(np.float32)
    text = as_text(pd.DataFrame(numbers, columns=["a", "b"]))
    np.testing.assert_array_equal(text.astype(np.float32).to_numpy(), numbers)
    assert as_text(pd.DataFrame({"a": [None, np.nan, "x"]}))["a"].tolist() == ["", "", "x"]


def test_images_are_named_by_a_column_else_by_the_index() -> None:
    frame = pd.DataFrame({"MEL": [0.1, 0.2], "NV": [0.9, 0.8]}, index=["one.jpg", "two.jpg"])
    assert given_table(frame, "theirs").image_ids() == ["one", "two"]
    assert given_table(frame.assign(filename=["x/a.png", "b.png"]), "theirs").image_ids() == ["a", "b"]
    assert given_table(frame, "theirs").at(1) == "row 1"


def test_arrays_need_names_of_classes() -> None:
    table = given_table(np.array([0.25, 0.5]), "theirs", ("benign", "malignant"))
    assert table.raw["malignant"].tolist() == ["0.25", "0.5"]
    with pytest.raises(DataError, match=r"theirs: an array of shape \(2, 3\) for 0 names"):
        given_table(np.zeros((2, 3)), "theirs")


def test_a_table_is_a_file_and_a_run_a_folder(tmp_path: Path) -> None:
    assert is_table_file(tmp_path / "not there.csv")
    assert not is_table_file(tmp_path)
