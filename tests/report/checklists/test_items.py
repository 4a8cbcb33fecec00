"""The checklists: complete, in order, and what a run cannot know is left to the authors."""

from __future__ import annotations

import re
from dataclasses import replace

from lentigo.report.checklists.facts import ChecklistFacts
from lentigo.report.checklists.items import CLAIM, OPEN, TRIPOD_AI, checklists_text, filled


def test_every_item_is_there_once_and_in_order() -> None:
    assert [item.number for item in CLAIM.items] == [str(number) for number in range(1, 43)]
    mains = [re.match(r"\d+", item.number)[0] for item in TRIPOD_AI.items]  # type: ignore[index]
    assert list(dict.fromkeys(mains)) == [str(number) for number in range(1, 28)]
    numbers = [item.number for item in TRIPOD_AI.items]
    assert len(set(numbers)) == len(numbers) == 52


def test_what_no_run_can_know_is_left_open(facts: ChecklistFacts) -> None:
    answers = {item.number: answer for item, answer in filled(TRIPOD_AI, facts)}
    assert answers["17"] == answers["18a"] == ""
    assert answers["23a"]
    text = checklists_text(facts)
    assert f"| 17 | ethical approval | {OPEN} |" in text
    assert re.search(r"\d+ of 42 items filled in", text)


def test_hostile_text_stays_text_and_rows_stay_rows(facts: ChecklistFacts) -> None:
    hostile = replace(facts, record={**facts.record, "name": "a | b\n<script>", "command": "x | y\nz"})
    text = checklists_text(hostile)
    assert "<script>" not in text
    for line in text.splitlines():
        if line.startswith("| "):
            assert len(re.findall(r"(?<!\\)\|", line)) == 4, line
