"""A network's probabilities in; calibrated ones, for a stated mix of classes, and a decision out.

NumPy only: a run and its bundle decide by the very same code. The two halves travel as JSON, `calibration`
and `operating_points`, in the files of a run and in `bundle.json`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from lentigo.evaluation.calibration.calibration import Calibration
from lentigo.evaluation.calibration.prior_shift import TRAIN, resolve_prior, shift_prior
from lentigo.evaluation.decisions.operating_points import COST, OperatingPoint, parse_rule
from lentigo.evaluation.metrics import Bools, Floats
from lentigo.settings.errors import SettingsError

UNCHANGED = "none"

Json = dict[str, Any]


@dataclass(frozen=True)
class Thresholding:
    """How probabilities of K classes become calibrated ones and decisions."""

    calibration: Calibration
    malignant: tuple[int, ...] = ()
    """Places of the malignant classes; empty where none is."""
    points: tuple[OperatingPoint, ...] = ()
    chosen: str = ""
    """The rule, of those of `points`, that is in use; empty where none is."""
    prior: tuple[float, ...] | None = None
    """(K,) the mix of classes that answers are for, where it is not the one of the images fitted on."""

    @property
    def is_calibrated(self) -> bool:
        """Whether anything is done to the probabilities before a prior."""
        return self.calibration.method != UNCHANGED

    @property
    def point(self) -> OperatingPoint | None:
        """The operating point in use."""
        return next((one for one in self.points if one.rule.text == self.chosen), None)

    def for_prior(self, prior: tuple[float, ...] | None) -> Thresholding:
        """The same for another mix of classes."""
        return replace(self, prior=prior)

    def answers(self, probabilities: Floats) -> Floats:
        """Calibrated (N, K) probabilities for the mix of classes that is asked for."""
        return self._shifted(self.calibration.apply(probabilities))

    def called(self, probabilities: Floats, point: OperatingPoint) -> Bools | None:
        """Which images (N,) an operating point calls malignant; None where it cannot tell.

        A sensitivity or specificity is kept where only the mix of classes differs, so such a threshold is
        laid to probabilities as calibrated; costs are weighed by the probabilities for the mix.
        """
        calibrated = self.calibration.apply(probabilities)
        used = self._shifted(calibrated) if point.rule.kind == COST else calibrated
        return point.decide(self.malignant_probability(used))

    def malignant_probability(self, probabilities: Floats) -> Floats:
        """Sum (N,) over the malignant classes."""
        return np.asarray(probabilities[:, list(self.malignant)].sum(axis=1), dtype=np.float64)

    def _shifted(self, calibrated: Floats) -> Floats:
        return (
            calibrated if self.prior is None else shift_prior(calibrated, self.calibration.shares, self.prior)
        )


@dataclass(frozen=True)
class Verdict:
    """What is said about one image beside its probabilities."""

    uncalibrated: Floats | None = None
    """(K,) probabilities as the network gives them."""
    is_calibrated: bool = False
    is_for_prior: bool = False
    """Whether the probabilities are for another mix of classes than that of the images fitted on."""
    is_malignant: bool | None = None
    """At the operating point; None where there is none."""
    operating_point: str | None = None
    """Its rule."""


def judge(thresholding: Thresholding | None, probabilities: Floats) -> tuple[Floats, list[Verdict]]:
    """Answers and verdicts for a network's probabilities (N, K); without `thresholding` just those."""
    if thresholding is None:
        return probabilities, [Verdict(row) for row in probabilities]
    point = thresholding.point
    called = None if point is None else thresholding.called(probabilities, point)
    verdicts = [
        Verdict(
            row,
            thresholding.is_calibrated,
            thresholding.prior is not None,
            None if called is None else bool(called[place]),
            None if point is None else point.rule.text,
        )
        for place, row in enumerate(probabilities)
    ]
    return thresholding.answers(probabilities), verdicts


def thresholding_for(
    thresholding: Thresholding | None, prior: str, class_names: tuple[str, ...], malignant: tuple[str, ...]
) -> Thresholding:
    """The same for a mix of classes as people write it; see `resolve_prior`.

    Raises:
        SettingsError: it cannot be read, or there is no calibration to start from.
    """
    if thresholding is None:
        raise SettingsError(
            f"--prior {prior}: it is not known for which mix of classes this model's probabilities are; "
            "evaluate the run with `lentigo evaluate RUN`, and export a bundle again"
        )
    if prior == TRAIN:
        return thresholding.for_prior(None)
    shares = thresholding.calibration.shares
    return thresholding.for_prior(resolve_prior(prior, class_names, shares, malignant))


def calibration_json(calibration: Calibration, fitted_on: Json) -> Json:
    """A calibration as JSON; lists are in the order of the classes."""
    return {
        "method": calibration.method,
        "scale": list(calibration.scale),
        "bias": list(calibration.bias),
        "shares": list(calibration.shares),
        "fitted_on": fitted_on,
    }


def operating_points_json(thresholding: Thresholding, fitted_on: Json) -> Json | None:
    """Operating points as JSON; None where no class, or every class, is malignant."""
    if not thresholding.points:
        return None
    points = [
        {"rule": one.rule.text, "threshold": one.threshold, "confidence": one.confidence}
        for one in thresholding.points
    ]
    return {"chosen": thresholding.chosen, "points": points, "fitted_on": fitted_on}


def read_thresholding(
    calibration: Mapping[str, Any], operating_points: Mapping[str, Any] | None, malignant: tuple[int, ...]
) -> Thresholding:
    """Both halves from the JSON that `calibration_json` and `operating_points_json` made.

    Raises:
        SettingsError: a rule is none.
    """
    values = {name: tuple(map(float, calibration[name])) for name in ("scale", "bias", "shares")}
    stored = operating_points or {"points": [], "chosen": ""}
    points = tuple(
        OperatingPoint(parse_rule(one["rule"]), one["threshold"], one.get("confidence"))
        for one in stored["points"]
    )
    return Thresholding(Calibration(calibration["method"], **values), malignant, points, stored["chosen"])
