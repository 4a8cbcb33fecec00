"""Answers at a terminal: one line an image."""

from __future__ import annotations

from typing import Any

import pytest

from lentigo.cli.answers_table import print_answers

ROW = {
    "image": "folder/a\x1b[31m.jpg",
    "class": "NV",
    "malignant_probability": 0.25,
    "NV": 0.75,
    "MEL": 0.25,
    "malignant_at_operating_point": True,
    "prediction_set": ["NV", "MEL"],
    "abstain_reason": None,
    "seen_in_training": True,
    "error": "",
}
BAD = dict.fromkeys(ROW) | {"image": "b.jpg", "class": "", "error": "not an image"}


def lines(rows: list[dict[str, Any]], capsys: pytest.CaptureFixture[str], width: int = 200) -> list[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", str(width))
        print_answers(rows)
    return capsys.readouterr().out.splitlines()


def test_what_matters_of_each_image(capsys: pytest.CaptureFixture[str]) -> None:
    heads, first, second = lines([ROW, BAD], capsys)
    assert heads.split() == ["image", "class", "probability", "malignant", "called", "remarks"]
    assert first.split() == [
        *("a\\x1b[31m.jpg", "NV", "0.750", "0.250", "malignant"),
        *("or", "MEL;", "was", "trained", "on", "this", "file"),
    ]
    assert second.split() == ["b.jpg", "error:", "not", "an", "image"]


def test_what_was_told_beside_the_image(capsys: pytest.CaptureFixture[str]) -> None:
    assert "told age 67, female; was trained" in lines([ROW | {"metadata": ["age 67", "female"]}], capsys)[1]
    assert "told" not in lines([ROW | {"metadata": []}], capsys)[1]


def test_no_column_for_what_nobody_decided(capsys: pytest.CaptureFixture[str]) -> None:
    assert "called" not in lines([ROW | {"malignant_at_operating_point": None}], capsys)[0]


def test_a_narrow_terminal_loses_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    shown = lines([ROW], capsys, width=60)
    assert max(map(len, shown)) <= 60
    assert "malignant" in " ".join(shown)
