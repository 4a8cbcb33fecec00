from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lentigo.explanation.captions import as_file_name, shorten, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ISIC_0000001.jpg", "ISIC_0000001.jpg"),
        ("évidence naïve 痣", "évidence naïve 痣"),
        ("<script>.jpg", "<script>.jpg"),
        ("$\\frac{", "$\\frac{"),
        ("exe\u202egpj", "exe[U+202E]gpj"),
        ("a\u2066b\u2069", "a[U+2066]b[U+2069]"),
        ("zero\u200bwidth", "zero[U+200B]width"),
        ("bell\x07", "bell[U+0007]"),
        ("undecodable\udcff", "undecodable[U+DCFF]"),
        ("two\nlines\tand tab", "two lines and tab"),
    ],
)
def test_what_hides_or_reorders_text_is_shown_as_its_code(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.text(st.characters(exclude_categories=[])))
def test_any_text_becomes_one_line_that_utf8_can_hold(text: str) -> None:
    shown = visible(text)
    shown.encode("utf-8")
    assert not any(
        unicodedata.category(character).startswith("C") and character != " "
        for character in shown
        if unicodedata.category(character) != "Cn"
    )
    assert visible(shown) == shown


@given(st.text(max_size=60), st.integers(3, 40))
def test_shortened_text_keeps_both_ends(text: str, limit: int) -> None:
    shown = shorten(text, limit)
    whole = visible(text)
    assert len(shown) <= limit
    if len(whole) <= limit:
        assert shown == whole
    else:
        start, end = shown.split("…") if shown.count("…") == 1 else (shown[0], shown[-1])
        assert whole.startswith(start)
        assert whole.endswith(end)


@pytest.mark.parametrize(("text", "name"), [("MEL", "MEL"), ("../a b", "___a_b"), ("å\x00", "__"), ("", "")])
def test_file_names_hold_letters_and_digits_alone(text: str, name: str) -> None:
    assert as_file_name(text) == name
