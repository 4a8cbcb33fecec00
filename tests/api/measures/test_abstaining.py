"""Figures of abstaining: of a run with its score, and of answers that are known by themselves alone."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from lentigo.api.answers.answers import Answers
from lentigo.api.answers.source import Asked, Source
from lentigo.api.answers.validation_fit import Validation
from lentigo.api.measures.abstaining import measure_abstaining
from lentigo.evaluation.evaluate import Context
from lentigo.evaluation.intervals.bootstrap import Resampling
from lentigo.evaluation.intervals.sample import sample
from lentigo.evaluation.predictions import Predictions

CONTEXT = Context("theirs", "", resampling=Resampling(50))


def drawn(seed: int) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    score = generator.random(200)
    return (generator.random(200) < score).astype(np.int64), np.stack([1 - score, score], axis=1)


def answers(source: Source, asked: Asked | None = None) -> Answers:
    truth, probabilities = drawn(2)
    ids, names = np.arange(200).astype(str), np.array(["NV", "MEL"], dtype=object)
    predictions = Predictions(
        ids, np.array("theirs"), np.array(-1), names[truth], probabilities, ("NV", "MEL")
    )
    return Answers(predictions, ids, CONTEXT, source, asked or Asked())


def test_the_threshold_turns_away_about_as_many_as_it_says(small_job: Any) -> None:
    part = json.loads((small_job.run / "evaluation.json").read_text(encoding="utf-8"))["parts"]["validation"]
    unknown = part["abstaining"]["unknown"]
    assert unknown["turned_away"]["value"] <= 0.05
    assert part["abstaining"]["prediction_sets"]["cross_fitted"] is True
    assert part["abstaining"]["risk_coverage"]["random"]["value"] == pytest.approx(
        1 - part["metrics"]["accuracy"]["value"]
    )


def test_answers_without_images_have_sets_and_no_score_for_unknown_ones() -> None:
    validation = Validation(sample(*drawn(1), np.arange(200)), ("NV", "MEL"), ("MEL",))
    found = measure_abstaining(answers(Source("theirs", validation)))
    assert found is not None
    assert found["unknown"] is None
    assert found["comparison"] is None
    assert 0.8 <= found["prediction_sets"]["kinds"]["lac"]["all"]["group_coverage"]["value"] <= 1
    assert measure_abstaining(answers(Source("theirs", validation), Asked(is_brief=True))) is None
    assert measure_abstaining(answers(Source("theirs"))) is None
