"""Answers to unlabelled images in; how common each class is among them, with intervals, out.

By expectation and maximisation (Saerens, Latinne and Decaestecker, 2002), against the mean of the same
calibrated answers where the mix is known: against the shares of labels a class that a weak network cannot see
takes over, because it is everywhere said to be a little more probable than its share (Alexandari et al.,
2020).

Few images, or answers that tell little, say of any mix that it differs. The estimate is therefore drawn back
to the known mix, by the chance of as large a likelihood ratio where nothing differs, and each class by the
share of its distance that its own error explains (James and Stein, 1961). Images of a group count once, and
few images of the known mix make the ratio smaller.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from lentigo.evaluation.calibration.prior_shift import shift_prior
from lentigo.evaluation.intervals.resampled import Interval
from lentigo.evaluation.intervals.sample import Groups
from lentigo.evaluation.intervals.trials import Trials, wilson
from lentigo.evaluation.metrics import Bools, Floats

MAX_ROUNDS = 2000
CLOSE = 1e-10
"""Shares that change by less from round to round have settled."""
HOLD = 1.0
"""The known mix weighs as much as so many images, so that no class is ruled out."""
LEAST = 1e-9


@dataclass(frozen=True)
class Answered:
    """Calibrated answers to images of one mix."""

    probabilities: Floats
    """(N, K)."""
    groups: Groups

    @property
    def worth(self) -> float:
        """Independent images that these are worth if those of a group are all alike (Kish, 1965)."""
        sizes = np.bincount(self.groups.codes)
        return float(sizes.sum() ** 2 / (sizes**2).sum())


@dataclass(frozen=True)
class Mix:
    """An estimated mix of classes."""

    shares: Floats
    """(K,), above 0, summing to 1."""
    likeliest: Floats
    """(K,) before they are drawn back to the known mix."""
    covariance: Floats
    """(K, K) of `likeliest`."""
    images: Answered
    drawn_back: float
    """How far, 0 to 1, all classes at least."""

    def interval(self, chosen: Bools) -> Interval:
        """Of the share of the chosen classes (K,) together: Wilson's, with as many trials as it is worth."""
        value = float(np.clip(self.likeliest[chosen].sum(), LEAST, 1 - LEAST))
        variance = float(self.covariance[np.ix_(chosen, chosen)].sum())
        low, high = wilson(value, Trials(value * (1 - value) / max(variance, LEAST)))
        share = float(self.shares[chosen].sum())
        groups = self.images.groups
        return Interval(share, min(low, share), max(high, share), len(groups.codes), groups.num_groups)


def estimate_mix(here: Answered, known: Answered, known_shares: Floats) -> Mix:
    """Estimate the mix of classes of unlabelled images.

    Args:
        here: answers to these images, at least one.
        known: the same model's answers where the mix is known.
        known_shares: (K,) the mix there, above 0.
    """
    before = known.probabilities.mean(axis=0)
    found, ratio = _likeliest(here.probabilities, before)
    freedom, design = len(before) - 1, len(here.probabilities) / here.worth
    evidence = ratio / design / (1 + here.worth / known.worth)
    drawn_back = float(chdtrc(freedom, evidence))
    covariance = _covariance(here, found, before, here.worth / known.worth)
    off = (found - before) ** 2
    own = np.diag(covariance) / np.maximum(off, LEAST)
    shares = known_shares * (found + np.clip(own, drawn_back, 1.0) * (before - found)) / before
    likeliest = known_shares * found / before
    scale = (known_shares / before) / likeliest.sum()
    return Mix(
        shares / shares.sum(),
        likeliest / likeliest.sum(),
        covariance * np.outer(scale, scale),
        here,
        drawn_back,
    )


def _likeliest(probabilities: Floats, before: Floats) -> tuple[Floats, float]:
    """Shares (K,) of the greatest likelihood, and twice the log likelihood that they gain over `before`."""
    shares = before
    for _ in range(MAX_ROUNDS):
        counts = shift_prior(probabilities, before, shares).sum(axis=0) + HOLD * before
        improved = counts / (len(probabilities) + HOLD)
        is_settled = float(np.abs(improved - shares).max()) < CLOSE
        shares = improved
        if is_settled:
            break
    gained = np.log(np.maximum(probabilities @ (shares / before), LEAST)).sum()
    return np.asarray(shares, dtype=np.float64), float(2 * max(gained, 0.0))


def _covariance(here: Answered, shares: Floats, before: Floats, ratio: float) -> Floats:
    """Covariance (K, K) of the likeliest shares, groups being the units (the sandwich of Huber, 1967).

    `ratio` images here for one of the known mix: what answers do not tell of a class is told by how they are
    spread there, which is known no better than from those.
    """
    size = len(shares)
    odds = here.probabilities / before
    scores = odds / (odds @ shares)[:, np.newaxis]
    turn = np.eye(size)[:, :-1] - np.eye(size)[:, [-1]]  # shares sum to 1: the last gives what others take
    inward = np.linalg.pinv(turn.T @ (scores.T @ scores) @ turn)
    of_groups = np.zeros((here.groups.num_groups, size))
    np.add.at(of_groups, here.groups.codes, scores - scores.mean(axis=0))
    outward = turn.T @ (of_groups.T @ of_groups) @ turn
    found = turn @ inward @ outward @ inward @ turn.T
    variances = np.maximum(np.diag(found), LEAST)
    seen = np.minimum(1.0, shares * (1 - shares) / here.worth / variances)
    growth = np.sqrt(1 + (1 - seen) * ratio)
    return np.asarray(found * np.outer(growth, growth), dtype=np.float64)
