"""What answers quote from, and how figures stand in them."""

from __future__ import annotations

from dataclasses import replace

from lentigo.report.checklists.facts import ChecklistFacts, counts_text, figure_text, parts_text


def test_figures_are_quoted_from_test_where_it_has_been_looked_at(facts: ChecklistFacts) -> None:
    assert facts.part["part"] == "test"
    assert (
        replace(facts, evaluation={"validation": facts.evaluation["validation"]}).part["part"] == "validation"
    )
    assert replace(facts, evaluation={}).part == {}


def test_numbers_in_words(facts: ChecklistFacts) -> None:
    assert figure_text({"value": 0.7, "low": 0.6, "high": 0.8}) == "0.700 (0.600 to 0.800)"
    assert figure_text(None) == "undefined"
    assert counts_text({"HAM": 1200, "": 3}) == "HAM 1,200, not known 3"
    assert parts_text(facts) == "train 80 images in 50 groups; test 30 images in 20 groups"
