from __future__ import annotations

import numpy as np
import pytest

from lentigo.evaluation.intervals.sample import (
    Groups,
    malignant_columns,
    malignant_names,
    malignant_sample,
    sample,
)
from lentigo.settings.errors import DataError

NAMES = ("MEL", "NV", "BCC")


def test_groups_are_numbered_by_name() -> None:
    groups = Groups.of(["b", "a", "b", "c"])
    np.testing.assert_array_equal(groups.codes, [1, 0, 1, 2])
    assert groups.num_groups == 3
    assert groups.among(np.array([True, False, True, False])) == 1


def test_malignant_is_the_sum_of_malignant_classes() -> None:
    full = sample([0, 1, 2], [[0.3, 0.4, 0.3], [0.1, 0.5, 0.4], [0.2, 0.6, 0.2]], ["a", "b", "c"])
    folded = malignant_sample(full, NAMES, ("MEL", "BCC", "SCC"))
    assert folded is not None
    np.testing.assert_array_equal(folded.truth, [1, 0, 1])
    np.testing.assert_allclose(folded.probabilities[:, 1], [0.6, 0.5, 0.4])
    # exactly one half is not more than one half
    np.testing.assert_array_equal(folded.predicted, [1, 0, 0])


def test_a_binary_model_is_taken_as_it_is() -> None:
    np.testing.assert_array_equal(malignant_columns(("benign", "malignant"), ("MEL",)), [False, True])
    assert malignant_names(("benign", "malignant"), ("MEL",)) == ("malignant",)
    assert malignant_names(NAMES, ("SCC", "BCC", "MEL")) == ("MEL", "BCC")
    full = sample([0, 1], [[0.9, 0.1], [0.2, 0.8]], [0, 1])
    folded = malignant_sample(full, ("benign", "malignant"), ())
    assert folded is not None
    np.testing.assert_allclose(folded.probabilities, full.probabilities)


@pytest.mark.parametrize("malignant", [(), ("SCC",), NAMES])
def test_there_may_be_nothing_to_tell_apart(malignant: tuple[str, ...]) -> None:
    full = sample([0, 1, 2], np.eye(3), [0, 1, 2])
    assert malignant_sample(full, NAMES, malignant) is None


@pytest.mark.parametrize(
    ("truth", "probabilities", "groups", "words"),
    [
        ([], np.zeros((0, 2)), [], "no image"),
        ([0, 1], [[0.5, 0.5]], [0, 1], "do not fit"),
        ([0, 1], np.eye(2), [0], "groups"),
        ([0, 2], np.eye(2), [0, 1], "truth must be in 0 .. 1"),
        ([0, -1], np.eye(2), [0, 1], "truth must be in 0 .. 1"),
        ([0, 1], [[np.nan, 1], [0, 1]], [0, 1], "NaN"),
        ([0, 1], [0.5, 0.5], [0, 1], "do not fit"),
    ],
)
def test_what_does_not_fit_is_refused(
    truth: list[int], probabilities: object, groups: list[int], words: str
) -> None:
    with pytest.raises(DataError, match=words):
        sample(truth, probabilities, groups)
