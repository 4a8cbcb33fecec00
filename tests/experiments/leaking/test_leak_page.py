"""The pair's files: the mark on every leaked figure, the arithmetic spelled out, escaping."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from lentigo.experiments.leaking.leak_page import arithmetic, csv_rows, pair_page, pair_text, write_pair_files
from lentigo.settings.reading import read_json


def figure(name: str, value: float, mark: str, why: str = "") -> dict[str, Any]:
    interval = {"value": value, "low": value - 0.1, "high": value + 0.1}
    return {
        "name": name, "title": f"title of {name}", "mark": mark, "why": why, "balanced": interval,
        "accuracy": interval, "n_images": 60, "n_groups": 50, "split_hash": "0123456789abcdef",
    }  # fmt: skip


@pytest.fixture
def facts() -> dict[str, Any]:
    """A pair, as `leak_pair` returns it."""
    return {
        "schema_version": 1, "notice": "n", "recipe": "<i>baseline</i>", "height": 150, "width": 200,
        "epochs": [15], "malignant": ["MEL"], "num_images": 360, "seed": 0,
        "figures": [
            figure("by_group", 0.61, ""),
            figure("per_image", 0.72, "LEAKED", "40.0 % of these images show a lesion that was trained on"),
            figure("resplit", 0.95, "LEAKED", "83.3 % of these very images were trained on"),
        ],
        "training_accuracy": {"value": 1.0, "low": 1.0, "high": 1.0}, "share_trained": 5 / 6,
        "is_trained": True,
        "prediction": 5 / 6 + 0.72 / 6, "prediction_mark": "LEAKED", "found_minus_prediction": -0.0033,
        "commands": {"by-group": "lentigo leak-pair", "per-image": "lentigo leak-pair"},
    }  # fmt: skip


def test_the_arithmetic_is_written_out(facts: dict[str, Any]) -> None:
    assert arithmetic(facts) == "0.833 x 1.000 + 0.167 x 0.720 = 0.953"


def test_every_line_with_a_leaked_figure_begins_with_its_mark(facts: dict[str, Any]) -> None:
    lines = pair_text(facts).splitlines()
    assert [line for line in lines if "0.720" in line or "0.950" in line or "0.953" in line] == [
        line for line in lines if line.startswith("LEAKED")
    ]
    assert next(line for line in lines if "0.610" in line).startswith("honest")


def test_a_network_that_learnt_nothing_is_said_to_prove_nothing(facts: dict[str, Any]) -> None:
    assert "not trained" not in pair_text(facts) + pair_page(facts)
    idle = {**facts, "is_trained": False}
    assert "not trained" in pair_text(idle)
    assert "not trained" in pair_page(idle)


def test_files(facts: dict[str, Any], tmp_path: Path) -> None:
    write_pair_files(tmp_path, facts)
    table = pd.read_csv(tmp_path / "leak.csv", keep_default_na=False).set_index("figure")
    assert table["mark"].to_dict() == {
        "by_group": "", "per_image": "LEAKED", "resplit": "LEAKED", "prediction": "LEAKED",
    }  # fmt: skip
    assert float(table.loc["resplit", "balanced"]) == 0.95
    assert read_json(tmp_path / "leak.json") == facts
    assert (tmp_path / "leak.png").stat().st_size > 5000
    assert set(csv_rows(facts)[0]) == set(csv_rows(facts)[-1])


def test_the_page_marks_escapes_and_needs_nothing_else(facts: dict[str, Any]) -> None:
    page = pair_page(facts)
    text = re.sub(r'(src|srcset|alt)="[^"]*"', "", page)
    assert "&lt;i&gt;baseline" in page
    assert "<script" not in page
    for value in ("0.720", "0.950", "0.953"):
        for place in re.finditer(re.escape(value), text):
            assert "LEAKED" in text[max(0, place.start() - 60) : place.start()], value
    assert not re.search(r'(src|href)="(?!data:|#)', page)
