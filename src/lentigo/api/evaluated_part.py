"""A run, its data and its answers on one part, put together for whoever computes figures of that part."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lentigo.api.answers import answers_of
from lentigo.data.manifest import Manifest
from lentigo.data.split import Split
from lentigo.evaluation.evaluate import Context
from lentigo.evaluation.predictions import Predictions
from lentigo.evaluation.prior_shift import TRAIN
from lentigo.settings.run import RunDirectory

if TYPE_CHECKING:
    from lentigo.api.deciding import Decided

VALIDATION = "validation"


@dataclass(frozen=True)
class EvaluatedPart:
    """A finished run, its data, and its answers on one part."""

    run: RunDirectory
    manifest: Manifest
    split: Split
    predictions: Predictions
    context: Context
    is_brief: bool = False
    """Whether figures that ask a network again, or train a classifier, are left out."""
    prior: str = TRAIN
    """The mix of classes that decisions are measured for; see `resolve_prior`, or `estimate`."""
    rules: tuple[str, ...] = ()
    """How operating points are chosen, the one to decide by first; see `decide`."""

    @cached_property
    def groups(self) -> NDArray[Any]:
        """The group of each predicted image, (N,)."""
        return groups_of(self.split, self.predictions)

    @cached_property
    def validation(self) -> Predictions | None:
        """The run's answers on the validation part, to fit on; None where that part has no images.

        They are computed and put down where the run has not been asked yet.
        """
        if self.context.part == VALIDATION:
            return self.predictions
        return validation_predictions(self.run, self.manifest, self.split)

    @cached_property
    def decided(self) -> Decided | None:
        """Calibration and thresholds, fitted on validation and put down in the run; None without it."""
        from lentigo.api.deciding import decide

        if self.validation is None:
            return None
        return decide(self.run, self.split, self.validation, self.rules)


def groups_of(split: Split, predictions: Predictions) -> NDArray[Any]:
    """The group of each predicted image, (N,)."""
    group_of = dict(zip(split.table["image_id"], split.table["group"], strict=True))
    return np.array([group_of[image_id] for image_id in predictions.image_ids], dtype=str)


def validation_predictions(run: RunDirectory, manifest: Manifest, split: Split) -> Predictions | None:
    """The run's answers on validation, read where they have been put down and computed otherwise."""
    if len(split.rows(manifest, VALIDATION)) == 0:
        return None
    return answers_of(run, manifest, split, VALIDATION)
