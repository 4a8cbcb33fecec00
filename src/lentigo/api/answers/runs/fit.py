"""What is fitted on a run's answers on validation, saved in the run and found again.

It is fitted anew whenever validation is at hand: what lies in `calibration.json` and `operating_points.json`
is never older than the run's weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lentigo.api.answers.validation_fit import (
    Validation,
    ValidationFit,
    all_rules,
    check_prior,
    fit_validation,
    malignant_places,
)
from lentigo.evaluation.decisions.operating_points import parse_rule
from lentigo.evaluation.decisions.thresholding import (
    Thresholding,
    calibration_json,
    operating_points_json,
    read_thresholding,
)
from lentigo.settings.errors import RunError
from lentigo.settings.members import weights_hash
from lentigo.settings.reading import Document
from lentigo.settings.run import NOTICE, RunDirectory
from lentigo.settings.sealing import read_sealed, write_sealed

SCHEMA_VERSION = 1
CALIBRATION_FILE = "calibration.json"
OPERATING_POINTS_FILE = "operating_points.json"


def fit_and_save(run: RunDirectory, validation: Validation, rules: tuple[str, ...] = ()) -> ValidationFit:
    """Fit calibration and thresholds on the validation part of a run, and save them in it.

    Args:
        run: a finished run.
        validation: its answers on that part.
        rules: how operating points are chosen, the one in use first; by default those that the run holds
            already, or `DEFAULT_RULES`. The latter are always there as well.

    Raises:
        SettingsError: a rule cannot be read.
    """
    fit = fit_validation(validation, all_rules(rules or kept_rules(run)))
    _save(run, fit)
    return fit


def kept_rules(run: RunDirectory) -> tuple[str, ...]:
    """The rules of a run's operating points, as it holds them now."""
    stored = _stored(run, OPERATING_POINTS_FILE)
    with _document(run, OPERATING_POINTS_FILE).understood():
        return () if stored is None else tuple(str(one["rule"]) for one in stored["points"])


def stored_thresholding(run: RunDirectory) -> Thresholding | None:
    """What a run was last found to decide by; None where nobody has asked, or it has been trained anew."""
    stored = _stored(run, CALIBRATION_FILE)
    if stored is None:
        return None
    points = _stored(run, OPERATING_POINTS_FILE)
    with _document(run, CALIBRATION_FILE).understood():
        return read_thresholding(stored, points, malignant_places_of(run))


def malignant_places_of(run: RunDirectory) -> tuple[int, ...]:
    """Places of the malignant ones among a run's classes; empty where none, or every one, is malignant."""
    record = run.record()
    return malignant_places(record["class_names"], record["malignant"])


def check_options(run: RunDirectory, prior: str, rules: Sequence[str]) -> None:
    """Stop before anything is computed where a prior or a rule cannot be read.

    Raises:
        SettingsError: says what is possible.
    """
    for text in rules:
        parse_rule(text)
    check_prior(prior, run.record()["class_names"], run.record()["malignant"])


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
    write_sealed(run.path / CALIBRATION_FILE, {**head, **calibration, **choice})
    points = operating_points_json(fit.thresholding, fit.fitted_on)
    if points is not None:
        write_sealed(run.path / OPERATING_POINTS_FILE, {**head, **points})


def _stored(run: RunDirectory, name: str) -> dict[str, Any] | None:
    """One of the two files, where it belongs to the weights that the run has now."""
    path = run.path / name
    if not path.exists():
        return None
    stored = read_sealed(path, _document(run, name))
    return stored if stored.get("weights_sha256") == weights_hash(run) else None


def _document(run: RunDirectory, name: str) -> Document:
    return Document(run.path / name, RunError, "delete it, and `lentigo evaluate` will make it again")
