"""Everything printed about one network in; every derivation, and in words what it comes to, out.

An investigation never says what somebody did. At most it says that figures are explained by a re-split.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from lentigo.evaluation.forensics.groupings import (
    Grouping,
    chance_of_a_match,
    find_groupings,
    likely_fraction,
)
from lentigo.evaluation.forensics.hypotheses import (
    ResplitTest,
    SubsetTest,
    resplit_test,
    same_figure,
    subset_test,
)
from lentigo.evaluation.forensics.reported import DATASETS, Matrix, Measured, Pair
from lentigo.settings.errors import SettingsError
from lentigo.settings.run import NOTICE
from lentigo.settings.toml import did_you_mean

Json = dict[str, Any]

NEEDS_SAME_WEIGHTS = (
    "whether the second set can be a subset of the first",
    "which accuracy training on most of the second set predicts",
)
NEEDS_NOTHING = ("the groupings of classes", "accuracies and balanced accuracies of the matrices")


def investigate(
    dataset: str, matrices: Sequence[Matrix], pairs: Sequence[Pair], same_weights: bool = False
) -> Json:
    """Derive what printed figures allow to be derived.

    Args:
        dataset: a name of `DATASETS`.
        matrices: two-class confusion matrices, rows = truth; the first two are compared as a pair too.
        pairs: accuracies on a first and a second set of images.
        same_weights: both figures of a pair come from the same trained network. Nothing is concluded about
            pairs without it.

    Raises:
        SettingsError: an unknown data set, or nothing to investigate.
    """
    if dataset not in DATASETS:
        raise SettingsError(f"no data set {dataset!r}{did_you_mean(dataset, list(DATASETS))}")
    if not matrices and not pairs:
        raise SettingsError("nothing to investigate: give --matrix or --pair")
    counts = DATASETS[dataset]
    _check_sizes(dataset, [*(matrix.measured for matrix in matrices), *(pair.first for pair in pairs)])
    compared = [*pairs, *_matrix_pair(matrices)]
    found = [_pair(pair, matrices, counts, same_weights) for pair in compared]
    return {
        "schema_version": 1,
        "notice": NOTICE,
        "dataset": dataset,
        "class_counts": dict(counts),
        "same_weights": same_weights,
        "matrices": [_matrix(matrix, counts) for matrix in matrices],
        "pairs": found,
        "needs_same_weights": list(NEEDS_SAME_WEIGHTS),
        "needs_nothing": list(NEEDS_NOTHING),
        "is_explained_by_resplit": any(entry["verdict"] == "resplit" for entry in found),
    }


def _check_sizes(dataset: str, sets: Sequence[Measured]) -> None:
    """A set must be a real part of the data that it was taken from."""
    total = sum(DATASETS[dataset].values())
    for measured in sets:
        if measured.n >= total:
            raise SettingsError(f"a set of {measured.n} images is not part of {dataset}, which has {total}")


def _matrix(matrix: Matrix, counts: Mapping[str, int]) -> Json:
    measured = matrix.measured
    return {
        "cells": [list(row) for row in matrix.cells],
        "row_sums": list(matrix.row_sums),
        "n": measured.n,
        "accuracy": measured.accuracy,
        "balanced_accuracy": matrix.balanced_accuracy(),
        "groupings": [_grouping(found) for found in find_groupings(counts, matrix.row_sums)],
        "chance_of_a_match": chance_of_a_match(counts, measured.n),
    }


def _grouping(found: Grouping) -> Json:
    return {
        **asdict(found),
        "fraction": f"1/{found.denominator}",
        "expected": list(found.expected),
        "balanced_size": found.balanced_size,
    }


def _matrix_pair(matrices: Sequence[Matrix]) -> list[Pair]:
    """The first two matrices as a pair of their own."""
    if len(matrices) < 2:
        return []
    return [Pair(matrices[0].measured, matrices[1].measured, "matrix 1, matrix 2")]


def _pair(pair: Pair, matrices: Sequence[Matrix], counts: Mapping[str, int], same_weights: bool) -> Json:
    subset = subset_test(pair, _kept_by_matrices(pair, matrices))
    resplit = resplit_test(pair, likely_fraction(counts, pair.first.n))
    verdict = _verdict(subset, resplit) if same_weights else "not asked"
    return {
        "name": pair.name,
        "first": _measured(pair.first, matrices),
        "second": _measured(pair.second, matrices),
        "subset": {**asdict(subset), "log10_p": _finite(subset.log10_p), "impossible": subset.is_impossible},
        "resplit": {**asdict(resplit), "fits": resplit.fits},
        "balanced_size": _balanced_size(pair, matrices, counts),
        "verdict": verdict,
        "conclusion": CONCLUSIONS[verdict],
    }


CONCLUSIONS = {
    "resplit": "the second figure is explained by a re-split: balanced first, then divided again, so that "
    "most of the second set had been trained on",
    "subset": "nothing rules out that the second set is part of the first",
    "neither": "the second set cannot be a part of the first, but training on most of it does not predict "
    "the figure either; these figures do not tell why",
    "not asked": "nothing is concluded: both tests need the same weights behind both figures; if that is so, "
    "say --same-weights",
}


def _verdict(subset: SubsetTest, resplit: ResplitTest) -> str:
    if not subset.is_impossible:
        return "subset"
    return "resplit" if resplit.fits else "neither"


def _kept_by_matrices(pair: Pair, matrices: Sequence[Matrix]) -> int | None:
    """Images of the thinned-out classes in the second set, where matrices of both sets are given."""
    if pair.first.rows:
        return None
    sums = {matrix.measured.n: matrix.row_sums for matrix in matrices}
    first, second = sums.get(pair.first.n), sums.get(pair.second.n)
    if first is None or second is None:
        return None
    thinned = [after for before, after in zip(first, second, strict=True) if after < before]
    return sum(thinned) or None


def _balanced_size(pair: Pair, matrices: Sequence[Matrix], counts: Mapping[str, int]) -> float | None:
    """Images that the second set would have after a re-split, by the best grouping; None if there is none."""
    for matrix in matrices:
        groupings = find_groupings(counts, matrix.row_sums) if matrix.measured.n == pair.first.n else []
        if groupings:
            return groupings[0].balanced_size
    return None


def _measured(measured: Measured, matrices: Sequence[Matrix]) -> Json:
    same = [
        number
        for number, matrix in enumerate(matrices, start=1)
        if not measured.rows and same_figure(measured, matrix.measured)
    ]
    return {
        "n": measured.n,
        "errors": measured.errors,
        "accuracy": measured.accuracy,
        "is_matrix": same[0] if same else None,
        "unreachable": measured.unreachable,
    }


def _finite(log10_p: float) -> float | None:
    """None where counting alone decides."""
    return log10_p if log10_p > float("-inf") else None
