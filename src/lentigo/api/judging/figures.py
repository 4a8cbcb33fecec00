"""Answers in; everything that is said of them as one entry of `evaluation.json` out."""

from __future__ import annotations

from typing import Any

from lentigo.api.answers.answers import Answers
from lentigo.api.measures.measures import measure
from lentigo.api.measures.unavailable import why_unavailable
from lentigo.evaluation.evaluate import evaluate_predictions

Json = dict[str, Any]


def figures(answers: Answers) -> Json:
    """Plain figures, beside simple baselines unless they are to be brief, and those of every measure."""
    return _plain(answers) | measure(answers)


def explained_figures(answers: Answers) -> Json:
    """As `figures`, with `unavailable`: why a measure has none."""
    measured = measure(answers)
    return _plain(answers) | measured | {"unavailable": why_unavailable(answers, measured)}


def _plain(answers: Answers) -> Json:
    baselines = {} if answers.asked.is_brief else answers.baselines()
    return evaluate_predictions(answers.predictions, answers.groups, answers.context, baselines)
