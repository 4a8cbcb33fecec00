"""One answer by itself: the class, the malignant side, the row, and what is no answer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lentigo.bundle.one_answer import NO_ANSWER, Prediction
from lentigo.data.metadata.encoding import Known
from lentigo.settings.errors import BundleError, ImageError

SHARES = np.array([0.5, 0.2, 0.3])
ANSWER = Prediction("a.png", ("MEL", "NV", "BCC"), SHARES, ("MEL", "BCC"))


def test_the_row_says_it_flat() -> None:
    row = ANSWER.row()
    assert (row["image"], row["class"], row["NV"]) == ("a.png", "MEL", 0.2)
    assert row["malignant_probability"] == pytest.approx(0.8)
    assert "metadata" not in row, "nothing is said of what is not taken"
    told = replace(ANSWER, known=Known(50.0), told=("age 50",)).row()
    assert told["metadata"] == ["age 50"]
    names = list(told)
    assert names.index("metadata") == names.index("seen_in_training") - 1


@pytest.mark.parametrize("wrong", [(np.nan, 0.5, 0.5), (0.9, 0.9, 0.9), (np.inf, 0.0, 0.0)])
def test_what_is_no_probability_is_no_answer_and_keeps_what_was_told(wrong: tuple[float, ...]) -> None:
    found = replace(ANSWER, probabilities=np.array(wrong), known=Known(50.0), told=("age 50",)).checked()
    assert (found.error, found.class_name, found.malignant_probability) == (NO_ANSWER, "", None)
    assert found.row()["metadata"] == ["age 50"]
    assert ANSWER.checked() is ANSWER


def test_maps_have_to_be_asked_for_and_be_of_a_class() -> None:
    with pytest.raises(ImageError, match="with_saliency=True"):
        ANSWER.saliency_map()
    image, heat = np.zeros((4, 6, 3), np.uint8), np.ones((3, 2, 3), np.float32)
    with pytest.raises(BundleError, match="there is no class 'DF'"):
        replace(ANSWER, image=image, saliency=heat).saliency_map("DF")
