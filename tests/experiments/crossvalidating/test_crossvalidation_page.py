"""Folds in words, as rows and as a page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from lentigo.experiments.crossvalidating.crossvalidation_page import (
    csv_rows,
    dot_rows,
    folds_page,
    folds_text,
    write_folds,
)
from lentigo.settings.run import RunDirectory


def interval(value: float) -> dict[str, Any]:
    return {"value": value, "low": value - 0.1, "high": value + 0.1, "n": 40, "n_groups": 30}


@pytest.fixture
def result() -> dict[str, Any]:
    names = ("balanced_accuracy", "accuracy", "malignant_roc_auc")
    folds = [
        {"fold": fold, "n_images": 40, "n_groups": 30, **{name: interval(0.5 + 0.1 * fold) for name in names}}
        for fold in (0, 1)
    ]
    spread = {"mean": 0.55, "standard_deviation": 0.0707, "least": 0.5, "largest": 0.6}
    return {
        "part": "out-of-fold", "n_images": 80, "n_groups": 60, "split_hash": "0" * 64, "leaked": False,
        "metrics": {"balanced_accuracy": interval(0.54), "accuracy": interval(0.7)},
        "malignant_vs_benign": {"metrics": {"roc_auc": interval(0.8)}},
        "folds": folds, "spread": dict.fromkeys(names, spread),
    }  # fmt: skip


RECORD = {"name": "<b>x</b>, 2 folds", "command": "lentigo crossvalidate x", "image_counts": {"test": 20}}


def test_the_text_has_the_whole_and_the_spread(result: dict[str, Any]) -> None:
    lines = folds_text(result).splitlines()
    assert lines[0] == "out-of-fold: 80 images, 60 groups, 2 folds, split 000000000000"
    assert "0.540 [0.440 to 0.640]" in lines[1]
    assert "folds 0.500 to 0.600, mean 0.550, standard deviation 0.071" in lines[1]


def test_a_row_a_fold_and_one_for_all(result: dict[str, Any]) -> None:
    rows = csv_rows(result)
    assert [row["fold"] for row in rows] == [0, 1, "all"]
    assert rows[1]["balanced_accuracy_low"] == pytest.approx(0.5)
    assert rows[2]["malignant_roc_auc"] == 0.8
    ungrouped = result | {"malignant_vs_benign": None}
    assert csv_rows(ungrouped)[2]["malignant_roc_auc"] is None


def test_a_leak_is_on_every_number(result: dict[str, Any]) -> None:
    leaked = result | {"leaked": True}
    assert all(line.startswith("LEAKED") for line in folds_text(leaked).splitlines())
    assert all(row["mark"] == "LEAKED" for row in csv_rows(leaked))
    assert all(row.label.startswith("LEAKED") for row in dot_rows(leaked, "accuracy"))
    assert folds_page(RECORD, leaked).count("LEAKED") > 8


def test_the_page_escapes_names_and_tells_of_test(result: dict[str, Any]) -> None:
    page = folds_page(RECORD, result)
    assert "&lt;b&gt;x&lt;/b&gt;" in page
    assert "20 test images were kept aside" in page
    assert "LEAKED" not in page


def test_three_files_are_written(result: dict[str, Any], tmp_path: Path) -> None:
    run = RunDirectory(tmp_path)
    run.update_record(**RECORD)
    write_folds(run, result)
    assert (tmp_path / "crossvalidation.html").is_file()
    assert (tmp_path / "crossvalidation.png").is_file()
    assert len(pd.read_csv(tmp_path / "folds.csv")) == 3
