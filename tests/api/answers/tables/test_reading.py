"""Answers and truth in one table, or in two."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from lentigo.api.answers.tables.given import given_table
from lentigo.api.answers.tables.known import read_known
from lentigo.api.answers.tables.reading import ReadOptions, read_answered
from lentigo.data.tables import LentigoWarning

ANSWERS = pd.DataFrame(
    {"image": ["a", "b", "c"], "MEL": [0.9, 0.2, 0.3], "NV": [0.1, 0.8, 0.7], "epoch": [3, 3, 3]}
)
TRUTH = pd.DataFrame({"image": ["c", "a"], "dx": ["mel", "mel"]})


def test_the_truth_of_another_table_goes_before_the_own() -> None:
    own = ANSWERS.assign(truth=["NV", "NV", "NV"])
    with pytest.warns(LentigoWarning, match="1 answers, such as b, have no truth"):
        found = read_answered(given_table(own, "theirs"), read_known(TRUTH, "truth"), ReadOptions())
    assert found.known["class"].tolist() == ["MEL", "MEL"]
    np.testing.assert_allclose(found.probabilities, [[0.9, 0.1], [0.3, 0.7]])
    assert found.facts["aside"] == ["epoch"]
    alone = read_answered(given_table(own, "theirs"), None, ReadOptions())
    assert alone.known["class"].tolist() == ["NV", "NV", "NV"]


def test_an_answer_taken_for_the_truth_is_told() -> None:
    many = pd.concat([ANSWERS.assign(image=[f"{n}{name}" for name in "abc"]) for n in range(8)])
    answered = np.where(many["MEL"] > many["NV"], "MEL", "NV")
    with pytest.warns(LentigoWarning, match="highest probability in every row"):
        read_answered(given_table(many.assign(truth=answered), "theirs"), None, ReadOptions())
