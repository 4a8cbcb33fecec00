"""Answers in; what they are worth where the least sure are not given, and how strange images are, out."""

from __future__ import annotations

from typing import Any

from lentigo.api.answers.answers import Answers
from lentigo.api.answers.validation_fit import ValidationFit
from lentigo.evaluation.abstaining.figures import ShownAnswers, abstaining_figures
from lentigo.evaluation.abstaining.rule import Unknown
from lentigo.evaluation.intervals.sample import Sample
from lentigo.evaluation.metrics import Floats, predicted_classes


def measure_abstaining(answers: Answers) -> dict[str, Any] | None:
    """Figures for `evaluation.json`: risk against coverage, prediction sets, and the score for unknowns."""
    fit, source_fit = answers.fit, answers.source_fit
    if answers.asked.is_brief or fit is None or source_fit is None:
        return None
    fitted = answers.source.abstaining(source_fit)
    shown = _shown(answers, fit, _scores(answers, fitted.abstaining.unknown))
    figures = abstaining_figures(shown, fitted.abstaining, answers.context.resampling)
    return {**figures, "comparison": fitted.comparison}


def _scores(answers: Answers, unknown: Unknown | None) -> Floats | None:
    """The score for unknown images, (N,); None without one, or without images."""
    if unknown is None or answers.images is None:
        return None
    return unknown.judge(answers.source.represent(answers.images, unknown.outputs))


def _shown(answers: Answers, fit: ValidationFit, scores: Floats | None) -> ShownAnswers:
    """Answers with calibrated probabilities; on validation those of calibrations fitted on other groups."""
    validation, whole = fit.calibrated_validation, answers.sample
    if answers.is_validation:
        sample = validation
    else:
        sample = Sample(whole.truth, answers.calibrated, whole.groups)
    answered = predicted_classes(whole.probabilities)
    names = answers.predictions.class_names
    return ShownAnswers(sample, names, answered, scores, validation, answers.is_validation)
