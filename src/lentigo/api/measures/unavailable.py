"""Figures of other people's images in; for each measure that has none, why that is, in one line, out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lentigo.api.answers.answers import EvaluatedPart
from lentigo.api.answers.runs.fit import mixed_classes

ON_MALIGNANT = ("operating_points", "decision_curve")


def why_unavailable(part: EvaluatedPart, measured: Mapping[str, Any]) -> dict[str, str]:
    """The reason by the key of `MEASURES`, of those measures that are None; a run's own parts tell none."""
    return {key: _reason(key, part) for key, figures in measured.items() if figures is None}


def _reason(key: str, part: EvaluatedPart) -> str:
    if key == "shortcuts":
        return "probes for shortcuts learn from the run's own images, and are asked of its own parts alone"
    if key == "subgroups":
        return "sex, age, site, source and skin tone of these images are not known"
    if part.fit is None:
        return "the run's split has no validation images, on which this would have been fitted"
    mixed = mixed_classes(part.run, {} if part.others is None else part.others.class_map)
    if key == "operating_points" and mixed:
        return (
            f"{', '.join(mixed)} puts malignant and benign classes of the run together, which its "
            "thresholds, chosen on validation, tell apart"
        )
    if key in ON_MALIGNANT:
        return "no class here, or every one, is malignant"
    return "--no-baselines asks for the plain figures only"
