"""One card: its own style, and values that stay values."""

from __future__ import annotations

import pytest

from lentigo.report.cards.frame import LONGEST_TEXT, framed

NOTHING = {"title": "", "facts": {}, "pictures": (), "rows": (), "text": "", "text_title": "", "most": 5}


def test_a_card_brings_its_style_and_says_what_it_is_not() -> None:
    card = framed("facts.html.j2", NOTHING | {"title": "Title"})
    assert card.startswith('<div class="lentigo"')
    assert ".lentigo {" in card
    assert "Not a medical device." in card


@pytest.mark.parametrize("length", [LONGEST_TEXT, 100_000])
def test_a_long_text_is_cut_in_its_middle(length: int) -> None:
    card = framed("facts.html.j2", NOTHING | {"facts": {"name": "a" * (length - 1) + "z"}})
    assert "z\n</dd>" in card
    assert "a" * LONGEST_TEXT not in card
    assert len(card) < 20_000
