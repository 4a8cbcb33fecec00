"""Validation probabilities and truth in; a fitted `Calibration`, chosen by cross-fitting over groups, out.

A method is a way to spell out a scale and a bias for each class from few numbers. Those numbers minimise
the log loss plus half their squared distance from "no change" (a scale of 1, a bias of 0), which weighs as
much as one or two images: it keeps classes with hardly any images where they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from lentigo.evaluation.calibration.calibration import Calibration, log_probabilities, softmax
from lentigo.evaluation.calibration.proper_scores import log_losses
from lentigo.evaluation.intervals.sample import Groups, Sample
from lentigo.evaluation.metrics import Floats, Ints

NUM_FOLDS = 5
UNCHANGED = "none"
SCALE_BOUNDS = (0.02, 50.0)
"""A network that is never wrong on validation would otherwise have a temperature of 0."""

_Slices = tuple[slice, slice | None]


def _temperature(_num_classes: int) -> _Slices:
    return slice(0, 1), None


def _biased_temperature(num_classes: int) -> _Slices:
    return slice(0, 1), slice(1, 1 + num_classes)


def _vector(num_classes: int) -> _Slices:
    return slice(0, num_classes), slice(num_classes, 2 * num_classes)


METHODS: Mapping[str, Callable[[int], _Slices]] = MappingProxyType(
    {"temperature": _temperature, "bias_corrected_temperature": _biased_temperature, "vector": _vector}
)
"""name -> where its scales and its biases are among its numbers, for K classes; from simple to complex.

`temperature` and `vector`: Guo et al., 2017. `bias_corrected_temperature`: Alexandari, Kundaje and Shrikumar,
"Maximum likelihood with bias-corrected calibration is hard-to-beat at label shift adaptation", ICML 2020.
"""


@dataclass(frozen=True)
class CalibrationFit:
    """The calibration that was chosen, and what it was chosen by."""

    calibration: Calibration
    """CalibrationFit on every image given."""
    cross_fitted: Floats
    """(N, K) each image calibrated by a fit that has seen no image of its group."""
    log_loss: dict[str, float]
    """Cross-fitted mean log loss of every method, and of `none`."""
    standard_error: dict[str, float]
    """Of each method's difference in log loss from the one before it in line that was preferred."""


def class_shares(truth: Ints, num_classes: int) -> tuple[float, ...]:
    """Share of each class, (K,); a class without images counts as half an image."""
    counts = np.maximum(np.bincount(truth, minlength=num_classes).astype(np.float64), 0.5)
    return tuple((counts / counts.sum()).tolist())


def fit_calibration(method: str, truth: Ints, probabilities: Floats) -> Calibration:
    """Fit one method of `METHODS`, or take `none`, on N images.

    Args:
        method: its name.
        truth: (N,) in 0 .. K-1.
        probabilities: (N, K).
    """
    size = probabilities.shape[1]
    shares = class_shares(truth, size)
    if method == UNCHANGED:
        return Calibration(UNCHANGED, (1.0,) * size, (0.0,) * size, shares)
    scales, biases = METHODS[method](size)
    start = np.zeros(scales.stop if biases is None else biases.stop)
    start[scales] = 1.0
    bounds = [SCALE_BOUNDS] * scales.stop + [(None, None)] * (len(start) - scales.stop)
    loss = _penalised_loss(truth, log_probabilities(probabilities), (scales, biases))
    found = minimize(loss, start, jac=True, bounds=bounds, method="L-BFGS-B", options={"maxiter": 500}).x
    bias = np.zeros(size) if biases is None else found[biases] - found[biases].mean()
    scale = np.broadcast_to(found[scales], (size,))
    return Calibration(method, tuple(scale.tolist()), tuple(bias.tolist()), shares)


def choose_calibration(fitted_on: Sample) -> CalibrationFit:
    """Fit every method and choose one.

    Each is cross-fitted over folds of whole groups, so that a method with many numbers cannot win by fitting
    noise. From the simplest on, a method is taken instead of the one taken so far where its cross-fitted log
    loss is lower by more than one standard error of the difference, groups being the units.
    """
    folds = group_folds(fitted_on.groups)
    answers = {name: _cross_fit(name, fitted_on, folds) for name in (UNCHANGED, *METHODS)}
    losses = {name: log_losses(fitted_on.truth, found) for name, found in answers.items()}
    chosen, errors = UNCHANGED, {}
    for name in METHODS:
        gain = losses[chosen] - losses[name]
        errors[name] = standard_error(gain, fitted_on.groups)
        if gain.mean() > errors[name]:
            chosen = name
    return CalibrationFit(
        fit_calibration(chosen, fitted_on.truth, fitted_on.probabilities),
        answers[chosen],
        {name: float(values.mean()) for name, values in losses.items()},
        errors,
    )


def group_folds(groups: Groups, num_folds: int = NUM_FOLDS) -> Ints:
    """A fold for each image (N,), the same for a whole group; drawn by lot, the same every time."""
    fold_of = np.random.default_rng(0).permutation(groups.num_groups) % min(num_folds, groups.num_groups)
    return np.asarray(fold_of[groups.codes], dtype=np.int64)


def standard_error(values: Floats, groups: Groups) -> float:
    """Standard error of the mean of values (N,) whose groups were drawn; infinite for a single group."""
    if groups.num_groups < 2:
        return float("inf")
    sums = np.bincount(groups.codes, values - values.mean(), minlength=groups.num_groups)
    spare = groups.num_groups / (groups.num_groups - 1)
    return float(np.sqrt(spare * (sums**2).sum()) / len(values))


def _cross_fit(method: str, fitted_on: Sample, folds: Ints) -> Floats:
    found = np.array(fitted_on.probabilities)
    if method == UNCHANGED or fitted_on.groups.num_groups < 2:
        return found
    for fold in np.unique(folds):
        inside = folds == fold
        fit = fit_calibration(method, fitted_on.truth[~inside], fitted_on.probabilities[~inside])
        found[inside] = fit.apply(fitted_on.probabilities[inside])
    return found


def _penalised_loss(
    truth: Ints, logits: Floats, slices: _Slices
) -> Callable[[NDArray[np.float64]], tuple[float, Floats]]:
    """The function to minimise, with its gradient."""
    scales, biases = slices
    rows = np.arange(len(truth))

    def loss(numbers: NDArray[np.float64]) -> tuple[float, Floats]:
        away = numbers.copy()
        away[scales] -= 1.0
        bias = 0.0 if biases is None else numbers[biases]
        probabilities = softmax(logits * numbers[scales] + bias)
        value = log_losses(truth, probabilities).sum() + (away**2).sum() / 2
        residual = probabilities.copy()
        residual[rows, truth] -= 1.0
        gradient = away
        by_scale = (residual * logits).sum(axis=0)
        gradient[scales] += by_scale if scales.stop > 1 else by_scale.sum()
        if biases is not None:
            gradient[biases] += residual.sum(axis=0)
        return float(value), gradient

    return loss
