"""Statistics in, 95 % intervals out: whole groups are drawn with replacement (the cluster bootstrap).

A *statistic* is a function from a block of draws to values: draws (B, G) say how often each of the G groups
was drawn in each of B resamples, values are (B, ...). Every statistic sees the same draws for the same seed
and number of groups, so that differences between two models are paired.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from lentigo.evaluation.metrics import METRICS, Bools, Floats, Ints, mean_defined, rank_scores, ranked_roc_auc
from lentigo.evaluation.sample import Groups, Sample
from lentigo.settings.errors import DataError

Statistic = Callable[[Ints], Floats]

BLOCK = 16
"""Resamples worked on at once: small, so that one block's arrays stay in the processor's cache."""

NORMAL_QUANTILE = 1.959963984540054
"""Of the 95 % interval of a normal distribution."""


@dataclass(frozen=True)
class Resampling:
    """How intervals are drawn; the level is always 95 %."""

    num_resamples: int = 1000
    seed: int = 0


@dataclass(frozen=True)
class Interval:
    """A figure, its 95 % interval, and the images and groups it rests on; nan where undefined."""

    value: float
    low: float
    high: float
    n: int
    n_groups: int

    def as_json(self) -> dict[str, float | int | None]:
        """As a dict for JSON, None where undefined."""
        bounds = {name: defined_or_none(getattr(self, name)) for name in ("value", "low", "high")}
        return {**bounds, "n": self.n, "n_groups": self.n_groups}


@dataclass(frozen=True)
class Basis:
    """What a figure rests on: images, groups, and how many independent trials it is worth at most."""

    n: int
    n_groups: int
    trials: int

    @classmethod
    def of(cls, groups: Groups, chosen: Bools) -> Basis:
        """The chosen images (N,); each of their groups is a trial."""
        num_groups = groups.among(chosen)
        return cls(int(chosen.sum()), num_groups, num_groups)


def metric_basis(sample: Sample, metric: str) -> Basis:
    """All images; but a figure that gives every class its say is worth no more than its rarest class."""
    groups = sample.groups
    classes = [groups.among(sample.truth == index) for index in np.unique(sample.truth)]
    return Basis(
        sample.num_images, groups.num_groups, groups.num_groups if metric == "accuracy" else min(classes)
    )


def defined_or_none(value: float) -> float | None:
    """A number for JSON, which has no nan."""
    return float(value) if np.isfinite(value) else None


def draw_groups(num_groups: int, resampling: Resampling, block: int) -> Ints:
    """Draw one block: how often each group was drawn, (B, G); every row sums to G.

    Each block has its own random stream, so that its draws do not depend on which thread asks for it or when.
    """
    size = min(BLOCK, resampling.num_resamples - block * BLOCK)
    drawn = np.random.default_rng([resampling.seed, block]).integers(
        num_groups, size=(size, num_groups), dtype=np.int64
    )
    return np.stack([np.bincount(row, minlength=num_groups) for row in drawn])


def resample(statistics: Sequence[Statistic], num_groups: int, resampling: Resampling) -> list[Floats]:
    """Compute statistics on every resample; one array (R, ...) a statistic, in one pass over the draws."""

    def work(block: int) -> list[Floats]:
        draws = draw_groups(num_groups, resampling, block)
        return [statistic(draws) for statistic in statistics]

    num_blocks = -(-resampling.num_resamples // BLOCK)
    with ThreadPoolExecutor(max_workers=min(8, os.cpu_count() or 1)) as pool:
        blocks = list(pool.map(work, range(num_blocks)))
    return [np.concatenate(values) for values in zip(*blocks, strict=True)]


def bootstrap_weights(groups: ArrayLike, resampling: Resampling) -> Ints:
    """Weight of every image in every resample, (R, N), from group ids (N,).

    This is the plain form of the draws, for small N.
    """
    numbered = Groups.of(groups)
    draws = resample([lambda draws: draws.astype(np.float64)], numbered.num_groups, resampling)[0]
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
    rankings = [
        rank_scores(sample.truth == index, sample.probabilities[:, index])
        for index in range(sample.num_classes)
    ]
    places = [sample.groups.codes[ranking.order] for ranking in rankings]

    def statistic(draws: Ints) -> Floats:
        areas = [
            ranked_roc_auc(ranking, np.take(draws, place, axis=1))
            for ranking, place in zip(rankings, places, strict=True)
        ]
        return np.stack(areas, axis=1)

    return statistic


def metric_statistic(sample: Sample, metric: str) -> Statistic:
    """Statistic: one named figure, (B,): any of `METRICS`, or `roc_auc`.

    `roc_auc` is the mean over classes, and for two classes the area of the second.

    Raises:
        DataError: there is no such metric.
    """
    if metric == "roc_auc":
        areas = class_roc_auc_statistic(sample)
        return lambda draws: macro_roc_auc(areas(draws))
    if metric not in METRICS:
        raise DataError(f"no metric is called {metric!r}; choose one of {', '.join([*METRICS, 'roc_auc'])}")
    confusions = confusion_statistic(sample)
    return lambda draws: METRICS[metric](confusions(draws))


def macro_roc_auc(areas: Floats) -> Floats:
    """One area from those of the classes, (..., K) -> (...): of two classes the second's, else the mean."""
    return areas[..., 1] if areas.shape[-1] == 2 else mean_defined(areas)


def on_sample(statistic: Statistic, groups: Groups) -> Floats:
    """The statistic on the sample itself: every group drawn once."""
    return np.asarray(statistic(np.ones((1, groups.num_groups), dtype=np.int64))[0], dtype=np.float64)


def percentile_interval(value: float, resampled: Floats, n: int, n_groups: int) -> Interval:
    """Interval from the 2.5th to the 97.5th percentile of the resamples (R,) in which the figure is defined.

    With one group there is nothing to resample: the interval is undefined.
    """
    defined = resampled[~np.isnan(resampled)]
    if np.isnan(value) or n_groups < 2 or not defined.size:
        return Interval(float(value), np.nan, np.nan, n, n_groups)
    low, high = np.quantile(defined, [0.025, 0.975])
    return Interval(float(value), float(low), float(high), n, n_groups)


def share_interval(value: float, resampled: Floats, basis: Basis) -> Interval:
    """Interval of a figure between 0 and 1.

    As `percentile_interval`, but 0 or 1 in all resamples would feign certainty ("3 of 3: 100 % to 100 %"): it
    gets Wilson's interval (1927), a group counting as one trial.
    """
    plain = percentile_interval(value, resampled, basis.n, basis.n_groups)
    if plain.low == plain.high == value and value in (0.0, 1.0):
        reach = NORMAL_QUANTILE**2 / (basis.trials + NORMAL_QUANTILE**2)
        return replace(plain, high=reach) if value == 0 else replace(plain, low=1 - reach)
    return plain


def metric_interval(sample: Sample, metric: str, resampling: Resampling | None = None) -> Interval:
    """One named figure with its interval; names as in `metric_statistic`."""
    statistic = metric_statistic(sample, metric)
    resampled = resample([statistic], sample.groups.num_groups, resampling or Resampling())[0]
    value = float(on_sample(statistic, sample.groups))
    return share_interval(value, resampled, metric_basis(sample, metric))


def paired_difference(
    first: Sample, second: Sample, metric: str = "balanced_accuracy", resampling: Resampling | None = None
) -> Interval:
    """How much better `first` is than `second` on the same images, resampled together.

    An interval that does not contain 0 says that the two differ.

    Raises:
        DataError: the two do not have the same truth and groups in the same order.
    """
    if not np.array_equal(first.truth, second.truth) or not np.array_equal(
        first.groups.codes, second.groups.codes
    ):
        raise DataError("a paired comparison needs the same images in the same order; align them by image_id")
    statistics = [metric_statistic(sample, metric) for sample in (first, second)]
    groups = first.groups
    ours, theirs = resample(statistics, groups.num_groups, resampling or Resampling())
    value = float(on_sample(statistics[0], groups) - on_sample(statistics[1], groups))
    return percentile_interval(value, ours - theirs, first.num_images, groups.num_groups)
