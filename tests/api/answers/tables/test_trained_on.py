"""What was learnt from beside what is judged: by image, lesion, patient and further columns."""

from __future__ import annotations

import pandas as pd
import pytest

from lentigo.api.answers.tables.known import read_known
from lentigo.api.answers.tables.trained_on import check_fitted, check_trained, grouped, trained_on
from lentigo.settings.errors import LeakError


def known(images: str, lesions: list[str], **more: list[str]) -> pd.DataFrame:
    frame = pd.DataFrame({"image": list(images), "lesion_id": lesions, **more})
    return read_known(frame, "theirs", tuple(more)).table


def test_groups_join_by_lesion_and_by_further_columns() -> None:
    table = known("abcd", ["L", "L", "M", ""], case=["1", "2", "2", "3"])
    assert len(set(grouped([table], ())[0])) == 3
    assert len(set(grouped([table], ("case",))[0])) == 2
    first, second = grouped([table[:2], table[2:]], ("case",))
    assert set(first) & set(second) == {second[0]}


def test_a_lesion_that_was_learnt_from_stops_unless_allowed() -> None:
    judged = known("ab", ["L", "M"])
    learnt = trained_on(read_known(pd.DataFrame({"image": ["z"], "lesion_id": ["L"]}), "list"), None, judged)
    with pytest.raises(LeakError, match="1 of 2 images"):
        check_trained(judged, learnt, (), allow_leak=False)
    assert check_trained(judged, learnt, (), allow_leak=True) == (True, 1)
    assert check_trained(judged, None, (), allow_leak=False) == (False, 0)


def test_rows_that_the_answers_call_train_were_learnt_from() -> None:
    own = known("abc", ["L", "M", "N"])
    own["part"] = ["train", "test", "test"]
    found = trained_on(None, None, own)
    assert found is not None
    assert found.keys == ["a"]


def test_thresholds_are_fitted_on_others() -> None:
    with pytest.raises(LeakError, match="1 of 2 images to be judged, such as a"):
        check_fitted(known("ab", ["L", "M"]), known("c", ["L"]), (), allow_leak=False)
    assert not check_fitted(known("ab", ["L", "M"]), known("c", ["N"]), (), allow_leak=False)
