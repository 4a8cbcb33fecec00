"""What a part's further figures are computed from and fitted on."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lentigo.api.answers.answers import EvaluatedPart
from lentigo.api.answers.runs.parts import groups_of, validation_predictions
from lentigo.api.training import open_data
from lentigo.evaluation.evaluate import Context
from lentigo.evaluation.predictions import load_predictions
from lentigo.settings.run import RunDirectory


@pytest.fixture(scope="module")
def evaluated(small_job: Any) -> EvaluatedPart:
    run = RunDirectory.existing(small_job.run)
    manifest, split = open_data(run)
    stored = load_predictions(run.predictions_file, "validation")
    return EvaluatedPart(run, manifest, split, stored, Context("validation", split.hash))


def test_stored_answers_on_validation_are_what_is_fitted_on(evaluated: EvaluatedPart) -> None:
    found = validation_predictions(evaluated.run, evaluated.manifest, evaluated.split)
    assert found is not None
    np.testing.assert_array_equal(found.probabilities, evaluated.predictions.probabilities)
    assert evaluated.validation is evaluated.predictions


def test_groups_are_those_of_the_split(evaluated: EvaluatedPart) -> None:
    table = evaluated.split.table.set_index("image_id")["group"]
    expected = [table[image_id] for image_id in evaluated.predictions.image_ids]
    assert evaluated.groups.tolist() == expected
    assert groups_of(evaluated.split, evaluated.predictions).tolist() == expected
