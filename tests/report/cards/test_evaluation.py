"""The verdict of an evaluation as a card."""

from __future__ import annotations

from typing import Any

import pytest

from lentigo.report.cards.evaluation import evaluation_card
from lentigo.report.pages.page import ReportInput


@pytest.fixture
def evaluation(report_input: ReportInput) -> dict[str, Any]:
    return dict(report_input.evaluation)


def test_it_says_what_the_report_says_first(evaluation: dict[str, Any]) -> None:
    card = evaluation_card(evaluation)
    assert f"{evaluation['metrics']['balanced_accuracy']['value']:.3f}" in card
    assert 'class="verdict' in card
    assert "All figures" in card
    assert "LEAKED" not in card


def test_leaked_figures_are_marked(evaluation: dict[str, Any]) -> None:
    card = evaluation_card({**evaluation, "leaked": True})
    assert "These figures are no evidence" in card
    assert card.count("LEAKED") > 3


def test_a_hostile_part_stays_text(evaluation: dict[str, Any]) -> None:
    assert "<script" not in evaluation_card({**evaluation, "part": "<script>"})
