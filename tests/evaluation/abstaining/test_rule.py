from __future__ import annotations

import json

import numpy as np
import pytest

from lentigo.evaluation.abstaining.conformal import Conformal
from lentigo.evaluation.abstaining.rule import (
    Abstaining,
    Abstention,
    Unknown,
    abstain,
    abstaining_json,
    arrays_bytes,
    read_abstaining,
)

STEPS = np.linspace(-1.0, 1.0, 101)
ENERGY = Unknown("energy", 0.5, 0.05, STEPS)
SETS = Conformal("lac", True, 0.1, np.array([0.75, np.inf, 0.2]))
FITTED_ON = {"part": "validation", "n_images": 9, "n_groups": 8}
PROBABILITIES = np.array([[0.6, 0.1, 0.3], [0.2, 0.1, 0.7]])


def test_what_is_said_of_two_images() -> None:
    logits = np.array([[0.0, -9.0, -9.0], [-9.0, -9.0, -1.0]])  # energies near 0 and 1
    found = abstain(Abstaining(SETS, ENERGY, FITTED_ON), PROBABILITIES, np.array([0, 2]), {"logits": logits})
    assert [one.prediction_set for one in found] == [(0, 1), (2, 1)], "the most probable class first"
    assert [one.is_unknown for one in found] == [False, True]
    assert found[1].unknown_score == pytest.approx(1.0, abs=1e-2)


def test_without_a_score_or_a_rule_there_is_less_to_say() -> None:
    assert abstain(None, PROBABILITIES, np.array([0, 2]), None) == [Abstention(), Abstention()]
    found = abstain(Abstaining(SETS, None, FITTED_ON), PROBABILITIES, np.array([0, 2]), None)
    assert [one.is_unknown for one in found] == [None, None]


def test_the_answer_belongs_to_its_set_also_where_another_class_is_more_probable() -> None:
    found = abstain(Abstaining(SETS, None, FITTED_ON), PROBABILITIES, np.array([2, 0]), None)
    assert [one.prediction_set for one in found] == [(0, 2, 1), (0, 1)]


def test_to_files_and_back() -> None:
    arrays = {
        "whitening": np.arange(4, dtype=np.float32).reshape(2, 2),
        "means": np.ones((3, 2), np.float32) / 3,
    }
    rule = Abstaining(SETS, Unknown("mahalanobis", np.inf, 0.05, STEPS, arrays), FITTED_ON)
    values = json.loads(json.dumps(abstaining_json(rule), allow_nan=False))
    found = read_abstaining(values, arrays_bytes(rule))
    assert found.unknown is not None
    assert found.unknown.threshold == np.inf
    for name, array in arrays.items():
        np.testing.assert_array_equal(found.unknown.arrays[name], array)
    np.testing.assert_array_equal(found.conformal.thresholds, SETS.thresholds)
    assert abstaining_json(found) == values
    assert (found.fitted_on, found.conformal.is_by_class) == (FITTED_ON, True)


@pytest.mark.parametrize("shape", [[2, 3], [2**40, 2**40], [1]])
def test_shapes_that_are_not_those_of_the_file_are_refused(shape: list[int]) -> None:
    rule = Abstaining(SETS, Unknown("nearest_neighbour", 1.0, 0.05, STEPS), FITTED_ON)
    values = abstaining_json(rule)
    values["unknown"]["arrays"] = [{"name": "bank", "shape": shape}]
    with pytest.raises(ValueError, match=r"abstaining\.f32 has 16 bytes"):
        read_abstaining(values, bytes(16))


def test_strangeness_is_a_share_of_known_images() -> None:
    np.testing.assert_allclose(ENERGY.strangeness(np.array([-5.0, 0.0, 1.0, 7.0])), [0.0, 0.5, 1.0, 1.0])


def test_the_outlier_class_wins_where_an_image_is_unknown_and_nowhere_else() -> None:
    unknown = Unknown("energy", 0.9, 0.05, np.linspace(0, 1, 101))
    scores, num_classes = np.array([-5.0, 0.0, 0.5, 0.9, 0.901, 0.95, 7.0]), 4
    share = unknown.outlier_share(scores, num_classes)
    is_unknown = scores > unknown.threshold
    assert (np.diff(share) >= 0).all()
    assert ((share > 0.5) == is_unknown).all()
    least_sure = (1 - share) / num_classes
    assert ((share > least_sure) == is_unknown).all()
    assert share[-1] == pytest.approx(1.0)
