"""Further sections of the report: shown where the evaluation has their figures, left out elsewhere."""

from __future__ import annotations

from typing import Any

from lentigo.api.measures.measures import MEASURES
from lentigo.report.drawing.html import page_environment
from lentigo.report.sections.sections import SECTIONS, Section, filled_sections


def section(anchor: str, key: str) -> Section:
    return Section(
        key, anchor, anchor, f"All about {anchor}", f"{anchor}.html.j2", lambda found: found.get(key)
    )


def test_a_section_without_figures_is_left_out_and_the_order_is_kept() -> None:
    evaluation: dict[str, Any] = {"b": {"x": 1}, "a": {"x": 2}}
    table = (section("first", "a"), section("second", "missing"), section("third", "b"))
    found = filled_sections(evaluation, table)
    assert [(one.anchor, one.content) for one in found] == [("first", {"x": 2}), ("third", {"x": 1})]


def test_a_reason_stands_where_figures_are_missing() -> None:
    table = (section("first", "a"), section("second", "missing"), section("third", "b"))
    evaluation: dict[str, Any] = {"b": {"x": 1}, "unavailable": {"missing": "<b>nobody</b> knows"}}
    second, third = filled_sections(evaluation, table)
    assert (second.anchor, second.template) == ("second", "unavailable.html.j2")
    assert third.template == "third.html.j2"
    page = page_environment().get_template(second.template).render(content=second.content)
    assert "&lt;b&gt;nobody&lt;/b&gt; knows." in page


def test_every_section_shows_figures_that_are_measured() -> None:
    assert {one.key for one in SECTIONS} == set(MEASURES)


def test_no_figures_no_sections() -> None:
    assert filled_sections({}) == []


def test_anchors_are_distinct() -> None:
    anchors = [one.anchor for one in SECTIONS]
    assert len(set(anchors)) == len(anchors)
