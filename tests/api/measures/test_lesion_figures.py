"""Figures of lesions with several photographs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from lentigo.api.answers.answers import Answers
from lentigo.api.answers.source import Source
from lentigo.api.measures.lesion_figures import measure_lesions
from lentigo.evaluation.evaluate import Context
from lentigo.evaluation.intervals.bootstrap import Resampling
from lentigo.evaluation.predictions import Predictions

LESIONS = ["L1", "L1", "L2", "L2", "L3"]
VIEWS = ["clinical", "dermoscopic", "clinical", "dermoscopic", "dermoscopic"]


class Known(Source):
    """Five photographs of three lesions."""

    def __init__(self, views: Sequence[str]) -> None:
        super().__init__("made")
        self._table = pd.DataFrame({"lesion_id": LESIONS, "view": list(views)})

    def facts(self, image_ids: Sequence[str]) -> pd.DataFrame:
        return self._table[: len(image_ids)]


def answers(views: Sequence[str]) -> Answers:
    of_mel = np.array([0.3, 0.9, 0.6, 0.1, 0.8])
    truth = np.array(["MEL", "MEL", "NV", "NV", "MEL"], dtype=object)
    told = (np.array(list("abcde"), dtype=object), np.array("test"), np.array(-1), truth)
    found = Predictions(*told, np.stack([of_mel, 1 - of_mel], axis=1), ("MEL", "NV"))
    context = Context("test", "", ("MEL",), False, Resampling(num_resamples=20))
    return Answers(found, np.array(LESIONS), context, Known(views))


def test_by_hand() -> None:
    """Of images MEL 2 of 3 and NV 1 of 2 are right; of lesions, by means 0.6, 0.35 and 0.8, all are."""
    found = measure_lesions(answers(VIEWS))
    assert found
    assert (found["n_lesions"], found["n_several"]) == (3, 2)
    assert found["views"] == {"dermoscopic": 3, "clinical": 2}
    assert found["metrics"]["balanced_accuracy"]["value"] == 1.0
    assert (
        found["metrics"]["balanced_accuracy"]["n"] == found["metrics"]["balanced_accuracy"]["n_groups"] == 3
    )


@pytest.mark.parametrize("views", [["dermoscopic"] * 5, [""] * 5])
def test_nothing_of_one_view_alone(views: list[str]) -> None:
    assert measure_lesions(answers(views)) is None
