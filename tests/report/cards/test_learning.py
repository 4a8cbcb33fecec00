"""The learning curves of a run as a card."""

from __future__ import annotations

from lentigo.report.cards.learning import run_card
from lentigo.report.pages.page import ReportInput


def test_a_run_shows_its_curves_and_is_called_by_its_name(report_input: ReportInput) -> None:
    card = run_card({"name": "<b>bold", "status": "finished", "seconds": 90}, report_input.history, "<path>")
    assert card.count("<picture>") == 3
    assert "&lt;b&gt;bold, finished" in card
    assert "1 min 30 s" in card
    assert "&lt;path&gt;" in card


def test_a_run_that_has_not_begun_has_none() -> None:
    card = run_card({}, [], "RUN")
    assert "not begun" in card
    assert "<picture>" not in card
