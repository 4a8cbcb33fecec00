"""Probabilities in the columns of a challenge."""

from __future__ import annotations

import numpy as np
import pytest

from lentigo.api.challenges.submitting import AKIEC, arrange
from lentigo.data.taxonomy import ISIC_2018_ORDER, ISIC_2019_ORDER

NAMES = ("MEL", "NV", "AK", "SCC")
FOUND = np.array([[0.1, 0.2, 0.3, 0.4], [0.0, 0.0, 0.5, 0.5 + 1e-7]])


def test_columns_of_2019_and_those_without_a_class() -> None:
    answers, unanswered = arrange(FOUND, NAMES, ISIC_2019_ORDER, {})
    assert unanswered == ["BCC", "BKL", "DF", "VASC", "UNK"]
    assert answers[0].tolist() == [0.1, 0.2, 0.0, 0.3, 0.0, 0.0, 0.0, 0.4, 0.0]


def test_columns_of_2018_add_up_and_stay_within_one() -> None:
    answers, unanswered = arrange(FOUND, NAMES, ISIC_2018_ORDER, AKIEC)
    assert "AKIEC" not in unanswered
    assert answers[:, ISIC_2018_ORDER.index("AKIEC")] == pytest.approx([0.7, 1.0])
    assert answers.max() <= 1.0
