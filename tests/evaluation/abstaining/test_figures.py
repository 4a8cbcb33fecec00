from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pytest

from lentigo.evaluation.abstaining.conformal import NONCONFORMITY, fit_conformal
from lentigo.evaluation.abstaining.figures import ShownAnswers, abstaining_figures
from lentigo.evaluation.abstaining.rule import Abstaining, Unknown
from lentigo.evaluation.intervals.bootstrap import Resampling
from lentigo.evaluation.intervals.sample import Sample

FEW = Resampling(30)


def rule_of(validation: Sample, unknown: Unknown | None) -> Abstaining:
    fitted = fit_conformal(
        validation.probabilities, validation.truth, validation.groups.codes, ("lac", True), 0.1
    )
    return Abstaining(fitted, unknown, {"part": "validation", "n_images": 1, "n_groups": 1})


def test_figures_of_a_part_that_nothing_was_fitted_on(make_sample: Callable[..., Sample]) -> None:
    validation, test = make_sample(400, seed=1), make_sample(300, seed=2)
    unknown = Unknown("energy", 0.9, 0.05, np.linspace(0, 1, 101))
    scores = np.linspace(0, 1, 300)
    part = ShownAnswers(test, ("a", "b", "c", "d"), test.predicted, scores, validation, is_validation=False)
    found = abstaining_figures(part, rule_of(validation, unknown), FEW)
    json.dumps(found, allow_nan=False)
    sets = found["prediction_sets"]
    assert (sets["shown"], sets["cross_fitted"], sets["kinds"].keys()) == (
        ["lac", "by_class"], False, NONCONFORMITY.keys(),
    )  # fmt: skip
    own = rule_of(validation, unknown).conformal.sets(test.probabilities)
    covered = own[np.arange(300), test.truth].mean()
    assert sets["kinds"]["lac"]["by_class"]["coverage"]["value"] == pytest.approx(covered)
    assert found["unknown"]["turned_away"]["value"] == pytest.approx((scores > 0.9).mean())
    assert found["risk_coverage"]["random"]["value"] == pytest.approx((test.predicted != test.truth).mean())


def test_on_validation_itself_sets_are_those_of_other_folds(make_sample: Callable[..., Sample]) -> None:
    validation = make_sample(400, seed=1)
    part = ShownAnswers(
        validation, ("a", "b", "c", "d"), validation.predicted, None, validation, is_validation=True
    )
    found = abstaining_figures(part, rule_of(validation, None), FEW)
    assert found["unknown"] is None
    assert found["prediction_sets"]["cross_fitted"] is True
    itself = rule_of(validation, None).conformal.sets(validation.probabilities)
    naive = itself[np.arange(400), validation.truth].mean()
    assert found["prediction_sets"]["kinds"]["lac"]["by_class"]["coverage"]["value"] != naive
