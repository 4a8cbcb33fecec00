"""Truth and probabilities in, curves out: ROC, precision-recall and reliability, as plain lists for JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from sklearn.metrics import precision_recall_curve, roc_curve

from lentigo.evaluation.intervals.basis import Basis
from lentigo.evaluation.intervals.bootstrap import Resampling, Statistic, cell_totals, resample
from lentigo.evaluation.intervals.intervals import share_interval
from lentigo.evaluation.intervals.resampled import UPPER_TAIL, Interval, Resampled
from lentigo.evaluation.intervals.sample import Groups, Sample
from lentigo.evaluation.metrics import Bools, Floats, Ints, divide

MAX_POINTS = 200
"""Points kept of a curve: enough to draw it; areas are computed from all of them, elsewhere."""

NUM_BINS = 10


def roc_points(positive: Bools, scores: Floats) -> dict[str, list[float]] | None:
    """False and true positive rates of one class against the rest; None unless there are both kinds."""
    if positive.all() or not positive.any():
        return None
    fpr, tpr, _ = roc_curve(positive, scores)
    kept = _thin(len(fpr))
    return {"fpr": fpr[kept].tolist(), "tpr": tpr[kept].tolist()}


def precision_recall_points(positive: Bools, scores: Floats) -> dict[str, list[float]] | None:
    """Recall and precision of one class against the rest, from low recall to high; None without positives."""
    if not positive.any():
        return None
    precision, recall, _ = precision_recall_curve(positive, scores)
    kept = _thin(len(recall))
    return {"recall": recall[::-1][kept].tolist(), "precision": precision[::-1][kept].tolist()}


def class_curves(sample: Sample, class_names: Sequence[str]) -> dict[str, dict[str, dict[str, list[float]]]]:
    """ROC and precision-recall curves by class; classes for which a curve is undefined are left out."""
    curves: dict[str, dict[str, dict[str, list[float]]]] = {"roc": {}, "precision_recall": {}}
    for index, name in enumerate(class_names):
        positive, scores = sample.truth == index, sample.probabilities[:, index]
        for kind, points in (("roc", roc_points), ("precision_recall", precision_recall_points)):
            found = points(positive, scores)
            if found is not None:
                curves[kind][name] = found
    return curves


@dataclass(frozen=True)
class Claims:
    """Stated probabilities and what came of them."""

    confidence: Floats
    """(N,) in [0, 1]."""
    outcome: Bools
    """(N,) whether what was claimed is so."""
    groups: Groups

    @cached_property
    def bins(self) -> Ints:
        """(N,) which of `NUM_BINS` equally wide bins a confidence falls into; 1.0 falls into the last."""
        scaled = np.floor(self.confidence * NUM_BINS).astype(np.int64)
        return np.clip(scaled, 0, NUM_BINS - 1)


def answer_claims(sample: Sample) -> Claims:
    """Claim of each image: "the predicted class is right", with the largest probability."""
    return Claims(sample.probabilities.max(axis=1), sample.predicted == sample.truth, sample.groups)


def malignant_claims(folded: Sample) -> Claims:
    """Claim of each image of a two-class sample: "malignant", with the malignant probability."""
    return Claims(folded.probabilities[:, 1], folded.truth == 1, folded.groups)


def reliability(claims: Claims, resampling: Resampling) -> dict[str, Any]:
    """How far stated probabilities can be taken at their word.

    Returns:
        `reliability`: for each bin of confidence that holds images, its edges, the mean confidence, and the
        share of true claims with interval (`accuracy`). `expected_calibration_error`: the mean distance of
        the two over bins, weighted by images (Naeini, Cooper and Hauskrecht, AAAI 2015).
    """
    statistics = [
        bin_share_statistic(claims),
        calibration_error_statistic(claims),
        calibration_error_statistic(claims, around=bin_gaps(claims)),
    ]
    shares, error, noise = resample(statistics, claims.groups, resampling)
    bins = [_bin(claims, index, shares) for index in np.unique(claims.bins).tolist()]
    return {
        "reliability": {"bins": bins},
        "expected_calibration_error": calibration_error_interval(error, noise, claims).as_json(),
    }


def bin_share_statistic(claims: Claims) -> Statistic:
    """Statistic: share of true claims in each bin, (B, NUM_BINS); nan in empty bins."""
    true = cell_totals(claims.groups, claims.bins, NUM_BINS, claims.outcome.astype(np.float64))
    images = cell_totals(claims.groups, claims.bins, NUM_BINS)
    return lambda draws: divide(true(draws), images(draws))


def bin_gaps(claims: Claims) -> Floats:
    """True claims less the sum of their confidence, in each bin, (NUM_BINS,)."""
    gaps = np.bincount(claims.bins, claims.outcome - claims.confidence, minlength=NUM_BINS)
    return gaps.astype(np.float64)


def calibration_error_statistic(claims: Claims, around: Floats | float = 0.0) -> Statistic:
    """Statistic: expected calibration error, (B,); or the noise in it when the gaps are `around` in truth."""
    gaps = cell_totals(claims.groups, claims.bins, NUM_BINS, claims.outcome - claims.confidence)
    images = cell_totals(claims.groups, claims.bins, NUM_BINS)
    return lambda draws: divide(np.abs(gaps(draws) - around).sum(axis=1), images(draws).sum(axis=1))


def calibration_error_interval(error: Resampled, noise: Resampled, claims: Claims) -> Interval:
    """Interval of an expected calibration error: to both sides as far as resamples lie above the value.

    Noise only ever adds to this error, and a resample has more of it than the sample: plain percentiles lie
    too high and often exclude both the value and the truth. The interval starts at 0 where resampling noise
    alone (`noise`, the error around the observed gaps) would show as much. In simulations with 100 to 500
    groups of three images it held the true error in 95 to 98 % of cases, plain percentiles in 0 to 96 %.
    """
    value, num_groups = float(error.observed), claims.groups.num_groups
    upper = max(value, float(np.quantile(error.drawn, UPPER_TAIL)))
    lower = 0.0 if value <= np.quantile(noise.drawn, UPPER_TAIL) else max(0.0, 2 * value - upper)
    if num_groups < 2:
        lower = upper = np.nan
    return Interval(value, lower, upper, len(claims.outcome), num_groups)


def _bin(claims: Claims, index: int, shares: Resampled) -> dict[str, Any]:
    inside = claims.bins == index
    share = shares.then(lambda values: values[..., index])
    return {
        "low": index / NUM_BINS,
        "high": (index + 1) / NUM_BINS,
        "confidence": float(claims.confidence[inside].mean()),
        "accuracy": share_interval(share, Basis.of(claims.groups, inside)).as_json(),
    }


def _thin(num_points: int) -> Ints:
    """Places of at most `MAX_POINTS` points spread over a curve, both ends included."""
    places = np.linspace(0, num_points - 1, min(num_points, MAX_POINTS))
    return np.unique(places.round().astype(np.int64))
