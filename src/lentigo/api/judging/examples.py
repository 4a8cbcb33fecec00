"""Answers in; which images a report shows, beside where the network looked, out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lentigo.api.answers.answers import Answers
from lentigo.evaluation.metrics import Ints
from lentigo.evaluation.predictions import Predictions
from lentigo.report.pages.page import Sample

SAMPLES_A_CLASS = 3
WORST_ERRORS = 12


def examples(answers: Answers) -> tuple[list[Sample], list[Sample]]:
    """Samples of each class, and the most confident errors; none where images are not at hand."""
    shown = choose_samples(answers.predictions, SAMPLES_A_CLASS)
    rows = np.concatenate([shown, worst_errors(answers.predictions, WORST_ERRORS)])
    drawn = _drawn(answers, rows)
    return drawn[: len(shown)], drawn[len(shown) :]


def choose_samples(predictions: Predictions, per_class: int) -> Ints:
    """Rows to show: of each class so many at most, one a confidence level from sure to unsure."""
    return _spread(predictions, [per_class] * len(predictions.class_names))


def choose_count(predictions: Predictions, count: int) -> Ints:
    """So many rows, as evenly over the classes as there are images; all of them where there are fewer."""
    there = np.bincount(predictions.truth_indices(), minlength=len(predictions.class_names))
    wanted = np.zeros_like(there)
    for _ in range(min(count, int(there.sum()))):
        # one more for the class with the fewest so far that has another image
        wanted[np.where(wanted < there, wanted, count).argmin()] += 1
    return _spread(predictions, wanted.tolist())


def _spread(predictions: Predictions, wanted: Sequence[int]) -> Ints:
    """So many rows of each class, from those that it is surest of to those it is least sure of."""
    truth = predictions.truth_indices()
    own = predictions.probabilities[np.arange(len(truth)), truth]
    chosen: list[int] = []
    for index, number in enumerate(wanted):
        rows = np.flatnonzero(truth == index)
        ordered = rows[np.argsort(-own[rows], kind="stable")]
        places = np.unique(np.linspace(0, len(ordered) - 1, min(number, len(ordered))).round().astype(int))
        chosen.extend(ordered[places].tolist() if len(ordered) else [])
    return np.array(chosen, dtype=np.int64)


def worst_errors(predictions: Predictions, count: int) -> Ints:
    """Rows of wrong answers, the most confident first."""
    truth, probabilities = predictions.truth_indices(), predictions.probabilities
    wrong = np.flatnonzero(probabilities.argmax(axis=1) != truth)
    return wrong[np.argsort(-probabilities[wrong].max(axis=1), kind="stable")][:count]


def _drawn(answers: Answers, rows: Ints) -> list[Sample]:
    """Images of some rows (n,) with the saliency map of the source's class that each answer is."""
    if answers.images is None or len(rows) == 0:
        return []
    pixels = np.stack(list(answers.images.chosen(rows).pixels()))
    maps = answers.source.saliency(pixels, answers.source_classes()[rows])
    predictions = answers.predictions.chosen(rows)
    predicted = predictions.probabilities.argmax(axis=1)
    return [
        Sample(
            image_id=str(predictions.image_ids[place]),
            image=pixels[place],
            saliency=None if maps is None else maps[place],
            truth=str(predictions.truth[place]),
            predicted=predictions.class_names[predicted[place]],
            probability=float(predictions.probabilities[place].max()),
        )
        for place in range(len(pixels))
    ]
