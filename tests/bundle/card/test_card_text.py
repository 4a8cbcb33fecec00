"""Figures and strangers' texts in a card."""

from __future__ import annotations

from lentigo.bundle.card.card_text import interval_text, listed, plain


def test_what_has_no_value_is_undefined_and_never_0() -> None:
    assert interval_text(None) == "undefined"
    assert interval_text({"value": None}) == "undefined"
    assert (
        interval_text({"value": 0.5, "low": None, "high": None, "n": 3})
        == "0.500 [interval undefined], n = 3"
    )


def test_text_from_data_is_no_markup() -> None:
    assert plain("a|b <i> *c*") == "a\\|b &lt;i&gt; \\*c\\*"
    assert listed(("MEL", "a_b")) == "MEL, a\\_b"
