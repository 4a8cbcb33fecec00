"""The table: CSV, JSON, page and picture say the same; leaks and untrained rows are marked; texts escaped."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from matplotlib.figure import Figure
from PIL import Image

from lentigo.experiments.study.facts import row_facts
from lentigo.experiments.study.rows import ROWS
from lentigo.experiments.study.table import (
    OVERVIEW_WIDTH,
    csv_row,
    paint_overview,
    status,
    study_page,
    write_table_files,
)
from lentigo.report.drawing.themes import LIGHT
from lentigo.settings.reading import read_json
from lentigo.settings.run import RunDirectory

BY_ID = {row.id: row for row in ROWS}


@pytest.fixture
def rows(make_run: Callable[..., RunDirectory]) -> list[dict[str, Any]]:
    """A trained row, one that is not, a failed one, and one with more to show."""
    binary = make_run("xception-binary")
    return [
        row_facts(BY_ID["S1"], make_run("baseline", training=0.6)),
        row_facts(BY_ID["S3"], None, "no weights <b>here</b>"),
        row_facts(BY_ID["S6"], binary),
        row_facts(BY_ID["S7"], binary),
    ]


def test_all_files_say_the_same(rows: list[dict[str, Any]], tmp_path: Path) -> None:
    write_table_files(tmp_path / "out", rows)
    table = pd.read_csv(tmp_path / "out" / "study.csv", keep_default_na=False).set_index("row")
    assert table.loc["S6", ["accuracy", "accuracy_low", "accuracy_high"]].tolist() == ["0.81", "0.76", "0.8600000000000001"]  # fmt: skip # noqa: E501
    assert table.loc["S6", "reported_balanced"] == "0.8157 / 0.9833 / 0.9851"
    assert table.loc["S6", "stages_unbalanced"] == "0.7000 / 0.8000"
    assert table["status"].to_dict() == {
        "S1": "not trained",
        "S3": "failed",
        "S6": "trained",
        "S7": "trained",
    }
    assert table.loc["S6", "upsampled"] == "upsampled"
    assert table.loc["S3", "error"] == "no weights <b>here</b>"
    assert [row["id"] for row in read_json(tmp_path / "out" / "study.json")["rows"]] == [
        "S1",
        "S3",
        "S6",
        "S7",
    ]
    assert Image.open(tmp_path / "out" / "study.png").size[0] == 2 * OVERVIEW_WIDTH


def test_without_rows_nothing_is_written(tmp_path: Path) -> None:
    write_table_files(tmp_path / "out", [])
    assert not (tmp_path / "out").exists()


def test_the_page_needs_nothing_else_and_escapes_everything(rows: list[dict[str, Any]]) -> None:
    page = study_page(rows)
    assert "<script" not in page
    assert not re.search(r'(src|href)="(?!data:|#)', page)
    assert "no weights &lt;b&gt;here&lt;/b&gt;" in page
    assert "--rows xception-binary &lt;x&gt;" in page
    assert page.count("not trained</span>") == 1
    assert "upsampled" in page
    assert "0.760 to 0.860" in page
    assert "[[50, 10], [9, 31]]" in page
    assert "LEAKED" not in page
    assert "12 min 34 s" in page


def test_a_leak_is_marked_wherever_its_figures_stand(make_run: Callable[..., RunDirectory]) -> None:
    facts = row_facts(replace(BY_ID["S7"], recipe="baseline"), make_run(leaked=True))
    assert csv_row(facts)["mark"] == "LEAKED"
    page = study_page([facts])
    assert page.count("LEAKED 0.810") == 1
    assert page.count("LEAKED 0.770") == 1
    assert page.count("LEAKED as the images are") == 1


def test_a_reported_figure_that_a_leak_explains_is_red(rows: list[dict[str, Any]]) -> None:
    figure = Figure()
    paint_overview(figure, LIGHT, rows)
    for axes, is_red in zip(figure.axes, (False, True), strict=True):
        diamonds = [line for line in axes.lines if line.get_marker() == "D"]
        assert [diamond.get_ydata()[0] for diamond in diamonds] == [2, 3]  # S6 and S7
        assert {diamond.get_color() == LIGHT.warning for diamond in diamonds} == {is_red}


def test_the_ticks_of_the_overview_are_what_the_commonest_class_scores(rows: list[dict[str, Any]]) -> None:
    figure = Figure()
    paint_overview(figure, LIGHT, rows)
    ticks = [[line.get_xdata()[0] for line in axes.lines if line.get_marker() == "|"] for axes in figure.axes]
    assert ticks == [[0.66] * 3, [0.5] * 3]


def test_status_words(rows: list[dict[str, Any]]) -> None:
    assert [status(row) for row in rows] == ["not trained", "failed", "trained", "trained"]
