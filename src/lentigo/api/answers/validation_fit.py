"""Answers on validation in; calibration and operating points, fitted on them, out.

Fitting is quick and always gives the same, so it is done anew whenever validation is at hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from lentigo.evaluation.calibration.calibration_fitting import CalibrationFit, choose_calibration, group_folds
from lentigo.evaluation.calibration.prior_shift import ESTIMATE, resolve_prior
from lentigo.evaluation.class_map import ClassMap, coarse_name, coarse_names, coarse_probabilities
from lentigo.evaluation.decisions.choosing import choose_threshold, cross_fit_decisions
from lentigo.evaluation.decisions.operating_points import DEFAULT_RULES, Rule, parse_rule
from lentigo.evaluation.decisions.thresholding import Thresholding, calibration_json, operating_points_json
from lentigo.evaluation.intervals.sample import Sample, malignant_columns
from lentigo.evaluation.metrics import Bools

VALIDATION = "validation"
"""The part that is fitted on."""


@dataclass(frozen=True)
class Validation:
    """What a model says of images that it has not learnt, to fit on."""

    sample: Sample
    class_names: tuple[str, ...]
    malignant: tuple[str, ...]
    """Names of the classes that count as malignant."""
    split_hash: str = ""

    @property
    def malignant_places(self) -> tuple[int, ...]:
        """Places among the classes; empty where none, or every one, is malignant."""
        return malignant_places(self.class_names, self.malignant)

    def facts(self) -> dict[str, Any]:
        """What is said of it wherever something was fitted on it."""
        return {
            "part": VALIDATION,
            "n_images": self.sample.num_images,
            "n_groups": self.sample.groups.num_groups,
            "split_hash": self.split_hash,
        }


@dataclass(frozen=True)
class ValidationFit:
    """What was fitted on validation."""

    thresholding: Thresholding
    calibration_fit: CalibrationFit
    validation: Sample
    fitted_on: dict[str, Any]
    """part, n_images, n_groups, split_hash."""

    @cached_property
    def calibrated_validation(self) -> Sample:
        """Validation, each image calibrated by a fit that has seen no image of its group."""
        return replace(self.validation, probabilities=self.calibration_fit.cross_fitted)

    def cross_fitted_decisions(self, rule: Rule) -> Bools | None:
        """Which validation images (N,) are called malignant by those of other groups; see `group_folds`."""
        columns = list(self.thresholding.malignant)
        is_malignant = np.isin(self.validation.truth, columns)
        scores = self.thresholding.malignant_probability(self.calibration_fit.cross_fitted)
        groups = self.validation.groups
        return cross_fit_decisions(rule, is_malignant, scores, group_folds(groups), groups.codes)


def all_rules(texts: Iterable[str]) -> tuple[Rule, ...]:
    """The rules asked for, then the default ones, each once.

    Raises:
        SettingsError: a rule cannot be read.
    """
    found = [parse_rule(text) for text in (*texts, *DEFAULT_RULES)]
    return tuple({rule.text: rule for rule in found}.values())


def fit_validation(validation: Validation, rules: Sequence[Rule]) -> ValidationFit:
    """Fit calibration and thresholds.

    Args:
        validation: what is fitted on.
        rules: how operating points are chosen, the one in use first.
    """
    sample, places = validation.sample, validation.malignant_places
    fitted = choose_calibration(sample)
    thresholding = Thresholding(fitted.calibration, places)
    if places:
        # scores by a calibration that has seen their own truth would be too good
        scores = thresholding.malignant_probability(fitted.cross_fitted)
        is_malignant, codes = np.isin(sample.truth, places), sample.groups.codes
        points = tuple(choose_threshold(rule, is_malignant, scores, codes) for rule in rules)
        thresholding = Thresholding(fitted.calibration, places, points, rules[0].text)
    return ValidationFit(thresholding, fitted, sample, validation.facts())


def put_together(fit: ValidationFit, names: Sequence[str], class_map: ClassMap) -> ValidationFit:
    """The same for classes some of which are put together by equations.

    Numbers of the calibration stay those of the classes `names` fitted on. Thresholds that were chosen where
    a class counted as benign say nothing once it is part of a malignant one: there are no operating points
    then.
    """
    coarse = coarse_names(names, class_map)
    if coarse == tuple(names):
        return fit
    thresholding, validation = fit.thresholding, fit.validation
    place_of = np.array([coarse.index(coarse_name(name, class_map)) for name in names])
    calibration = thresholding.calibration
    shares = np.bincount(place_of, calibration.shares)
    malignant = np.unique(place_of[list(thresholding.malignant)])
    is_mixed = mixed_classes(names, thresholding.malignant, class_map)
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
    return replace(
        fit,
        thresholding=together,
        calibration_fit=replace(fit.calibration_fit, cross_fitted=added[0]),
        validation=Sample(place_of[validation.truth], added[1], validation.groups),
    )


def mixed_classes(names: Sequence[str], malignant: Sequence[int], class_map: ClassMap) -> list[str]:
    """The classes that equations make of malignant and benign ones of `names`."""
    sides: dict[str, set[bool]] = {}
    for place, name in enumerate(names):
        sides.setdefault(coarse_name(name, class_map), set()).add(place in malignant)
    return [name for name, found in sides.items() if len(found) > 1]


def malignant_places(class_names: Sequence[str], malignant: Sequence[str]) -> tuple[int, ...]:
    """Places of the malignant ones among classes; empty where none, or every one, is malignant."""
    chosen = malignant_columns(class_names, malignant)
    return () if chosen.all() else tuple(np.flatnonzero(chosen).tolist())


def check_prior(prior: str, class_names: Sequence[str], malignant: Sequence[str]) -> None:
    """Stop where a mix of classes, as people write it, cannot be read.

    Raises:
        SettingsError: says what is possible.
    """
    if prior != ESTIMATE:
        sides = tuple(class_names[place] for place in malignant_places(class_names, malignant))
        resolve_prior(prior, tuple(class_names), [1 / len(class_names)] * len(class_names), sides)


def fit_json(fit: ValidationFit, **facts: str) -> dict[str, Any]:
    """Both halves as a bundle holds them, with more `facts` of what they were fitted on."""
    fitted_on = fit.fitted_on | facts
    return {
        "calibration": calibration_json(fit.thresholding.calibration, fitted_on),
        "operating_points": operating_points_json(fit.thresholding, fitted_on),
    }
