"""Confidences and whether answers are right in; what share is wrong when only the surest are answered, out.

The *coverage* is the share of images answered, the *risk* the share of those that is wrong. Images of equal
confidence are answered together. AURC, the area under the curve, is the mean over images of the risk when
everything at least as sure is answered (Geifman and El-Yaniv, 2017); without ties this is the plain mean of
the risk over coverages 1/N, 2/N ... 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import digamma

from lentigo.evaluation.intervals.basis import Basis
from lentigo.evaluation.intervals.bootstrap import Resampling, Statistic, resample
from lentigo.evaluation.intervals.intervals import share_interval
from lentigo.evaluation.intervals.sample import Groups
from lentigo.evaluation.metrics import Bools, Floats, Ints, divide

GRID = np.arange(1, 51) / 50
"""Coverages at which the curve is kept."""
SHOWN = (1.0, 0.9, 0.8, 0.7, 0.5)
"""Coverages whose risk is told with its interval."""


@dataclass(frozen=True)
class GradedAnswers:
    """N answers, with how sure each is and whether it is wrong."""

    confidence: Floats
    """(N,), higher is surer."""
    is_wrong: Bools
    """(N,)."""
    groups: Groups


def risk_coverage(answers: GradedAnswers, resampling: Resampling) -> dict[str, Any]:
    """The curve with its intervals and its area.

    Returns:
        `curve`: `coverage`, `risk`, `low` and `high` as lists; `answered`: rows of coverage and risk;
        `aurc`, `random` (confidence that says nothing: the risk of answering all) and `oracle` (every wrong
        answer less sure than every right one), each with its interval.
    """
    statistics = [risk_statistic(answers, GRID), aurc_statistic(answers), _risk(answers), _oracle(answers)]
    curve, area, plain, oracle = resample(statistics, answers.groups, resampling)
    basis = Basis.of(answers.groups, np.ones(len(answers.is_wrong), dtype=bool))
    risks = [share_interval(curve.at(place), basis) for place in range(len(GRID))]
    shown = [{"coverage": one, "risk": risks[round(one * len(GRID)) - 1].as_json()} for one in SHOWN]
    return {
        "curve": {
            "coverage": GRID.tolist(),
            **{end: [one.as_json()[name] for one in risks] for end, name in _COLUMNS.items()},
        },
        "answered": shown,
        "aurc": share_interval(area, basis).as_json(),
        "random": share_interval(plain, basis).as_json(),
        "oracle": share_interval(oracle, basis).as_json(),
    }


_COLUMNS = {"risk": "value", "low": "low", "high": "high"}


def aurc_statistic(answers: GradedAnswers) -> Statistic:
    """Statistic: area under the risk-coverage curve, (B,)."""
    ranks = _Ranks(answers)

    def statistic(draws: Ints) -> Floats:
        images, errors = ranks.totals(draws)
        added = np.diff(images, axis=1, prepend=0)
        risks = np.divide(errors, images, out=np.zeros(errors.shape), where=images > 0)
        return divide((added * risks).sum(axis=1), images[:, -1])

    return statistic


def risk_statistic(answers: GradedAnswers, coverages: Floats) -> Statistic:
    """Statistic: risk when the surest images are answered until a share of all is reached, (B, P)."""
    ranks = _Ranks(answers)

    def statistic(draws: Ints) -> Floats:
        images, errors = ranks.totals(draws)
        risks = []
        for done, wrong in zip(images, errors, strict=True):
            # the least coverage that is no smaller than asked for; rounding must not ask for one image more
            places = np.searchsorted(done, coverages * done[-1] - 1e-9)
            risks.append(wrong[places] / done[places])
        return np.stack(risks)

    return statistic


def oracle_aurc(num_wrong: Floats, num_images: Floats) -> Floats:
    """Area (...) under the best curve that is possible with so many errors.

    The mean over n images of the risk when all n - e right answers come first: the sum over k = 1 .. e of
    k / (n - e + k), divided by n.
    """
    right = num_images - num_wrong
    harmonic = digamma(num_images + 1.0) - digamma(right + 1.0)
    return divide(num_wrong - right * harmonic, num_images)


class _Ranks:
    """Images in the order of their confidence, those of equal confidence in one step."""

    def __init__(self, answers: GradedAnswers) -> None:
        order = np.argsort(-answers.confidence, kind="stable")
        ordered = answers.confidence[order]
        self._ends = np.flatnonzero(np.append(np.diff(ordered) != 0, True))
        self._codes = answers.groups.codes[order]
        self._is_wrong = answers.is_wrong[order]

    def totals(self, draws: Ints) -> tuple[Floats, Floats]:
        """Images answered, and errors among them, after each step, both (B, S)."""
        weights = draws[:, self._codes].astype(np.float64)
        images = np.cumsum(weights, axis=1)[:, self._ends]
        errors = np.cumsum(weights * self._is_wrong, axis=1)[:, self._ends]
        return images, errors


def _risk(answers: GradedAnswers) -> Statistic:
    def statistic(draws: Ints) -> Floats:
        weights = draws[:, answers.groups.codes]
        return divide(weights @ answers.is_wrong.astype(np.int64), weights.sum(axis=1))

    return statistic


def _oracle(answers: GradedAnswers) -> Statistic:
    def statistic(draws: Ints) -> Floats:
        weights = draws[:, answers.groups.codes]
        wrong = (weights @ answers.is_wrong.astype(np.int64)).astype(np.float64)
        return oracle_aurc(wrong, weights.sum(axis=1).astype(np.float64))

    return statistic
