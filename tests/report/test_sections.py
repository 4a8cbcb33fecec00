"""Further sections of the report: shown where the evaluation has their figures, left out elsewhere."""

from __future__ import annotations

from typing import Any

from lentigo.report.sections import SECTIONS, Section, filled_sections


def section(anchor: str, key: str) -> Section:
    return Section(anchor, anchor, f"All about {anchor}", f"{anchor}.html.j2", lambda found: found.get(key))


def test_a_section_without_figures_is_left_out_and_the_order_is_kept() -> None:
    evaluation: dict[str, Any] = {"b": {"x": 1}, "a": {"x": 2}}
    table = (section("first", "a"), section("second", "missing"), section("third", "b"))
    found = filled_sections(evaluation, table)
    assert [(one.anchor, one.content) for one in found] == [("first", {"x": 2}), ("third", {"x": 1})]


def test_no_figures_no_sections() -> None:
    assert filled_sections({}) == []


def test_anchors_are_distinct() -> None:
    anchors = [one.anchor for one in SECTIONS]
    assert len(set(anchors)) == len(anchors)
