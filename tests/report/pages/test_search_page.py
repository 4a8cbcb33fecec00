"""The page of a search: self-contained, escaped, honest about what is confirmed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from lentigo.report.pages.search_page import SearchReport, write_search_report
from lentigo.settings.recipe import Gene

GENES = (Gene("stages.0.lr", "float", 1e-4, 1e-2, log=True),)
CONFIRMATION = {
    "winner": 1,
    "metric": "accuracy",
    "validation": {"value": 0.8, "low": 0.75, "high": 0.85},
    "test": {"value": 0.74, "low": 0.7, "high": 0.78},
    "optimism": {"value": 0.06, "low": -0.004, "high": 0.124},
}


def row(number: int, parent: int | None, fitness: float, failed: str = "") -> dict[str, Any]:
    facts = {"number": number, "generation": number // 2, "index": number % 2, "parent": parent}
    return {
        **facts,
        "fitness": fitness,
        "failed": failed,
        "seconds": 2.5,
        "mutation_rate": 0.11,
        "stages.0.lr": 1e-3,
    }


ROWS = [row(0, None, 0.5), row(1, None, 0.8), row(2, 1, 0.7), row(3, 0, 0.0, "RunError: nan")]


def record(**changes: Any) -> dict[str, Any]:
    return {
        "name": "<script>alert(1)</script>",
        "sampler": "genetic",
        "num_trials": 4,
        "num_failed": 1,
        "fitness": "val_accuracy",
        "floor": 0.6,
        "beats_floor": True,
        "winner": ROWS[1],
        "split": {"hash": "0123456789abcdef"},
        "command": "lentigo search genetic",
        "importance": {"stages.0.lr": 1.0},
        **changes,
    }


def page(tmp_path: Path, report: SearchReport) -> str:
    return write_search_report(tmp_path / "search.html", report).read_text(encoding="utf-8")


def test_the_page_needs_nothing_else_and_names_stay_names(tmp_path: Path) -> None:
    text = page(tmp_path, SearchReport(record(), ROWS, GENES, {"random (r)": ROWS[:2]}))
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert not re.search(r"(src|href)=\"(?!data:|#)", text)
    assert "Not a medical device" in text
    assert re.findall(r"<h3>([^<]*)</h3>", text)[:3] == ["Best so far", "Lineage", "Which gene decides"]
    assert "random (r): 0.8000 after 2 trials" in text


def test_an_unconfirmed_winner_is_called_flattered(tmp_path: Path) -> None:
    text = page(tmp_path, SearchReport(record(), ROWS, GENES))
    assert "Not confirmed: 0.8000 is a flattered figure" in text
    assert "--confirm" in text


@pytest.mark.parametrize(
    ("beats_floor", "words"),
    [(True, "scores 0.6000 on validation"), (False, "not shown to be better than answering the commonest")],
)
def test_a_winner_that_learnt_nothing_is_told(tmp_path: Path, beats_floor: bool, words: str) -> None:
    facts = record(beats_floor=beats_floor, confirmations=[CONFIRMATION])
    text = page(tmp_path, SearchReport(facts, ROWS, GENES))
    assert words in text
    assert ('class="verdict good"' in text) == beats_floor


@pytest.mark.parametrize(("looks", "words"), [(1, "looked at once"), (2, "looked at 2 times")])
def test_a_confirmed_one_shows_test_optimism_and_looks(tmp_path: Path, looks: int, words: str) -> None:
    text = page(tmp_path, SearchReport(record(confirmations=[CONFIRMATION] * looks), ROWS, GENES))
    assert "Accuracy 0.740 on test, 0.800 on validation" in text
    assert "validation minus test: 0.060 (-0.004 to 0.124)" in text
    assert words in text


def test_failed_trials_are_shown_as_such_and_last(tmp_path: Path) -> None:
    text = page(tmp_path, SearchReport(record(), ROWS, GENES))
    cells = re.findall(r'<tr><th scope="row">(\d+)</th><td>\d+</td><td>\d*</td><td>([\w.]+)</td>', text)
    assert cells == [("1", "0.8000"), ("2", "0.7000"), ("0", "0.5000"), ("3", "failed")]


def test_a_search_without_parents_or_importance_leaves_those_pictures_out(tmp_path: Path) -> None:
    rows = [{**one, "parent": None, "mutation_rate": None} for one in ROWS]
    text = page(tmp_path, SearchReport(record(importance=None, winner=rows[1]), rows, GENES))
    assert "Lineage" not in text
    assert "Which gene decides" not in text
