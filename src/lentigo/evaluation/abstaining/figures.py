"""A part's answers and what was fitted on validation in; what `evaluation.json` says of abstaining, out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from lentigo.evaluation.abstaining.conformal import NONCONFORMITY, cross_fitted_sets, fit_conformal
from lentigo.evaluation.abstaining.coverage import measure_sets
from lentigo.evaluation.abstaining.risk_coverage import GradedAnswers, risk_coverage
from lentigo.evaluation.abstaining.rule import Abstaining
from lentigo.evaluation.abstaining.unknown_scores import SCORES
from lentigo.evaluation.calibration.calibration_fitting import group_folds
from lentigo.evaluation.intervals.bootstrap import Resampling, mean_interval
from lentigo.evaluation.intervals.sample import Sample
from lentigo.evaluation.metrics import Bools, Floats, Ints

Json = dict[str, Any]


@dataclass(frozen=True)
class ShownAnswers:
    """A part with the probabilities that are shown for it: calibrated ones, where there is a calibration."""

    sample: Sample
    class_names: tuple[str, ...]
    answered: Ints
    """(N,) the class told as the answer, which a calibration may think less probable than another."""
    scores: Floats | None
    """(N,) of the score for unknown images; None where there is none."""
    validation: Sample
    """What is fitted on."""
    is_validation: bool
    """Whether the part is that very one: sets are then those of other folds, and nothing else is promised."""


def abstaining_figures(part: ShownAnswers, abstaining: Abstaining, resampling: Resampling) -> Json:
    """Risk against coverage, prediction sets of every kind, and who would be turned away as unknown.

    Returns:
        `risk_coverage`; `prediction_sets`: `error`, `cross_fitted`, the kind that a bundle gives (`shown`),
        and `kinds`: method -> `all` (one threshold) and `by_class` -> figures of `measure_sets`; `unknown`:
        score, title, false alarm meant and share turned away.
    """
    sample = part.sample
    confidence = sample.probabilities[np.arange(sample.num_images), part.answered]
    answers = GradedAnswers(confidence, part.answered != sample.truth, sample.groups)
    kinds = {
        method: {
            name: measure_sets(
                _sets(part, (method, is_by_class), abstaining.conformal.error),
                sample,
                part.class_names,
                resampling,
            )
            for name, is_by_class in (("all", False), ("by_class", True))
        }
        for method in NONCONFORMITY
    }
    conformal = abstaining.conformal
    return {
        "risk_coverage": risk_coverage(answers, resampling),
        "prediction_sets": {
            "error": conformal.error,
            "cross_fitted": part.is_validation,
            "shown": [conformal.method, "by_class" if conformal.is_by_class else "all"],
            "kinds": kinds,
        },
        "unknown": _unknown(part, abstaining, resampling),
    }


def _sets(part: ShownAnswers, kind: tuple[str, bool], error: float) -> Bools:
    """The sets (N, K) as they would be given, with the answer in each."""
    sets = _fitted_sets(part, kind, error)
    sets[np.arange(len(sets)), part.answered] = True
    return sets


def _fitted_sets(part: ShownAnswers, kind: tuple[str, bool], error: float) -> Bools:
    fitted_on = part.validation
    groups = fitted_on.groups.codes
    if part.is_validation:
        plan = (group_folds(fitted_on.groups), error)
        return cross_fitted_sets(fitted_on.probabilities, fitted_on.truth, groups, kind, plan)
    fitted = fit_conformal(fitted_on.probabilities, fitted_on.truth, groups, kind, error)
    return fitted.sets(part.sample.probabilities)


def _unknown(part: ShownAnswers, abstaining: Abstaining, resampling: Resampling) -> Json | None:
    unknown = abstaining.unknown
    if unknown is None or part.scores is None:
        return None
    turned_away = np.asarray(part.scores > unknown.threshold)
    return {
        "score": unknown.score,
        "title": SCORES[unknown.score].title,
        "false_alarm": unknown.false_alarm,
        "turned_away": mean_interval(
            turned_away, part.sample.groups.codes, is_share=True, resampling=resampling
        ).as_json(),
    }
