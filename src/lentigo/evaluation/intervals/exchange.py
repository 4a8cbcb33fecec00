"""Two models' answers on the same images in, p-values out: whole groups are exchanged between the models.

If neither model were better, it would not matter which of them gave which answers: exchanging the two for any
groups gives a difference as likely as the observed one (Fisher's randomisation test of pairs, 1935). Of the
accuracy, with one image a group, this is McNemar's test (1947), drawn instead of summed. Images of a group
are exchanged together, for they are not independent. Areas under the ROC curve are exchanged as ranks within
each model (Venkatraman and Begg, 1996), so that models with different scales of probability can be mixed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from lentigo.evaluation.intervals.bootstrap import Statistic, block_size
from lentigo.evaluation.intervals.intervals import SAME
from lentigo.evaluation.intervals.sample import Groups, Sample, check_paired
from lentigo.evaluation.metrics import Floats, Ints

SOURCE = "randomisation test of pairs (Fisher, 1935; for accuracy McNemar, 1947), whole groups exchanged"


@dataclass(frozen=True)
class Exchange:
    """How many exchanges are drawn; the smallest p-value is one in `num_draws` + 1."""

    num_draws: int = 4999
    seed: int = 0


def stacked(first: Sample, second: Sample) -> Sample:
    """Both models' answers (2N, K) as one sample of 2G groups: the first model's, then the second's."""
    check_paired(first, second)
    num_groups = first.groups.num_groups
    codes = np.concatenate([first.groups.codes, second.groups.codes + num_groups])
    answers = np.concatenate([first.probabilities, second.probabilities])
    return Sample(np.tile(first.truth, 2), answers, Groups(codes, 2 * num_groups))


def as_ranks(sample: Sample) -> Sample:
    """The same sample with each probability replaced by its rank in its column, as a share of N."""
    ranks = rankdata(sample.probabilities, axis=0) / sample.num_images
    return Sample(sample.truth, ranks, sample.groups)


def exchanged(statistic: Statistic, num_groups: int, exchange: Exchange) -> tuple[Floats, Floats]:
    """A statistic of the first and of the second model after each exchange, (R, ...) both.

    Args:
        statistic: of a `stacked` sample.
        num_groups: G, of one model.
        exchange: how many, R.
    """
    size = block_size(2 * num_groups)
    starts = range(0, exchange.num_draws, size)
    swaps = [_draw(num_groups, exchange, start, min(size, exchange.num_draws - start)) for start in starts]
    ours = [statistic(np.concatenate([1 - swap, swap], axis=1)) for swap in swaps]
    theirs = [statistic(np.concatenate([swap, 1 - swap], axis=1)) for swap in swaps]
    return np.concatenate(ours), np.concatenate(theirs)


def p_value(observed: Floats, drawn: Floats) -> Floats:
    """Share (...) of exchanges (R, ...) that differ at least as much as observed (...), the observed counted.

    Two-sided; counting the observed keeps a drawn test exact (Davison and Hinkley, 1997, section 4.2). nan
    where the observed difference is undefined.
    """
    as_much = np.abs(drawn) >= np.abs(observed) - SAME
    return np.where(np.isnan(observed), np.nan, (1 + as_much.sum(axis=0)) / (1 + len(drawn)))


def holm(p_values: Floats) -> Floats:
    """p-values (K,) adjusted for their number (Holm, 1979); nan stays nan and does not count."""
    order = np.argsort(p_values, kind="stable")  # nan comes last
    known = int((~np.isnan(p_values)).sum())
    factors = np.maximum(known - np.arange(len(p_values)), 1)
    adjusted = np.empty(len(p_values))
    adjusted[order] = np.minimum(np.maximum.accumulate(p_values[order] * factors), 1)
    return adjusted


def _draw(num_groups: int, exchange: Exchange, start: int, rows: int) -> Ints:
    """Which groups are exchanged, 0 or 1, (B, G); every block has its own random stream."""
    return np.random.default_rng([exchange.seed, start]).integers(2, size=(rows, num_groups), dtype=np.int64)
