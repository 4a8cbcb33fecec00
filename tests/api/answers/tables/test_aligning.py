"""A table put beside other answers: same images, order and classes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from lentigo.api.answers.tables.aligning import align_table
from lentigo.api.answers.tables.opening import TableOptions, open_table
from lentigo.api.answers.tables.reading import ReadOptions
from lentigo.settings.errors import DataError

pytestmark = pytest.mark.filterwarnings("ignore::lentigo.data.tables.LentigoWarning")
IDS = [f"I{place}" for place in range(6)]
SHARES = np.random.default_rng(0).dirichlet(np.ones(2), 6)
FIRST = pd.DataFrame(SHARES, columns=["MEL", "NV"]).assign(image=IDS, truth=["MEL", "NV"] * 3)


def test_rows_and_columns_come_in_the_order_of_the_others() -> None:
    first = open_table(FIRST, TableOptions()).answers
    other = pd.DataFrame({"file": [f"{name}.png" for name in IDS], "nv": SHARES[:, 1], "mel": SHARES[:, 0]})
    found = align_table(other[::-1], first, ReadOptions())
    np.testing.assert_allclose(found.predictions.probabilities, first.predictions.probabilities)
    assert found.predictions.truth.tolist() == first.predictions.truth.tolist()
    assert found.groups.tolist() == first.groups.tolist()


def test_an_image_without_an_answer_is_named() -> None:
    first = open_table(FIRST, TableOptions()).answers
    with pytest.raises(DataError, match=r"does not answer 1 of the 6 images.*\n.*I5"):
        align_table(FIRST[:5], first, ReadOptions())
