"""Which two photographs show a lesion, and both as one picture."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from lentigo.data.metadata.lesion_pairs import PairedImages, pair_rows, shown_rows
from lentigo.settings.errors import SplitError

TABLE = pd.DataFrame(
    [
        ("a", "L1", "clinical"),
        ("b", "L1", "dermoscopic"),
        ("c", "L2", "dermoscopic"),
        ("d", "L1", "dermoscopic"),
        ("e", "L3", "clinical"),
        ("f", "", "dermoscopic"),
        ("g", "", "clinical"),
        ("h", "L4", "tbp tile"),
    ],
    columns=["image_id", "lesion_id", "view"],
)
PAIRS = [[1, 0], [1, 0], [2, -1], [1, 0], [-1, 4], [5, -1], [-1, 6], [-1, -1]]


@pytest.mark.parametrize("order", [list(range(8)), [3, 7, 1, 0, 6, 5, 4, 2]])
def test_the_first_of_each_view_and_lesions_that_lack_one(order: list[int]) -> None:
    table = TABLE.iloc[list(order)].set_index(pd.Index(range(100, 108)))
    found = pair_rows(table)
    if list(order) == list(range(8)):
        assert found.tolist() == PAIRS
    ids = np.array([*table["image_id"], "-"])
    named = dict(zip(table["image_id"], ids[found].tolist(), strict=True))
    first = "d" if order[0] == 3 else "b"
    assert named["a"] == named["d"] == [first, "a"]
    assert (named["c"], named["e"], named["f"], named["h"]) == (
        ["c", "-"],
        ["-", "e"],
        ["f", "-"],
        ["-", "-"],
    )


def test_one_image_stands_for_each_lesion() -> None:
    assert TABLE["image_id"][shown_rows(TABLE, "pair")].tolist() == ["b", "c", "e", "f", "g"]
    assert TABLE["image_id"][shown_rows(TABLE, "clinical")].tolist() == ["a", "e", "g"]
    with pytest.raises(SplitError, match=r"no lesion of the 3 images .* has both photographs"):
        shown_rows(TABLE[2:5], "pair")


def test_pictures_are_stacked_and_black_where_there_is_none() -> None:
    images = np.arange(8, dtype=np.uint8).reshape(8, 1, 1, 1) * np.ones((1, 2, 3, 3), np.uint8) + 1
    pairs = PairedImages(images, np.array(PAIRS))
    assert (pairs.shape, len(pairs), len(list(pairs))) == ((8, 4, 3, 3), 8, 8)
    assert pairs[0].dtype == np.uint8
    assert [sorted({int(value) for value in half.ravel()}) for half in np.split(pairs[3], 2)] == [[2], [1]]
    assert pairs[4][:2].max() == 0
    assert (pairs[4][2:] == 5).all()
