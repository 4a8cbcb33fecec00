"""Probes: what is masked stays masked, and what betrays the class is found."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from lentigo.evaluation.probes import (
    border_only,
    border_statistics,
    centre_only,
    frame_mask,
    leave_one_out,
    origin_answers,
)

GENERATOR = np.random.default_rng(0)


@given(st.integers(8, 60), st.integers(8, 60))
def test_border_and_centre_share_no_pixel_and_leave_none_out(height: int, width: int) -> None:
    image = np.random.default_rng(1).integers(0, 256, (height, width, 3), dtype=np.uint8)
    mask = frame_mask(height, width)
    np.testing.assert_array_equal(border_only(image)[mask], image[mask])
    np.testing.assert_array_equal(centre_only(image)[~mask], image[~mask])
    assert len(np.unique(border_only(image)[~mask], axis=0)) == 1
    assert len(np.unique(centre_only(image)[mask], axis=0)) == 1


def test_the_border_is_an_eighth_on_each_side() -> None:
    assert frame_mask(80, 160).sum() == 80 * 160 - 60 * 120


def test_statistics_of_the_border_do_not_change_with_the_lesion() -> None:
    image = GENERATOR.integers(0, 256, (40, 48, 3), dtype=np.uint8)
    changed = image.copy()
    changed[5:35, 6:42] = 0
    found = border_statistics([image, changed])
    assert found.shape == (2, 96)
    np.testing.assert_array_equal(found[0], found[1])


def origin(sources: list[str]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "source": sources,
            "width": 100,
            "height": 80,
            "age_years": np.nan,
            "sex": "",
            "site": "",
            "lesion_id": "",
        }
    )


def test_a_source_that_betrays_the_class_is_found() -> None:
    labels = np.array([0, 1] * 20)
    known = origin(["clinic", "archive"] * 20)
    answers = origin_answers(known, labels, origin(["clinic", "archive", "elsewhere"]), 2)
    assert answers[:2].argmax(axis=1).tolist() == [0, 1]
    np.testing.assert_allclose(answers.sum(axis=1), 1)


def test_leaving_a_source_out_uses_as_many_images_as_keeping_it() -> None:
    train = np.array(["a"] * 6 + ["b"] * 4, dtype=object)
    asked = np.array(["b", "a", "c", "b"], dtype=object)
    found = {one.source: one for one in leave_one_out(train, asked, seed=0)}
    assert list(found) == ["a", "b"]
    assert found["b"].asked.tolist() == [0, 3]
    assert set(train[found["b"].without]) == {"a"}
    assert len(found["b"].within) == len(found["b"].without) == 6
    assert leave_one_out(np.array(["a"], dtype=object), asked, seed=0) == []
