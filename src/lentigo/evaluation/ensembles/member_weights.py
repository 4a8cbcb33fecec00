"""Several models' answers and the truth in; how much each should count in their mean, out.

Weights are chosen on answers to images that no model has learnt, and classes count equally, however many
images they have. What an ensemble scores on the images that its weights were chosen on is a little too good;
`cross_fitted` gives every image weights that were chosen without its group.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.optimize import minimize

from lentigo.evaluation.ensembles.combination import SMALLEST, combine
from lentigo.evaluation.metrics import Floats, Ints, balanced_accuracy, confusion_matrix, predicted_classes
from lentigo.settings.errors import DataError
from lentigo.settings.members import Mean

MemberAnswers = Floats
"""(M, N, K): M models, N images, K classes."""
Chooser = Callable[[MemberAnswers, Ints, Mean], Floats]

MOST_PICKS = 30
"""Of the greedy choice."""


def choose_weights(
    answers: MemberAnswers, truth: Ints, method: str = "log-loss", mean: Mean = "arithmetic"
) -> Floats:
    """Weights (M,), at least 0, adding up to 1.

    Args:
        answers: (M, N, K), to images that no model has learnt.
        truth: (N,) class indices.
        method: a key of `METHODS`.
        mean: as in `combine`.

    Raises:
        DataError: there is no such method.
    """
    return chooser_named(method)(answers, truth, mean)


def chooser_named(method: str) -> Chooser:
    """A row of `METHODS`.

    Raises:
        DataError: there is no such method.
    """
    if method not in METHODS:
        raise DataError(f"there is no way {method!r} to choose weights; ways: {', '.join(METHODS)}")
    return METHODS[method]


def cross_fitted(answers: MemberAnswers, weights: Floats, parts: Ints, mean: Mean = "arithmetic") -> Floats:
    """The mean (N, K) with each image's own weights.

    Args:
        answers: (M, N, K).
        weights: (P, M), those of part p chosen on all images but its own.
        parts: (N,) part of each image, 0 to P - 1; groups must be whole.
        mean: as in `combine`.
    """
    found = np.empty(answers.shape[1:])
    for part, own in enumerate(weights):
        chosen = parts == part
        if chosen.any():
            found[chosen] = combine(answers[:, chosen], own, mean)
    return found


def weights_without(
    answers: MemberAnswers, truth: Ints, parts: Ints, method: str = "log-loss", mean: Mean = "arithmetic"
) -> Floats:
    """For each part the weights (P, M) that all other parts' images choose."""
    others = (parts != part for part in range(int(parts.max()) + 1))
    return np.stack([choose_weights(answers[:, rows], truth[rows], method, mean) for rows in others])


def class_log_loss(probabilities: Floats, truth: Ints) -> float:
    """Mean over classes of the mean of -log(probability of the truth), from answers (N, K)."""
    own = np.maximum(probabilities[np.arange(len(truth)), truth], SMALLEST)
    return float(-(image_weights(truth) * np.log(own)).sum())


def image_weights(truth: Ints) -> Floats:
    """(N,), adding up to 1, every class that has images with the same share."""
    counts = np.bincount(truth)
    return np.asarray(1 / (counts[truth] * np.count_nonzero(counts)), dtype=np.float64)


def _equal(answers: MemberAnswers, _truth: Ints, _mean: Mean) -> Floats:
    return np.full(len(answers), 1 / len(answers))


def _by_log_loss(answers: MemberAnswers, truth: Ints, mean: Mean) -> Floats:
    """The least `class_log_loss` of the mean: convex in the weights, so there is one lowest value."""
    slope = _arithmetic_slope if mean == "arithmetic" else _geometric_slope
    num_models = len(answers)
    found = minimize(
        slope,
        _equal(answers, truth, mean),
        (np.maximum(answers, SMALLEST), truth, image_weights(truth)),
        method="SLSQP",
        jac=True,
        bounds=[(0.0, 1.0)] * num_models,
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1, "jac": lambda _w: np.ones(num_models)},
        options={"maxiter": 300, "ftol": 1e-10},
    )
    weights = np.clip(found.x, 0, 1)
    return np.asarray(weights / weights.sum())


def _arithmetic_slope(
    weights: Floats, answers: MemberAnswers, truth: Ints, share: Floats
) -> tuple[float, Floats]:
    """Loss of the arithmetic mean and its gradient (M,)."""
    own = answers[:, np.arange(len(truth)), truth]
    mean = np.maximum(weights @ own, SMALLEST)
    return float(-(share * np.log(mean)).sum()), -(own / mean) @ share


def _geometric_slope(
    weights: Floats, answers: MemberAnswers, truth: Ints, share: Floats
) -> tuple[float, Floats]:
    """Loss of the geometric mean and its gradient (M,)."""
    logarithms = np.log(answers)
    powers = np.tensordot(weights, logarithms, axes=1)
    highest = powers.max(axis=1, keepdims=True)
    totals = highest[:, 0] + np.log(np.exp(powers - highest).sum(axis=1))
    rows = np.arange(len(truth))
    expected = (logarithms * np.exp(powers - totals[:, np.newaxis])).sum(axis=2)
    loss = -(share * (powers[rows, truth] - totals)).sum()
    return float(loss), -(logarithms[:, rows, truth] - expected) @ share


def _greedy(answers: MemberAnswers, truth: Ints, mean: Mean) -> Floats:
    """Ensemble selection (Caruana and others, 2004): add the model that helps most, again and again.

    A model may be added several times. The best balanced accuracy on the way wins; between equals, the lower
    `class_log_loss` does.
    """
    counts = np.zeros(len(answers))
    best, chosen = (-np.inf, -np.inf), counts
    for _ in range(MOST_PICKS):
        tried = counts + np.eye(len(answers))
        scores = [_score(combine(answers, row / row.sum(), mean), truth) for row in tried]
        pick = max(range(len(scores)), key=scores.__getitem__)
        counts = tried[pick]
        if scores[pick] > best:
            best, chosen = scores[pick], counts
    return np.asarray(chosen / chosen.sum())


def _score(probabilities: Floats, truth: Ints) -> tuple[float, float]:
    confusion = confusion_matrix(truth, predicted_classes(probabilities), probabilities.shape[1])
    return float(balanced_accuracy(confusion)), -class_log_loss(probabilities, truth)


METHODS: dict[str, Chooser] = {"log-loss": _by_log_loss, "greedy": _greedy, "equal": _equal}
"""Ways to choose weights: the best probabilities, the best balanced accuracy, no choice."""
