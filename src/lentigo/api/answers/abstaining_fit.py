"""Calibrated answers on validation in; prediction sets and the limit of the unknown, fitted on them, out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lentigo.api.answers.validation_fit import VALIDATION, ValidationFit
from lentigo.evaluation.abstaining.conformal import fit_conformal, group_quantile
from lentigo.evaluation.abstaining.rule import NUM_QUANTILES, Abstaining, Unknown
from lentigo.evaluation.abstaining.unknown_scores import Outputs

ERROR = 0.1
"""Share of prediction sets that may miss the truth."""
LEAST_GROUPS = 9
"""Of each class, without which sets of 90 % for that class would hold every class."""


@dataclass(frozen=True)
class AbstainingFit:
    """What answers are abstained by, and how the score for unknown images was chosen."""

    abstaining: Abstaining
    comparison: dict[str, Any] | None
    """Of `compare_scores`; None where nothing could be compared."""


def with_sets(unknown: Unknown | None, fit: ValidationFit) -> Abstaining:
    """Sets by the least ambiguous rule; each class by itself where each has enough groups for that."""
    validation = fit.calibrated_validation
    truth, groups = validation.truth, validation.groups
    counts = [groups.among(truth == place) for place in range(validation.num_classes)]
    kind = ("lac", min(counts) >= LEAST_GROUPS)
    facts = {"part": VALIDATION, "n_images": validation.num_images, "n_groups": groups.num_groups}
    conformal = fit_conformal(validation.probabilities, truth, groups.codes, kind, ERROR)
    return Abstaining(conformal, unknown, facts)


def with_threshold(unknown: Unknown, outputs: Outputs, groups: NDArray[Any]) -> Unknown:
    """The same score, judged anew on what a network makes of validation: outputs (N, ...), groups (N,)."""
    scaled = unknown.scaled(outputs)
    judged = scaled.judge(outputs)
    return replace(
        scaled,
        threshold=group_quantile(judged, groups, 1 - unknown.false_alarm),
        quantiles=np.quantile(judged, np.linspace(0, 1, NUM_QUANTILES)),
    )
