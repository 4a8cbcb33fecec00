"""Whom a verdict names, and whom it does not; for rates over many pairs see `benchmarks/forensics.py`."""

from __future__ import annotations

import numpy as np
import pytest

from lentigo.evaluation.forensics.investigation import investigate
from lentigo.evaluation.forensics.reported import DATASETS, Matrix, parse_pair

ISIC = DATASETS["isic2019"]


def matrix_of(rows: list[tuple[int, int]]) -> Matrix:
    (n, e), (m, f) = rows
    return Matrix(((n - e, e), (f, m - f)))


def verdict(first: list[tuple[int, int]], second: list[tuple[int, int]]) -> str:
    found = investigate(ISIC, [matrix_of(first), matrix_of(second)], [], same_weights=True)
    return str(found["pairs"][0]["verdict"])


@pytest.mark.parametrize(
    ("dataset", "pair", "expected"),
    [
        ("isic2019", "2533:0.8000,33126:0.9803", "other"),
        ("isic2019", "4221:0.9064,1407:0.9850", "cannot be told"),
        ("ham10000", "2003:0.8203,1000:0.965", "cannot be told"),
        ("isic2019", "4221:0.9064,2816:0.9833", "cannot be told"),
        ("isic2019", "4221:0.8010,2816:0.9300", "cannot be told"),
        ("isic2019", "4221:0.9064,2816:0.9010", "cannot be told"),
    ],
)
def test_accuracies_alone_accuse_and_clear_nobody(dataset: str, pair: str, expected: str) -> None:
    (found,) = investigate(DATASETS[dataset], [], [parse_pair(pair)], same_weights=True)["pairs"]
    assert found["verdict"] == expected
    assert "explained by a re-split" not in found["conclusion"]
    if expected == "cannot be told":
        assert any("confusion matrix" in one for one in found["would_tell"])


@pytest.mark.parametrize("memory", [0.95, 0.98, 1.0])
@pytest.mark.parametrize("denominator", [4, 6, 10])
def test_a_leak_is_found_by_both_matrices_however_well_it_is_remembered(
    denominator: int, memory: float
) -> None:
    benign, malignant = round(16858 / denominator), round(8473 / denominator)
    right = [(1 - 1 / denominator) * memory + recall / denominator for recall in (0.9, 0.8)]
    first = [(benign, round(benign * 0.1)), (malignant, round(malignant * 0.2))]
    assert verdict(first, [(malignant, round(malignant * (1 - one))) for one in right]) == "resplit"


def test_a_part_drawn_at_random_is_told_by_its_rows() -> None:
    kept = int(np.random.default_rng(0).hypergeometric(142, 2667, 1412))
    assert verdict([(2809, 142), (1412, 228)], [(1412, kept), (1412, 228)]) == "subset"


def test_new_images_as_hard_as_the_first_are_not_accused() -> None:
    draw = np.random.default_rng(1)
    for _ in range(20):
        second = [(1412, int(draw.binomial(1412, 142 / 2809))), (1412, int(draw.binomial(1412, 228 / 1412)))]
        assert verdict([(2809, 142), (1412, 228)], second) != "resplit"


def test_the_surest_third_is_not_accused() -> None:
    assert verdict([(2809, 142), (1412, 228)], [(936, 5), (471, 10)]) == "cannot be told"
