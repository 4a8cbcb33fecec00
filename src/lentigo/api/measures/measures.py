"""Answers in; further figures of its entry in `evaluation.json` out, one key a row of `MEASURES`.

What is fitted (a temperature, a threshold) is fitted on validation and applied to the part evaluated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lentigo.api.answers.answers import Answers
from lentigo.api.measures.abstaining import measure_abstaining
from lentigo.api.measures.decision_measures import (
    measure_calibration,
    measure_decision_curve,
    measure_operating_points,
    measure_prior,
)
from lentigo.api.measures.lesion_figures import measure_lesions
from lentigo.api.measures.metadata_figures import measure_metadata
from lentigo.api.measures.shortcuts import measure_shortcuts
from lentigo.api.measures.subgroup_figures import measure_subgroups

MEASURES: Mapping[str, Callable[[Answers], dict[str, Any] | None]] = {
    "lesions": measure_lesions,
    "abstaining": measure_abstaining,
    "metadata": measure_metadata,
    "subgroups": measure_subgroups,
    "shortcuts": measure_shortcuts,
    "calibration": measure_calibration,
    "operating_points": measure_operating_points,
    "decision_curve": measure_decision_curve,
    "prior": measure_prior,
}
"""key of `evaluation.json` -> its function; None where the part has no such figures."""


def measure(answers: Answers) -> dict[str, Any]:
    """All further figures of answers, by their keys."""
    return {key: function(answers) for key, function in MEASURES.items()}
