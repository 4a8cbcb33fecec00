from __future__ import annotations

import pytest

from lentigo.evaluation.forensics.reported import (
    DATASETS,
    class_counts_of,
    parse_matrix,
    parse_pair,
    row_sums_of,
    same_figure,
    with_rows,
)
from lentigo.settings.errors import SettingsError


def test_class_counts_are_those_of_the_official_tables() -> None:
    assert sum(DATASETS["isic2019"].values()) == 25331
    assert sum(DATASETS["ham10000"].values()) == 10015
    assert DATASETS["isic2018"] == DATASETS["ham10000"]
    assert sum(DATASETS["isic2020"].values()) == 33126


def test_classes_of_any_other_data() -> None:
    assert class_counts_of("", "benign=900, malignant=100") == {"benign": 900, "malignant": 100}
    assert class_counts_of("isic2020") == {"benign": 32542, "malignant": 584}
    with pytest.raises(SettingsError, match="did you mean isic2019"):
        class_counts_of("isic219")


@pytest.mark.parametrize("text", ["a=1", "a=1,a=2", "a=0,b=3", "a,b", "a=1e3,b=2", "=3,b=2"])
def test_classes_that_are_none(text: str) -> None:
    with pytest.raises(SettingsError, match="--classes"):
        class_counts_of("", text)


def test_matrices_of_three_classes() -> None:
    matrix = parse_matrix("8,1,1; 0,5,5; 2,0,18")
    assert matrix.row_sums == (10, 10, 20)
    assert matrix.measured.rows == ((10, 2), (10, 5), (20, 2))
    assert matrix.balanced_accuracy()["value"] == pytest.approx((0.8 + 0.5 + 0.9) / 3)


def test_percentages() -> None:
    pair = parse_pair("4221:90.64%,2816:98.33 %")
    assert (pair.first.errors, pair.first.decimals) == (395, 4)
    assert (pair.second.errors, pair.second.unreachable) == (47, "")


def test_printed_and_exact_figures() -> None:
    matrix, study = parse_matrix("1388,16,31,1381"), parse_pair("4221:0.9064,2816:0.9833")
    assert same_figure(study.second, matrix.measured)
    assert not same_figure(study.first, matrix.measured)
    assert with_rows(study.second, [matrix]).rows == ((1404, 16), (1412, 31))
    assert row_sums_of(parse_pair("4221:0.9,2816:0.5").second, [matrix]) == (1404, 1412)
    assert row_sums_of(study.first, [matrix]) == ()


def test_a_matrix_gives_rows_errors_and_balanced_accuracy() -> None:
    matrix = parse_matrix("2667,142,228,1184")
    assert matrix.row_sums == (2809, 1412)
    assert matrix.measured.rows == ((2809, 142), (1412, 228))
    found = matrix.balanced_accuracy()
    assert found["value"] == pytest.approx((2667 / 2809 + 1184 / 1412) / 2)
    assert found["value"] == pytest.approx(0.894, abs=5e-4)
    # by hand: sqrt(0.94945 * 0.05055 / 2809 + 0.83853 * 0.16147 / 1412) / 2 = 0.00532
    assert found["high"] - found["value"] == pytest.approx(1.96 * 0.00532, abs=1e-4)


def test_a_printed_accuracy_gives_its_errors() -> None:
    pair = parse_pair("4221:0.9064, 2816:0.9833")
    assert (pair.first.errors, pair.second.errors) == (395, 47)


@pytest.mark.parametrize("text", ["1,2,3", "1,2,3,x", "0,0,3,4", "", "1,2,3,4,5", "7"])
def test_matrices_that_are_none(text: str) -> None:
    with pytest.raises(SettingsError, match="--matrix"):
        parse_matrix(text)


@pytest.mark.parametrize(
    "text", ["4221:0.9", "4221,0.9,2816,0.9", "10:1.5,5:0.5", "0:0.5,5:0.5", "10:50,5:0.5", "10:101%,5:50%"]
)
def test_pairs_that_are_none(text: str) -> None:
    with pytest.raises(SettingsError):
        parse_pair(text)


def test_an_accuracy_that_no_count_gives_is_told() -> None:
    pair = parse_pair("10:0.8734,5:0.8")
    assert (pair.first.errors, pair.first.unreachable) == (1, "0.8734")
    assert (pair.second.errors, pair.second.unreachable) == (1, "")
