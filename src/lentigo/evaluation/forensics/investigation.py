"""Everything printed about one network in; every derivation, and in words what it comes to, out.

An investigation never says what somebody did. At most it says that figures are explained by a re-split.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from fractions import Fraction
from typing import Any

from lentigo.evaluation.forensics.groupings import (
    Grouping,
    chance_of_a_match,
    find_groupings,
    likely_fraction,
)
from lentigo.evaluation.forensics.hypotheses import (
    OTHER,
    RESPLIT,
    SAME,
    SUBSET,
    Sets,
    Weighed,
    honest_range,
    largest_resplit,
    memory_of,
    weigh,
)
from lentigo.evaluation.forensics.judgement import CONCLUSIONS, UNTOLD, Judgement
from lentigo.evaluation.forensics.reported import (
    Matrix,
    Measured,
    Pair,
    row_sums_of,
    same_figure,
    with_rows,
)
from lentigo.evaluation.forensics.subset import subset_test
from lentigo.settings.errors import SettingsError
from lentigo.settings.run import NOTICE

Json = dict[str, Any]

NEEDS_SAME_WEIGHTS = (
    "whether the second set can be part of the first",
    "which accuracy a re-split predicts, and how it compares with other accounts",
)
NEEDS_NOTHING = ("the groupings of classes", "accuracies and balanced accuracies of the matrices")


def investigate(
    class_counts: Mapping[str, int],
    matrices: Sequence[Matrix],
    pairs: Sequence[Pair],
    same_weights: bool = False,
) -> Json:
    """Derive what printed figures allow to be derived.

    Args:
        class_counts: images of each class of the whole data set; see `class_counts_of`.
        matrices: confusion matrices of K classes, rows = truth; the first two are compared as a pair too.
        pairs: accuracies on a first and a second set of images.
        same_weights: both figures of a pair come from the same trained network. Nothing is concluded about
            pairs without it.

    Raises:
        SettingsError: nothing to investigate, or a first set that is no part of the data.
    """
    if not matrices and not pairs:
        raise SettingsError("nothing to investigate: give --matrix or --pair")
    compared = [*pairs, *_matrix_pair(matrices)]
    _check_sizes(class_counts, [pair.first for pair in compared] or [matrices[0].measured])
    found = [_pair(pair, matrices, class_counts, same_weights) for pair in compared]
    return {
        "schema_version": 2,
        "notice": NOTICE,
        "class_counts": dict(class_counts),
        "same_weights": same_weights,
        "matrices": [_matrix(matrix, class_counts) for matrix in matrices],
        "pairs": found,
        "needs_same_weights": list(NEEDS_SAME_WEIGHTS),
        "needs_nothing": list(NEEDS_NOTHING),
        "is_explained_by_resplit": any(entry["verdict"] == "resplit" for entry in found),
    }


def _check_sizes(class_counts: Mapping[str, int], sets: Sequence[Measured]) -> None:
    """A first set must be a real part of the data that it was taken from; the second may be any."""
    total = sum(class_counts.values())
    for measured in sets:
        if measured.n >= total:
            raise SettingsError(f"a set of {measured.n} images is no part of the data, which have {total}")


def _matrix(matrix: Matrix, counts: Mapping[str, int]) -> Json:
    measured = matrix.measured
    return {
        "cells": [list(row) for row in matrix.cells],
        "row_sums": list(matrix.row_sums),
        "n": measured.n,
        "accuracy": measured.accuracy,
        "balanced_accuracy": matrix.balanced_accuracy(),
        "groupings": [_grouping(found) for found in find_groupings(counts, matrix.row_sums)],
        "chance_of_a_match": chance_of_a_match(counts, measured.n) if len(matrix.cells) == 2 else None,
    }


def _grouping(found: Grouping) -> Json:
    return {
        **asdict(found),
        "fraction": fraction_text(found.fraction),
        "expected": list(found.expected),
        "balanced_size": found.balanced_size,
    }


def fraction_text(fraction: Fraction) -> str:
    """`1/6`, or `15 %` where it is no such fraction."""
    return str(fraction) if fraction.numerator == 1 else f"{float(fraction):.0%}".replace("%", " %")


def _matrix_pair(matrices: Sequence[Matrix]) -> list[Pair]:
    """The first two matrices as a pair of their own, where they have the same classes."""
    if len(matrices) < 2 or len(matrices[0].cells) != len(matrices[1].cells):
        return []
    return [Pair(matrices[0].measured, matrices[1].measured, "matrix 1, matrix 2")]


def _pair(pair: Pair, matrices: Sequence[Matrix], counts: Mapping[str, int], same_weights: bool) -> Json:
    first, second = with_rows(pair.first, matrices), with_rows(pair.second, matrices)
    sums = row_sums_of(first, matrices), row_sums_of(second, matrices)
    grouping = next(iter(find_groupings(counts, sums[0])), None)
    fraction = likely_fraction(counts, first.n)
    subset = subset_test(Pair(first, second), _kept(*sums))
    can_weigh = bool(sums[0] and len(sums[0]) == len(sums[1]))
    sets = Sets(first, second, *sums, fraction, grouping is not None)
    weighed = weigh(sets) if can_weigh else None
    verdict = Judgement(sets, subset, weighed, largest_resplit(counts, grouping))
    key = verdict.key if same_weights else "not asked"
    return {
        "name": pair.name,
        "first": _measured(pair.first, matrices),
        "second": _measured(pair.second, matrices),
        "subset": {**asdict(subset), "log10_p": _finite(subset.log10_p), "impossible": subset.is_impossible},
        "resplit": _resplit(sets, verdict),
        "weighed": _weighed(weighed),
        "verdict": key,
        "conclusion": CONCLUSIONS[key],
        "would_tell": verdict.would_tell if key == UNTOLD else [],
    }


def _resplit(sets: Sets, verdict: Judgement) -> Json:
    first, second, fraction = sets.first, sets.second, sets.fraction
    low, high = first.accuracy, first.accuracy
    if verdict.weighed:
        low, high = honest_range(first, sets.first_sums, sets.second_sums)
    return {
        "fraction": fraction,
        "honest": [low, high],
        "predicted": [1 - fraction + fraction * low, 1 - fraction + fraction * high],
        "memory": memory_of((low + high) / 2, second.accuracy, fraction),
        "largest_size": verdict.largest,
        "is_possible": verdict.has_room,
        "has_no_sign": verdict.has_no_sign,
        "expected_size": verdict.weighed.expected_size if verdict.weighed else None,
        "design": verdict.weighed.design if verdict.weighed else "",
    }


def _weighed(weighed: Weighed | None) -> Json | None:
    """How many times likelier a re-split makes the figures than each other account, as log10."""
    if weighed is None:
        return None
    return {name: _finite(weighed.ratio(RESPLIT, name)) for name in (SUBSET, SAME, OTHER)}


def _kept(first: Sequence[int], second: Sequence[int]) -> int | None:
    """Images left of the thinned-out classes in the second set, where the rows of both sets are known."""
    if not first or len(first) != len(second):
        return None
    return sum(after for before, after in zip(first, second, strict=True) if after < before) or None


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
    return log10_p if math.isfinite(log10_p) else None
