"""Answers in; what calibration, operating points and another mix of classes do on it out.

Each `measure_` function is a row of `MEASURES`. Where the answers are those on validation, probabilities and
decisions are cross-fitted over groups, and `is_cross_fitted` says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from lentigo.api.answers.answers import Answers
from lentigo.api.answers.validation_fit import ValidationFit
from lentigo.evaluation.calibration.prior_estimate import Answered, estimate_mix
from lentigo.evaluation.calibration.prior_estimate import Mix as MixEstimate
from lentigo.evaluation.calibration.prior_shift import ESTIMATE, TRAIN, resolve_prior, shift_prior
from lentigo.evaluation.calibration.proper_scores import proper_scores, score_gains
from lentigo.evaluation.curves import answer_claims, malignant_claims, reliability
from lentigo.evaluation.decisions.costs import cheapest_classes, cost_figures, cost_matrix
from lentigo.evaluation.decisions.decision_curve import decision_curve
from lentigo.evaluation.decisions.decisions import Costs, Mix, costs_of, decision_figures
from lentigo.evaluation.decisions.operating_points import COST, OperatingPoint
from lentigo.evaluation.decisions.promises import promise_json
from lentigo.evaluation.decisions.thresholding import Thresholding
from lentigo.evaluation.intervals.bootstrap import metric_interval
from lentigo.evaluation.intervals.sample import Sample, malignant_sample
from lentigo.evaluation.metrics import Bools

Json = dict[str, Any]


def measure_calibration(answers: Answers) -> Json | None:
    """How far probabilities can be taken at their word, before and after calibration."""
    fit = answers.fit
    if fit is None:
        return None
    before, after, fitted = answers.sample, calibrated_sample(answers), fit.calibration_fit
    return {
        "method": fitted.calibration.method,
        "scale": list(fitted.calibration.scale),
        "bias": list(fitted.calibration.bias),
        "fitted_on": fit.fitted_on,
        "is_cross_fitted": answers.is_validation,
        "cross_fitted_log_loss": fitted.log_loss,
        "standard_error_of_gain": fitted.standard_error,
        "before": _trust(answers, before),
        "after": _trust(answers, after),
        "gain": score_gains(before, after, answers.context.resampling),
        "changed_answers": int((before.predicted != after.predicted).sum()),
    }


def measure_operating_points(answers: Answers) -> Json | None:
    """What each operating point reaches; None without malignant classes."""
    thresholding = _thresholding(answers)
    if answers.fit is None or thresholding is None or not thresholding.points:
        return None
    costs, num_images = _costs(thresholding), len(answers.predictions.image_ids)
    points = [_point(answers, thresholding, point, costs) for point in thresholding.points]
    return {
        "chosen": thresholding.chosen,
        "fitted_on": answers.fit.fitted_on,
        "is_cross_fitted": answers.is_validation,
        "prior": answers.asked.prior,
        "costs": {"miss": costs.miss, "false_alarm": costs.false_alarm},
        "points": points,
        "all_called": _figures(answers, np.ones(num_images, dtype=bool), costs),
        "none_called": _figures(answers, np.zeros(num_images, dtype=bool), costs),
        "class_costs": _class_costs(answers, thresholding, costs),
    }


def _point(answers: Answers, thresholding: Thresholding, point: OperatingPoint, costs: Costs) -> Json:
    figures = _figures(answers, _called(answers, thresholding, point), costs)
    return {
        "rule": point.rule.text,
        "threshold": point.threshold,
        "figures": figures,
        "promise": promise_json(point, figures),
    }


def measure_decision_curve(answers: Answers) -> Json | None:
    """Net benefit of acting on the malignant probability; None without malignant classes."""
    thresholding = _thresholding(answers)
    if thresholding is None or not thresholding.malignant:
        return None
    sample = shifted_sample(answers)
    scores = thresholding.malignant_probability(sample.probabilities)
    return {
        "prior": answers.asked.prior,
        **decision_curve(sample, scores, _mix(thresholding), answers.context.resampling),
    }


def measure_prior(answers: Answers) -> Json | None:
    """Class shares: fitted on, here, here as estimated without looking at labels, and asked for.

    `corrected` says what calibrated probabilities gain where they are shifted to the estimated shares.
    """
    if answers.fit is None:
        return None
    names, sample = answers.predictions.class_names, calibrated_sample(answers)
    before, asked = answers.fit.thresholding.calibration.shares, prior_of(answers)
    here = np.bincount(sample.truth, minlength=len(names)) / sample.num_images
    mix = estimated_mix(answers, answers.fit)
    estimated = mix.shares
    shares = {"fitted_on": before, "here": here, "estimated": estimated}
    named = {key: dict(zip(names, map(float, values), strict=True)) for key, values in shares.items()}
    shifted = Sample(sample.truth, shift_prior(sample.probabilities, before, estimated), sample.groups)
    return {
        **named,
        "estimated_intervals": _mix_intervals(names, mix, answers.fit.thresholding.malignant),
        "drawn_back": mix.drawn_back,
        "fitted_on_images": answers.fit.fitted_on["n_images"],
        "asked": None if asked is None else dict(zip(names, asked, strict=True)),
        "corrected": {
            "before": _answer_scores(answers, sample),
            "after": _answer_scores(answers, shifted),
            "gain": score_gains(sample, shifted, answers.context.resampling),
            "changed_answers": int((sample.predicted != shifted.predicted).sum()),
        },
    }


def calibrated_sample(answers: Answers) -> Sample:
    """Truth and calibrated probabilities: cross-fitted where these are what is fitted on."""
    return replace(answers.sample, probabilities=answers.calibrated)


def shifted_sample(answers: Answers) -> Sample:
    """As `calibrated_sample`, for the mix of classes that is asked for."""
    calibrated, asked = calibrated_sample(answers), prior_of(answers)
    if answers.fit is None or asked is None:
        return calibrated
    before = answers.fit.thresholding.calibration.shares
    return Sample(calibrated.truth, shift_prior(calibrated.probabilities, before, asked), calibrated.groups)


def prior_of(answers: Answers) -> tuple[float, ...] | None:
    """The shares (K,) that are asked for; None takes the images as they come.

    Raises:
        SettingsError: the text of the prior cannot be read.
    """
    if answers.fit is None or answers.asked.prior == TRAIN:
        return None
    thresholding, names = answers.fit.thresholding, answers.predictions.class_names
    if answers.asked.prior == ESTIMATE:
        return tuple(estimated_mix(answers, answers.fit).shares.tolist())
    malignant = tuple(names[place] for place in thresholding.malignant)
    return resolve_prior(answers.asked.prior, names, thresholding.calibration.shares, malignant)


def estimated_mix(answers: Answers, fit: ValidationFit) -> MixEstimate:
    """Class shares (K,) of the images answered, found without their labels.

    What is estimated is how much more common each class is than on validation, by the same calibrated answers
    to both: on validation itself that is 1.
    """
    known = Answered(fit.calibration_fit.cross_fitted, fit.validation.groups)
    shares = np.asarray(fit.thresholding.calibration.shares, dtype=np.float64)
    return estimate_mix(Answered(answers.calibrated, answers.sample.groups), known, shares)


def _mix_intervals(names: Sequence[str], mix: MixEstimate, malignant: Sequence[int]) -> Json:
    """Of the estimated share of every class, and of the malignant ones together where there are such."""
    chosen = {name: [place] for place, name in enumerate(names)}
    chosen |= {"malignant": list(malignant)} if malignant and "malignant" not in chosen else {}
    is_in = {name: np.isin(np.arange(len(names)), places) for name, places in chosen.items()}
    return {name: mix.interval(rows).as_json() for name, rows in is_in.items()}


def _thresholding(answers: Answers) -> Thresholding | None:
    return None if answers.fit is None else answers.fit.thresholding.for_prior(prior_of(answers))


def _mix(thresholding: Thresholding) -> Mix:
    is_malignant = np.isin(np.arange(len(thresholding.calibration.shares)), thresholding.malignant)
    return Mix(is_malignant, thresholding.prior)


def _costs(thresholding: Thresholding) -> Costs:
    """Those of the first cost rule; there always is one, for the default rules hold it."""
    return next(costs_of(point.rule) for point in thresholding.points if point.rule.kind == COST)


def _called(answers: Answers, thresholding: Thresholding, point: OperatingPoint) -> Bools | None:
    """Which images (N,) are called malignant; None where validation could not tell."""
    if point.rule.kind == COST:
        return point.decide(thresholding.malignant_probability(shifted_sample(answers).probabilities))
    if answers.fit is not None and answers.is_validation:
        return answers.fit.cross_fitted_decisions(point.rule)
    return point.decide(thresholding.malignant_probability(answers.calibrated))


def _figures(answers: Answers, called: Bools | None, costs: Costs) -> Json | None:
    thresholding = _thresholding(answers)
    if called is None or thresholding is None:
        return None
    return decision_figures(answers.sample, called, _mix(thresholding), answers.context.resampling, costs)


def _trust(answers: Answers, sample: Sample) -> Json:
    """Scores and reliability of one set of probabilities."""
    names, resampling = answers.predictions.class_names, answers.context.resampling
    folded = malignant_sample(sample, names, answers.context.malignant)
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


def _answer_scores(answers: Answers, sample: Sample) -> Json:
    """How honest probabilities are, and how often the most probable class is right."""
    resampling = answers.context.resampling
    scores = proper_scores(sample, answers.predictions.class_names, resampling)
    del scores["class_brier_scores"]
    error = reliability(answer_claims(sample), resampling)["expected_calibration_error"]
    right = {
        name: metric_interval(sample, name, resampling).as_json()
        for name in ("accuracy", "balanced_accuracy")
    }
    return {**scores, "expected_calibration_error": error, **right}


def _class_costs(answers: Answers, thresholding: Thresholding, costs: Costs) -> Json:
    """What naming a class costs: the network's answer, the most probable class, the one expected cheapest."""
    matrix, shifted = cost_matrix(_mix(thresholding).malignant, costs), shifted_sample(answers)
    cheapest = cheapest_classes(shifted.probabilities, matrix)
    named = {
        "answered": answers.sample.predicted,
        "most_probable": shifted.predicted,
        "cheapest": cheapest,
    }
    found = cost_figures(shifted, list(named.values()), matrix, answers.context.resampling)
    return {"matrix": matrix.tolist(), **dict(zip(named, found, strict=True))}
