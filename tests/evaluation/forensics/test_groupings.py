from __future__ import annotations

import itertools

import pytest

from lentigo.evaluation.forensics.groupings import chance_of_a_match, find_groupings, likely_fraction
from lentigo.evaluation.forensics.reported import DATASETS

ISIC = DATASETS["isic2019"]


def test_the_study_grouping_is_found_and_is_the_only_one() -> None:
    (found,) = find_groupings(ISIC, (2809, 1412))
    assert found.row_2 == ("MEL", "BCC", "SCC")
    assert found.row_1 == ("NV", "AK", "BKL", "DF", "VASC")
    assert found.denominator == 6
    assert found.sizes == (16858, 8473)
    assert found.balanced_size == pytest.approx(2824.33, abs=0.01)


def test_rows_the_other_way_round_are_found_too() -> None:
    (found,) = find_groupings(ISIC, (1412, 2809))
    assert found.row_1 == ("MEL", "BCC", "SCC")


def test_all_matches_are_listed() -> None:
    """Four classes of equal size: each of the six even divisions fits."""
    found = find_groupings({"A": 60, "B": 60, "C": 60, "D": 60}, (40, 40))
    assert {grouping.row_1 for grouping in found} == set(itertools.combinations("ABCD", 2))
    assert {grouping.denominator for grouping in found} == {3}


def test_sums_that_nothing_gives() -> None:
    assert find_groupings(ISIC, (1404, 1412)) == []


def test_chance_of_a_match_by_hand() -> None:
    """A tenth of 100 + 900 images: rows of 10 and 90 fit, either way round, give or take 1."""
    assert chance_of_a_match({"A": 100, "B": 900}, 100) == pytest.approx(6 / 99)


def test_fractions() -> None:
    assert likely_fraction(ISIC, 4221) == pytest.approx(1 / 6)
    assert likely_fraction(ISIC, 5066) == pytest.approx(1 / 5)
    assert likely_fraction(ISIC, 4500) == pytest.approx(4500 / 25331)
