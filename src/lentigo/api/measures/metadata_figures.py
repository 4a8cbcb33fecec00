"""Answers of a network that takes metadata in; what those gain and lose it, class by class, out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lentigo.api.answers.answers import Answers
from lentigo.evaluation.comparison import Comparison, compare_samples


def measure_metadata(answers: Answers) -> dict[str, Any] | None:
    """The answers (first) against those of the same network from the images alone (second), paired by group.

    Returns:
        As `compare_samples`; None for a brief evaluation, and where no metadata are taken.
    """
    if answers.asked.is_brief or answers.images is None:
        return None
    alone = answers.source.image_alone(answers.images)
    if alone is None:
        return None
    told = alone if answers.finer is None else answers.finer.coarse(alone)
    context = answers.context
    comparison = Comparison(answers.predictions.class_names, context.malignant, context.resampling)
    return compare_samples(answers.sample, replace(answers.sample, probabilities=told), comparison)
