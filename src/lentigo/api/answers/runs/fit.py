"""A run's answers on validation in; its calibration and operating points, saved in the run, out.

Fitting is quick and always gives the same, so it is done anew whenever validation is at hand: what lies in
`calibration.json` and `operating_points.json` is never older than the run's weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from lentigo.api.answers.runs.parts import VALIDATION, groups_of
from lentigo.data.split import Split
from lentigo.evaluation.calibration.calibration_fitting import CalibrationFit, choose_calibration, group_folds
from lentigo.evaluation.calibration.prior_shift import ESTIMATE, resolve_prior
from lentigo.evaluation.class_map import ClassMap, coarse_name, coarse_names, coarse_probabilities
from lentigo.evaluation.decisions.operating_points import (
    DEFAULT_RULES,
    Rule,
    choose_threshold,
    cross_fit_decisions,
    parse_rule,
)
from lentigo.evaluation.decisions.thresholding import (
    Thresholding,
    calibration_json,
    operating_points_json,
    read_thresholding,
)
from lentigo.evaluation.intervals.sample import Groups, Sample, malignant_columns
from lentigo.evaluation.metrics import Bools
from lentigo.evaluation.predictions import Predictions
from lentigo.settings.files import read_json, write_json
from lentigo.settings.members import weights_hash
from lentigo.settings.run import NOTICE, RunDirectory

SCHEMA_VERSION = 1
CALIBRATION_FILE = "calibration.json"
OPERATING_POINTS_FILE = "operating_points.json"


@dataclass(frozen=True)
class ValidationFit:
    """What was fitted on the validation part of a run."""

    thresholding: Thresholding
    calibration_fit: CalibrationFit
    validation: Sample
    fitted_on: dict[str, Any]
    """part, n_images, n_groups, split_hash."""

    def cross_fitted_decisions(self, rule: Rule) -> Bools | None:
        """Which validation images (N,) are called malignant by those of other groups; see `group_folds`."""
        columns = list(self.thresholding.malignant)
        is_malignant = np.isin(self.validation.truth, columns)
        scores = self.thresholding.malignant_probability(self.calibration_fit.cross_fitted)
        return cross_fit_decisions(rule, is_malignant, scores, group_folds(self.validation.groups))


def fit_and_save(
    run: RunDirectory, split: Split, validation: Predictions, rules: tuple[str, ...] = ()
) -> ValidationFit:
    """Fit calibration and thresholds on the validation part of a run, and save them in it.

    Args:
        run: a finished run.
        split: its split.
        validation: its answers on that part.
        rules: how operating points are chosen, the one to decide by first; by default those that the run
            holds already, or `DEFAULT_RULES`. The latter are always there as well.

    Raises:
        SettingsError: a rule cannot be read.
    """
    fit = fit_validation(run, split, validation, rules)
    _save(run, fit)
    return fit


def fit_validation(
    run: RunDirectory, split: Split, validation: Predictions, rules: tuple[str, ...] = ()
) -> ValidationFit:
    """As `fit_and_save`, and nothing is saved: the answers may be those of another form of its network."""
    return _fit(run, split, validation, _rules(run, rules))


def put_together(fit: ValidationFit, run: RunDirectory, class_map: ClassMap) -> ValidationFit:
    """The same for classes some of which are put together by equations.

    Numbers of the calibration stay those of the run's own classes. Thresholds that were chosen where a class
    counted as benign say nothing once it is part of a malignant one: operating points are then left out.
    """
    names = tuple(run.record()["class_names"])
    coarse = coarse_names(names, class_map)
    if coarse == names:
        return fit
    thresholding, validation = fit.thresholding, fit.validation
    place_of = np.array([coarse.index(coarse_name(name, class_map)) for name in names])
    calibration = thresholding.calibration
    shares = np.bincount(place_of, calibration.shares)
    malignant = np.unique(place_of[list(thresholding.malignant)])
    is_mixed = mixed_classes(run, class_map)
    together = Thresholding(
        replace(calibration, shares=tuple(shares.tolist())),
        tuple(malignant.tolist()) if len(malignant) < len(coarse) else (),
        () if is_mixed else thresholding.points,
        "" if is_mixed else thresholding.chosen,
    )
    added = [
        coarse_probabilities(one, names, class_map)[0]
        for one in (fit.calibration_fit.cross_fitted, validation.probabilities)
    ]
    sample = Sample(place_of[validation.truth], added[1], validation.groups)
    return replace(
        fit,
        thresholding=together,
        calibration_fit=replace(fit.calibration_fit, cross_fitted=added[0]),
        validation=sample,
    )


def mixed_classes(run: RunDirectory, class_map: ClassMap) -> list[str]:
    """The classes that equations make of malignant and benign ones of the run."""
    names, places = run.record()["class_names"], malignant_places(run)
    sides: dict[str, set[bool]] = {}
    for place, name in enumerate(names):
        sides.setdefault(coarse_name(name, class_map), set()).add(place in places)
    return [name for name, found in sides.items() if len(found) > 1]


def check_options(run: RunDirectory, prior: str, rules: Sequence[str]) -> None:
    """Stop before anything is computed where a prior or a rule cannot be read.

    Raises:
        SettingsError: says what is possible.
    """
    for text in rules:
        parse_rule(text)
    check_prior(prior, run.record()["class_names"], run.record()["malignant"])


def check_prior(prior: str, class_names: Sequence[str], malignant: Sequence[str]) -> None:
    """Stop where a mix of classes, as people write it, cannot be read.

    Raises:
        SettingsError: says what is possible.
    """
    if prior != ESTIMATE:
        chosen = malignant_columns(class_names, malignant)
        sides = () if chosen.all() else tuple(np.array(class_names)[chosen].tolist())
        resolve_prior(prior, tuple(class_names), [1 / len(class_names)] * len(class_names), sides)


def stored_thresholding(run: RunDirectory) -> Thresholding | None:
    """What a run was last found to decide by; None where nobody has asked, or it has been trained anew."""
    stored = _stored(run, CALIBRATION_FILE)
    if stored is None:
        return None
    return read_thresholding(stored, _stored(run, OPERATING_POINTS_FILE), malignant_places(run))


def malignant_places(run: RunDirectory) -> tuple[int, ...]:
    """Places of the malignant ones among a run's classes; empty where none, or every one, is malignant."""
    record = run.record()
    chosen = malignant_columns(record["class_names"], record["malignant"])
    return () if chosen.all() else tuple(np.flatnonzero(chosen).tolist())


def _rules(run: RunDirectory, rules: tuple[str, ...]) -> tuple[Rule, ...]:
    """The rules asked for, and the default ones, each once."""
    stored = _stored(run, OPERATING_POINTS_FILE)
    kept = () if rules or stored is None else tuple(one["rule"] for one in stored["points"])
    found = [parse_rule(text) for text in (*rules, *kept, *DEFAULT_RULES)]
    return tuple({rule.text: rule for rule in found}.values())


def fit_json(fit: ValidationFit, **facts: str) -> dict[str, Any]:
    """Both halves as a bundle holds them, with more `facts` of what they were fitted on."""
    fitted_on = fit.fitted_on | facts
    return {
        "calibration": calibration_json(fit.thresholding.calibration, fitted_on),
        "operating_points": operating_points_json(fit.thresholding, fitted_on),
    }


def _fit(run: RunDirectory, split: Split, predictions: Predictions, rules: tuple[Rule, ...]) -> ValidationFit:
    sample = Sample(
        predictions.truth_indices(), predictions.probabilities, Groups.of(groups_of(split, predictions))
    )
    fitted, places = choose_calibration(sample), malignant_places(run)
    thresholding = Thresholding(fitted.calibration, places)
    if places:
        scores = thresholding.malignant_probability(thresholding.answers(sample.probabilities))
        is_malignant = np.isin(sample.truth, places)
        points = tuple(choose_threshold(rule, is_malignant, scores) for rule in rules)
        thresholding = Thresholding(fitted.calibration, places, points, rules[0].text)
    facts = {
        "part": VALIDATION,
        "n_images": sample.num_images,
        "n_groups": sample.groups.num_groups,
        "split_hash": split.hash,
    }
    return ValidationFit(thresholding, fitted, sample, facts)


def _save(run: RunDirectory, fit: ValidationFit) -> None:
    head = {
        "schema_version": SCHEMA_VERSION,
        "notice": NOTICE,
        "run": run.record()["name"],
        "class_names": run.record()["class_names"],
        "weights_sha256": weights_hash(run),
    }
    calibration = calibration_json(fit.thresholding.calibration, fit.fitted_on)
    choice = {
        "cross_fitted_log_loss": fit.calibration_fit.log_loss,
        "standard_error_of_gain": fit.calibration_fit.standard_error,
    }
    write_json(run.path / CALIBRATION_FILE, {**head, **calibration, **choice})
    points = operating_points_json(fit.thresholding, fit.fitted_on)
    if points is not None:
        write_json(run.path / OPERATING_POINTS_FILE, {**head, **points})


def _stored(run: RunDirectory, name: str) -> dict[str, Any] | None:
    """One of the two files, where it belongs to the weights that the run has now."""
    path = run.path / name
    if not path.is_file():
        return None
    stored = read_json(path)
    return dict(stored) if stored["weights_sha256"] == weights_hash(run) else None
