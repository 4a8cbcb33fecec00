"""Answers and their figures in; for each measure that has none, why that is, in one line, out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lentigo.api.answers.answers import Answers

ON_MALIGNANT = ("operating_points", "decision_curve")
_ALWAYS = {
    "shortcuts": "probes for shortcuts learn from a run's own images, and are asked of its own parts alone",
    "metadata": "this network takes images alone, or --no-baselines asks for the plain figures only",
    "subgroups": "sex, age, site, source and skin tone of these images are not known",
}
"""Measures that are unavailable for one reason."""


def why_unavailable(answers: Answers, measured: Mapping[str, Any]) -> dict[str, str]:
    """The reason by the key of `MEASURES`, of those measures that are None."""
    return {key: _reason(key, answers) for key, figures in measured.items() if figures is None}


def _reason(key: str, answers: Answers) -> str:
    if key in _ALWAYS:
        return _ALWAYS[key]
    if answers.fit is None:
        return "there are no validation images, on which this would have been fitted"
    mixed = [] if answers.finer is None else answers.finer.mixed()
    if key == "operating_points" and mixed:
        return (
            f"{', '.join(mixed)} puts malignant and benign classes of the run together, which its "
            "thresholds, chosen on validation, tell apart"
        )
    if key in ON_MALIGNANT:
        return "no class here, or every one, is malignant"
    return "--no-baselines asks for the plain figures only"
