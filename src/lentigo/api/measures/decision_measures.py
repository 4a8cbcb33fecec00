"""An evaluated part in; what calibration, operating points and another mix of classes do on it out.

Each `measure_` function is a row of `MEASURES`. Where the part is validation itself, probabilities and
decisions are cross-fitted over groups, and `is_cross_fitted` says so.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from lentigo.api.answers.answers import EvaluatedPart
from lentigo.api.answers.runs.fit import ValidationFit
from lentigo.api.answers.runs.parts import VALIDATION
from lentigo.evaluation.calibration.prior_shift import (
    ESTIMATE,
    TRAIN,
    estimate_prior,
    resolve_prior,
    shift_prior,
)
from lentigo.evaluation.calibration.proper_scores import proper_scores, score_gains
from lentigo.evaluation.curves import answer_claims, malignant_claims, reliability
from lentigo.evaluation.decisions.costs import cheapest_classes, cost_figures, cost_matrix
from lentigo.evaluation.decisions.decision_curve import decision_curve
from lentigo.evaluation.decisions.decisions import Costs, Mix, costs_of, decision_figures
from lentigo.evaluation.decisions.operating_points import COST, OperatingPoint
from lentigo.evaluation.decisions.thresholding import Thresholding
from lentigo.evaluation.intervals.bootstrap import metric_interval
from lentigo.evaluation.intervals.sample import Groups, Sample, malignant_sample
from lentigo.evaluation.metrics import Bools, Floats

Json = dict[str, Any]


def measure_calibration(part: EvaluatedPart) -> Json | None:
    """How far probabilities can be taken at their word, before and after calibration."""
    fit = part.fit
    if fit is None:
        return None
    before, after, fitted = raw_sample(part), calibrated_sample(part), fit.calibration_fit
    return {
        "method": fitted.calibration.method,
        "scale": list(fitted.calibration.scale),
        "bias": list(fitted.calibration.bias),
        "fitted_on": fit.fitted_on,
        "is_cross_fitted": part.context.part == VALIDATION,
        "cross_fitted_log_loss": fitted.log_loss,
        "standard_error_of_gain": fitted.standard_error,
        "before": _trust(part, before),
        "after": _trust(part, after),
        "gain": score_gains(before, after, part.context.resampling),
        "changed_answers": int((before.predicted != after.predicted).sum()),
    }


def measure_operating_points(part: EvaluatedPart) -> Json | None:
    """What each operating point reaches on the part; None without malignant classes."""
    thresholding = _thresholding(part)
    if part.fit is None or thresholding is None or not thresholding.points:
        return None
    costs, num_images = _costs(thresholding), len(part.predictions.image_ids)
    points = [
        {
            "rule": point.rule.text,
            "threshold": point.threshold,
            "figures": _figures(part, _called(part, thresholding, point), costs),
        }
        for point in thresholding.points
    ]
    return {
        "chosen": thresholding.chosen,
        "fitted_on": part.fit.fitted_on,
        "is_cross_fitted": part.context.part == VALIDATION,
        "prior": part.prior,
        "costs": {"miss": costs.miss, "false_alarm": costs.false_alarm},
        "points": points,
        "all_called": _figures(part, np.ones(num_images, dtype=bool), costs),
        "none_called": _figures(part, np.zeros(num_images, dtype=bool), costs),
        "class_costs": _class_costs(part, thresholding, costs),
    }


def measure_decision_curve(part: EvaluatedPart) -> Json | None:
    """Net benefit of acting on the malignant probability; None without malignant classes."""
    thresholding = _thresholding(part)
    if thresholding is None or not thresholding.malignant:
        return None
    sample = shifted_sample(part)
    scores = thresholding.malignant_probability(sample.probabilities)
    return {
        "prior": part.prior,
        **decision_curve(sample, scores, _mix(thresholding), part.context.resampling),
    }


def measure_prior(part: EvaluatedPart) -> Json | None:
    """Class shares: fitted on, here, here as estimated without looking at labels, and asked for.

    `corrected` says what calibrated probabilities gain where they are shifted to the estimated shares.
    """
    if part.fit is None:
        return None
    names, sample = part.predictions.class_names, calibrated_sample(part)
    before, asked = part.fit.thresholding.calibration.shares, prior_of(part)
    here = np.bincount(sample.truth, minlength=len(names)) / sample.num_images
    estimated = estimated_shares(part, part.fit)
    shares = {"fitted_on": before, "here": here, "estimated": estimated}
    named = {key: dict(zip(names, map(float, values), strict=True)) for key, values in shares.items()}
    shifted = Sample(sample.truth, shift_prior(sample.probabilities, before, estimated), sample.groups)
    return {
        **named,
        "fitted_on_images": part.fit.fitted_on["n_images"],
        "asked": None if asked is None else dict(zip(names, asked, strict=True)),
        "corrected": {
            "before": _answer_scores(part, sample),
            "after": _answer_scores(part, shifted),
            "gain": score_gains(sample, shifted, part.context.resampling),
            "changed_answers": int((sample.predicted != shifted.predicted).sum()),
        },
    }


def raw_sample(part: EvaluatedPart) -> Sample:
    """The part as the network answers it."""
    predictions = part.predictions
    return Sample(predictions.truth_indices(), predictions.probabilities, Groups.of(part.groups))


def calibrated_sample(part: EvaluatedPart) -> Sample:
    """The part with calibrated probabilities: cross-fitted where it is the one fitted on."""
    raw = raw_sample(part)
    return Sample(raw.truth, part.calibrated, raw.groups)


def shifted_sample(part: EvaluatedPart) -> Sample:
    """As `calibrated_sample`, for the mix of classes that is asked for."""
    calibrated, asked = calibrated_sample(part), prior_of(part)
    if part.fit is None or asked is None:
        return calibrated
    before = part.fit.thresholding.calibration.shares
    return Sample(calibrated.truth, shift_prior(calibrated.probabilities, before, asked), calibrated.groups)


def prior_of(part: EvaluatedPart) -> tuple[float, ...] | None:
    """The shares (K,) that are asked for; None takes the images as they come.

    Raises:
        SettingsError: the text of the prior cannot be read.
    """
    if part.fit is None or part.prior == TRAIN:
        return None
    thresholding, names = part.fit.thresholding, part.predictions.class_names
    if part.prior == ESTIMATE:
        return tuple(estimated_shares(part, part.fit).tolist())
    malignant = tuple(names[place] for place in thresholding.malignant)
    return resolve_prior(part.prior, names, thresholding.calibration.shares, malignant)


def estimated_shares(part: EvaluatedPart, fit: ValidationFit) -> Floats:
    """Class shares (K,) of the part, found without its labels.

    What is estimated is how much more common each class is than on validation, by the same calibrated answers
    to both: on validation itself that is 1.
    """
    before = fit.calibration_fit.cross_fitted.mean(axis=0)
    shares = fit.thresholding.calibration.shares * estimate_prior(part.calibrated, before) / before
    return np.asarray(shares / shares.sum(), dtype=np.float64)


def _thresholding(part: EvaluatedPart) -> Thresholding | None:
    return None if part.fit is None else part.fit.thresholding.for_prior(prior_of(part))


def _mix(thresholding: Thresholding) -> Mix:
    is_malignant = np.isin(np.arange(len(thresholding.calibration.shares)), thresholding.malignant)
    return Mix(is_malignant, thresholding.prior)


def _costs(thresholding: Thresholding) -> Costs:
    """Those of the first cost rule; there always is one, for the default rules hold it."""
    return next(costs_of(point.rule) for point in thresholding.points if point.rule.kind == COST)


def _called(part: EvaluatedPart, thresholding: Thresholding, point: OperatingPoint) -> Bools | None:
    """Which images (N,) are called malignant; None where validation could not tell."""
    if point.rule.kind == COST:
        return point.decide(thresholding.malignant_probability(shifted_sample(part).probabilities))
    if part.fit is not None and part.context.part == VALIDATION:
        return part.fit.cross_fitted_decisions(point.rule)
    return point.decide(thresholding.malignant_probability(part.calibrated))


def _figures(part: EvaluatedPart, called: Bools | None, costs: Costs) -> Json | None:
    thresholding = _thresholding(part)
    if called is None or thresholding is None:
        return None
    return decision_figures(raw_sample(part), called, _mix(thresholding), part.context.resampling, costs)


def _trust(part: EvaluatedPart, sample: Sample) -> Json:
    """Scores and reliability of one set of probabilities."""
    names, resampling = part.predictions.class_names, part.context.resampling
    folded = malignant_sample(sample, names, part.context.malignant)
    return {
        **proper_scores(sample, names, resampling),
        "answers": reliability(answer_claims(sample), resampling),
        "malignant": None
        if folded is None
        else {
            "brier_score": proper_scores(folded, ("benign", "malignant"), resampling)["class_brier_scores"][
                "malignant"
            ],
            **reliability(malignant_claims(folded), resampling),
        },
    }


def _answer_scores(part: EvaluatedPart, sample: Sample) -> Json:
    """How honest probabilities are, and how often the most probable class is right."""
    resampling = part.context.resampling
    scores = proper_scores(sample, part.predictions.class_names, resampling)
    del scores["class_brier_scores"]
    error = reliability(answer_claims(sample), resampling)["expected_calibration_error"]
    right = {
        name: metric_interval(sample, name, resampling).as_json()
        for name in ("accuracy", "balanced_accuracy")
    }
    return {**scores, "expected_calibration_error": error, **right}


def _class_costs(part: EvaluatedPart, thresholding: Thresholding, costs: Costs) -> Json:
    """What naming a class costs: the network's answer, the most probable class, the one expected cheapest."""
    matrix, shifted = cost_matrix(_mix(thresholding).malignant, costs), shifted_sample(part)
    cheapest = cheapest_classes(shifted.probabilities, matrix)
    answers = {
        "answered": raw_sample(part).predicted,
        "most_probable": shifted.predicted,
        "cheapest": cheapest,
    }
    found = cost_figures(shifted, list(answers.values()), matrix, part.context.resampling)
    return {"matrix": matrix.tolist(), **dict(zip(answers, found, strict=True))}
