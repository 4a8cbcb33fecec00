"""Which images a report shows."""

from __future__ import annotations

import numpy as np
import pytest

from lentigo.api.answers.answers import Answers
from lentigo.api.judging.examples import (
    choose_count,
    choose_samples,
    confusions,
    examples,
    worst_errors,
)
from lentigo.evaluation.evaluate import Context
from lentigo.evaluation.predictions import Predictions

PREDICTIONS = Predictions(
    image_ids=np.array(["a", "b", "c", "d", "e"]),
    part=np.array(["test"] * 5),
    fold=np.full(5, -1),
    truth=np.array(["NV", "NV", "NV", "MEL", "MEL"]),
    probabilities=np.array([[0.1, 0.9], [0.6, 0.4], [0.3, 0.7], [0.2, 0.8], [0.05, 0.95]]),
    class_names=("MEL", "NV"),
)


def test_errors_come_most_confident_first() -> None:
    assert worst_errors(PREDICTIONS, 10).tolist() == [4, 3, 1]
    assert worst_errors(PREDICTIONS, 1).tolist() == [4]


def test_samples_span_each_class_from_sure_to_unsure() -> None:
    assert choose_samples(PREDICTIONS, 2).tolist() == [3, 4, 0, 1]
    assert choose_samples(PREDICTIONS, 9).tolist() == [3, 4, 0, 2, 1]


@pytest.mark.parametrize("count", range(8))
def test_as_many_are_chosen_as_are_asked_for(count: int) -> None:
    chosen = choose_count(PREDICTIONS, count)
    assert len(set(chosen.tolist())) == min(count, 5)
    assert choose_count(PREDICTIONS, 2).tolist() == [3, 0], "one of each class"


def test_a_class_without_images_has_no_samples() -> None:
    only_nevi = PREDICTIONS.chosen(PREDICTIONS.truth == "NV")
    assert choose_samples(only_nevi, 3).tolist() == [0, 2, 1]


def test_without_images_none_are_shown() -> None:
    answers = Answers(PREDICTIONS, PREDICTIONS.image_ids, Context("test", ""))
    assert examples(answers) == ([], [])


def test_every_wrong_answer_stands_in_its_cell_and_only_there() -> None:
    answers = Answers(PREDICTIONS, PREDICTIONS.image_ids, Context("test", ""))
    cells = confusions(answers, is_leaked=False)
    assert [(one.truth, one.predicted) for one in cells] == [("MEL", "NV"), ("NV", "MEL")]
    assert [[image.image_id for image in one.images] for one in cells] == [["e", "d"], ["b"]]
    assert cells[0].images[0].probability == pytest.approx(0.95)
    assert {image.picture for one in cells for image in one.images} == {""}
