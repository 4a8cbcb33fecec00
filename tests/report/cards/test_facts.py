"""Any facts as a card: figures with intervals, lists, tables; hostile texts stay texts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from lentigo.report.cards.facts import MOST_ENTRIES, facts_card, rows_card

HOSTILE = "</dd><script>alert(1)</script>"


def test_figures_are_told_with_their_interval_and_what_is_missing_is_undefined() -> None:
    figure = {"value": 0.5, "low": 0.4, "high": 0.6, "n": 9}
    card = facts_card("Facts", {"area": figure, "other": {**figure, "value": None}, "nothing": None})
    assert "0.500 (0.400 to 0.600)" in card
    assert "undefined" in card
    assert "<dd>none</dd>" in card


def test_names_values_titles_and_texts_are_escaped() -> None:
    rows = [{HOSTILE: HOSTILE}]
    facts = {HOSTILE: HOSTILE, "deep": {HOSTILE: [HOSTILE]}, "rows": rows}
    card = facts_card(HOSTILE, facts, text=(HOSTILE, HOSTILE)) + rows_card(HOSTILE, rows)
    assert "<script" not in card
    assert card.count("&lt;script&gt;") == 12


def test_of_a_long_table_the_rest_is_counted() -> None:
    card = rows_card("Rows", [{"place": number} for number in range(MOST_ENTRIES + 3)])
    assert card.count("<tr>") == MOST_ENTRIES + 1
    assert "3 more" in card


def test_a_row_may_lack_what_the_first_has() -> None:
    assert "<td>none</td>" in rows_card("Rows", [{"a": 1, "b": 2}, {"a": 3}])


def test_pictures_are_shown_and_those_that_are_gone_are_not(tmp_path: Path) -> None:
    Image.fromarray(np.zeros((9, 9, 3), np.uint8)).save(tmp_path / "there.png")
    card = facts_card("Facts", {}, [tmp_path / "there.png", tmp_path / "gone.png"])
    assert card.count("<img") == card.count("data:image/jpeg;base64,") == 1
