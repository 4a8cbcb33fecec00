"""A run, its data and its answers on one part, put together for whoever computes figures of that part."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lentigo.api.answers.runs.fit import ValidationFit, fit_and_save, put_together
from lentigo.api.answers.runs.parts import VALIDATION, groups_of, validation_predictions
from lentigo.data.manifest import Manifest
from lentigo.data.split import Split
from lentigo.evaluation.calibration.prior_shift import TRAIN
from lentigo.evaluation.class_map import ClassMap, coarse_probabilities
from lentigo.evaluation.evaluate import Context
from lentigo.evaluation.metrics import Floats, Ints
from lentigo.evaluation.predictions import Predictions
from lentigo.settings.run import RunDirectory


@dataclass(frozen=True)
class OtherImages:
    """N images of other people, which a run is asked in place of a part of its split."""

    manifest: Manifest
    groups: NDArray[Any]
    """(N,) by the links of their manifest and of the run's own, together."""
    class_map: ClassMap
    """The equations by which classes of the run were put together."""
    fine: Floats
    """(N, K) what the network says of the run's own classes."""


@dataclass(frozen=True)
class EvaluatedPart:
    """A finished run, its data, and its answers on one part."""

    run: RunDirectory
    manifest: Manifest
    """The run's own images, in which its validation part is; see `images`."""
    split: Split
    predictions: Predictions
    context: Context
    is_brief: bool = False
    """Whether figures that ask a network again, or train a classifier, are left out."""
    prior: str = TRAIN
    """The mix of classes that decisions are measured for; see `resolve_prior`, or `estimate`."""
    rules: tuple[str, ...] = ()
    """How operating points are chosen, the one to decide by first; see `fit_and_save`."""
    others: OtherImages | None = None
    """Where they are what is evaluated: nothing is fitted on them."""

    @property
    def images(self) -> Manifest:
        """The manifest of the images evaluated."""
        return self.manifest if self.others is None else self.others.manifest

    @cached_property
    def rows(self) -> Ints:
        """Places (N,) of the images evaluated in `images`."""
        if self.others is not None:
            return np.arange(len(self.others.manifest.table))
        return self.split.rows(self.manifest, self.context.part)

    @cached_property
    def groups(self) -> NDArray[Any]:
        """The group of each predicted image, (N,)."""
        return groups_of(self.split, self.predictions) if self.others is None else self.others.groups

    @cached_property
    def validation(self) -> Predictions | None:
        """The run's answers on the validation part, to fit on; None where that part has no images.

        They are computed and saved where the run has not been asked yet.
        """
        if self.context.part == VALIDATION:
            return self.predictions
        return validation_predictions(self.run, self.manifest, self.split)

    @cached_property
    def fit(self) -> ValidationFit | None:
        """Calibration and thresholds, fitted on validation and saved in the run; None without it."""
        if self.validation is None:
            return None
        fit = fit_and_save(self.run, self.split, self.validation, self.rules)
        if self.others is None:
            return fit
        return put_together(fit, self.run, self.others.class_map)

    @cached_property
    def calibrated(self) -> Floats:
        """Calibrated probabilities (N, K); as they are without calibration, cross-fitted where fitted on.

        Classes that were put together are calibrated one by one, and then added up.
        """
        fit, answered = self.fit, self.predictions.probabilities
        if fit is None:
            return answered
        if self.context.part == VALIDATION:
            return fit.calibration_fit.cross_fitted
        calibration = fit.thresholding.calibration
        if self.others is None:
            return calibration.apply(answered)
        names, fine = self.run.record()["class_names"], calibration.apply(self.others.fine)
        return coarse_probabilities(fine, names, self.others.class_map)[0]
