"""Answers as pictures with bars."""

from __future__ import annotations

from typing import Any

import numpy as np

from lentigo.report.cards.answers import MOST_BARS, ShownAnswer, answers_card

NAMES = ["<i>MEL", "NV", "BCC", "AK", "DF"]


def row(**facts: Any) -> dict[str, Any]:
    shares = dict(zip(NAMES, (0.1, 0.6, 0.15, 0.1, 0.05), strict=True))
    usual = {"image": "a<b>.jpg", "error": "", "abstain_reason": None, "malignant_probability": 0.25}
    decided = {"malignant_at_operating_point": True, "operating_point": "sensitivity=0.95"}
    return usual | shares | decided | {"prediction_set": ["NV", "BCC"], "seen_in_training": True} | facts


def test_the_most_probable_classes_come_first_as_bars() -> None:
    card = answers_card([ShownAnswer(row(), NAMES, np.zeros((8, 8, 3), np.uint8))])
    assert card.count("<meter") == MOST_BARS
    assert card.index('value="0.6000"') < card.index('value="0.1500"') < card.index('value="0.1000"')
    assert card.count("data:image/jpeg") == 1
    for words in ("together 25.0", "called malignant at the operating point", "set: NV, BCC", "trained on"):
        assert words in card
    assert "<i>" not in card
    assert "<b>" not in card


def test_an_image_that_cannot_be_used_says_why() -> None:
    missing = dict.fromkeys(
        ["malignant_probability", "malignant_at_operating_point", "prediction_set", *NAMES]
    )
    card = answers_card([ShownAnswer(row(error="<damaged>", **missing), NAMES, None)], num_more=7)
    assert "&lt;damaged&gt;" in card
    assert "<meter" not in card
    assert "<img" not in card
    assert "7 more are not shown" in card
