"""Answers in; which images a report shows, beside where the network looked, out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from lentigo.api.answers.answers import Answers
from lentigo.evaluation.metrics import Ints
from lentigo.evaluation.predictions import Predictions
from lentigo.report.pages.page import Confusion, Missed, Sample, missed_picture

SAMPLES_A_CLASS = 3
WORST_ERRORS = 12
MOST_PICTURES = 1200
"""Of wrong answers; about 4 MB of a page."""


def examples(answers: Answers) -> tuple[list[Sample], list[Sample]]:
    """Samples of each class, and the most confident errors; none where images are not at hand."""
    shown = choose_samples(answers.predictions, SAMPLES_A_CLASS)
    rows = np.concatenate([shown, worst_errors(answers.predictions, WORST_ERRORS)])
    drawn = _drawn(answers, rows)
    return drawn[: len(shown)], drawn[len(shown) :]


def confusions(answers: Answers, is_leaked: bool) -> list[Confusion]:
    """Every wrong answer, cell by cell of the confusion matrix: the largest cells first."""
    predictions = answers.predictions
    rows = worst_errors(predictions, len(predictions.truth))
    predicted = predictions.probabilities[rows].argmax(axis=1)
    cells: dict[tuple[str, str], list[Missed]] = {}
    for row, index, picture in zip(rows, predicted, _small_pictures(answers, rows, is_leaked), strict=True):
        one = Missed(str(predictions.image_ids[row]), float(predictions.probabilities[row].max()), picture)
        cells.setdefault((str(predictions.truth[row]), predictions.class_names[index]), []).append(one)
    ordered = sorted(cells.items(), key=lambda cell: -len(cell[1]))
    return [Confusion(truth, name, images) for (truth, name), images in ordered]


def _small_pictures(answers: Answers, rows: Ints, is_leaked: bool) -> Iterator[str]:
    """Pictures of some rows, one at a time; empty texts beyond `MOST_PICTURES` and without images."""
    shown = rows[:MOST_PICTURES]
    if answers.images is not None and len(shown):
        for pixels in answers.images.chosen(shown).pixels():
            yield missed_picture(pixels, is_leaked)
    else:
        shown = rows[:0]
    yield from [""] * (len(rows) - len(shown))


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
