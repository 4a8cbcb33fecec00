"""Statistics in, 95 % intervals out: whole groups are drawn with replacement (the cluster bootstrap).

A *statistic* is a function from a block of draws to values: draws (B, G) say how often each of the G groups
was drawn in each of B resamples, values are (B, ...). Every statistic sees the same draws for the same seed
and number of groups, so that differences between two models are paired.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from lentigo.evaluation.intervals.basis import Basis
from lentigo.evaluation.intervals.intervals import difference_interval, interval, share_interval
from lentigo.evaluation.intervals.of_metrics import interval_of_metric, metric_basis, whole
from lentigo.evaluation.intervals.ranking import rank_scores, ranked_roc_auc
from lentigo.evaluation.intervals.resampled import Interval, Resampled
from lentigo.evaluation.intervals.sample import Groups, Sample, check_paired
from lentigo.evaluation.metrics import Bools, Floats, Ints, metric_named

Statistic = Callable[[Ints], Floats]

SMALLEST_BLOCK, LARGEST_BLOCK = 16, 1024
BLOCK_CELLS = 2**18
"""Resamples times groups that are worked on at once; more would not stay in the processor's cache."""
SERIAL_CELLS = 2**21
"""Resamples times groups below which threads cost more than they gain."""

MAX_PARTS = 200
"""Of the jackknife."""


@dataclass(frozen=True)
class Resampling:
    """How intervals are drawn; the level is always 95 %."""

    num_resamples: int = 1000
    seed: int = 0


def block_size(num_groups: int) -> int:
    """Resamples in a block; by the groups alone, so that the draws depend on nothing else."""
    return max(SMALLEST_BLOCK, min(LARGEST_BLOCK, BLOCK_CELLS // num_groups))


def draw_groups(num_groups: int, resampling: Resampling, block: int) -> Ints:
    """Draw one block: how often each group was drawn, (B, G); every row sums to G.

    Each block has its own random stream, so that its draws do not depend on which thread asks for it or when.
    """
    size = block_size(num_groups)
    size = min(size, resampling.num_resamples - block * size)
    generator = np.random.default_rng([resampling.seed, block])
    drawn = generator.integers(num_groups, size=(size, num_groups), dtype=np.int64)
    return np.stack([np.bincount(row, minlength=num_groups) for row in drawn])


def leave_out(num_groups: int, block: int) -> Ints:
    """One block of the jackknife, (B, G): every group once, but for one part of them in each row.

    There are as many parts as groups, `MAX_PARTS` at most, of groups picked at random: more would not make
    the skewness that is computed from them better known.
    """
    num_parts = min(num_groups, MAX_PARTS)
    part_of = np.random.default_rng(0).permutation(num_groups) % num_parts
    size = block_size(num_groups)
    parts = np.arange(block * size, min((block + 1) * size, num_parts))
    return np.asarray(part_of != parts[:, np.newaxis], dtype=np.int64)


def resample(
    statistics: Sequence[Statistic], groups: Groups, resampling: Resampling | None = None
) -> list[Resampled]:
    """Compute statistics on the sample, on every resample and on every part of the jackknife, in one pass."""
    used, num_groups = resampling or Resampling(), groups.num_groups
    num_parts, size = min(num_groups, MAX_PARTS), block_size(num_groups)
    makers: list[Callable[[], Ints]] = [
        lambda: np.ones((1, num_groups), dtype=np.int64),
        *(partial(leave_out, num_groups, block) for block in range(-(-num_parts // size))),
        *(partial(draw_groups, num_groups, used, block) for block in range(-(-used.num_resamples // size))),
    ]

    def work(make: Callable[[], Ints]) -> list[Floats]:
        weights = make()
        return [statistic(weights) for statistic in statistics]

    is_small = used.num_resamples * num_groups < SERIAL_CELLS
    with ThreadPoolExecutor(max_workers=1 if is_small else min(8, os.cpu_count() or 1)) as pool:
        found = zip(*pool.map(work, makers), strict=True)
        joined = [np.concatenate(values).astype(np.float64) for values in found]
    return [Resampled(values[0], values[1 + num_parts :], values[1 : 1 + num_parts]) for values in joined]


def bootstrap_weights(groups: ArrayLike, resampling: Resampling) -> Ints:
    """Weight of every image in every resample, (R, N), from group ids (N,).

    This is the plain form of the draws, for small N.
    """
    numbered = Groups.of(groups)
    draws = resample([lambda draws: draws.astype(np.float64)], numbered, resampling)[0].drawn
    return draws[:, numbered.codes].astype(np.int64)


def cell_totals(
    groups: Groups, cells: Ints, num_cells: int, values: Floats | None = None
) -> Callable[[Ints], NDArray[Any]]:
    """Statistic: what each of `num_cells` cells sums to in a resample, (B, C).

    Args:
        groups: of the N images.
        cells: (N,) cell of each image.
        num_cells: C.
        values: (N,) what each image adds to its cell; 1 where not given, and then sums are whole numbers.
    """
    added = np.ones(len(cells), dtype=np.int64) if values is None else values
    by_group = csr_array((added, (cells, groups.codes)), shape=(num_cells, groups.num_groups))

    def statistic(draws: Ints) -> NDArray[Any]:
        return np.asarray((by_group @ draws.T).T)

    return statistic


def confusion_statistic(sample: Sample) -> Statistic:
    """Statistic: confusion matrices (B, K, K)."""
    size = sample.num_classes
    totals = cell_totals(sample.groups, sample.truth * size + sample.predicted, size**2)
    return lambda draws: totals(draws).reshape(len(draws), size, size).astype(np.float64)


def class_roc_auc_statistic(sample: Sample) -> Statistic:
    """Statistic: area under the one-versus-rest ROC curve of each class, (B, K)."""
    pairs = [(sample.truth == index, sample.probabilities[:, index]) for index in range(sample.num_classes)]
    return roc_auc_statistic(pairs, sample.groups)


def roc_auc_statistic(pairs: Sequence[tuple[Bools, Floats]], groups: Groups) -> Statistic:
    """Statistic: area under the ROC curve of each pair of what is to score high and scores, (B, pairs)."""
    rankings = [rank_scores(positive, scores) for positive, scores in pairs]
    places = [groups.codes[ranking.order] for ranking in rankings]

    def statistic(draws: Ints) -> Floats:
        areas = [
            ranked_roc_auc(ranking, (row[place] for row in draws))
            for ranking, place in zip(rankings, places, strict=True)
        ]
        return np.stack(areas, axis=1)

    return statistic


def mean_statistic(groups: Groups, values: Floats) -> Statistic:
    """Statistic: mean of one value an image (N,), (B,)."""
    cells = np.zeros(len(values), dtype=np.int64)
    total, count = cell_totals(groups, cells, 1, values), cell_totals(groups, cells, 1)

    def mean(draws: Ints) -> Floats:
        with np.errstate(invalid="ignore"):  # the only group left out: undefined
            return np.asarray(total(draws)[:, 0] / count(draws)[:, 0])

    return mean


def metric_statistic(sample: Sample, metric: str) -> Statistic:
    """Statistic: one named figure of `METRICS`, (B,).

    Raises:
        DataError: there is no such metric.
    """
    row = metric_named(metric)
    if row.of == "images":
        return mean_statistic(sample.groups, row.function(sample.truth, sample.probabilities))
    of = confusion_statistic(sample) if row.of == "confusion" else class_roc_auc_statistic(sample)
    figure = whole(row.function, sample, row.of) if row.averages_classes else row.function
    return lambda draws: figure(of(draws))


def metric_interval(sample: Sample, metric: str, resampling: Resampling | None = None) -> Interval:
    """One named figure of `METRICS` with its interval."""
    sources = {"confusion": confusion_statistic, "areas": class_roc_auc_statistic}
    source = sources.get(metric_named(metric).of, partial(metric_statistic, metric=metric))
    return interval_of_metric(resample([source(sample)], sample.groups, resampling)[0], sample, metric)


def mean_interval(
    values: ArrayLike, groups: ArrayLike, is_share: bool = False, resampling: Resampling | None = None
) -> Interval:
    """Mean of one value an image with its interval; values that are nan are left out.

    Args:
        values: (N,); of a comparison give each image's own difference, which pairs them.
        groups: (N,) group ids.
        is_share: values lie between 0 and 1, see `share_interval`.
        resampling: see `Resampling`.
    """
    numbers = np.asarray(values, dtype=np.float64)
    defined = ~np.isnan(numbers)
    if not defined.any():
        return Interval(np.nan, np.nan, np.nan, 0, 0)
    among = Groups.of(np.asarray(groups)[defined])
    figure = resample([mean_statistic(among, numbers[defined])], among, resampling)[0]
    basis = Basis(int(defined.sum()), among.num_groups, (among.num_groups,))
    return share_interval(figure, basis) if is_share else interval(figure, basis)


def paired_difference(
    first: Sample, second: Sample, metric: str = "balanced_accuracy", resampling: Resampling | None = None
) -> Interval:
    """How much better `first` is than `second` on the same images, resampled together.

    An interval that does not contain 0 says that the two differ.

    Raises:
        DataError: the two do not have the same truth and groups in the same order.
    """
    check_paired(first, second)
    statistics = [metric_statistic(sample, metric) for sample in (first, second)]
    ours, theirs = resample(statistics, first.groups, resampling)
    return difference_interval(ours.minus(theirs), metric_basis(first, metric), metric_named(metric).bounds)
