from __future__ import annotations

import itertools
from fractions import Fraction

import pytest

from lentigo.evaluation.forensics.groupings import chance_of_a_match, find_groupings, likely_fraction
from lentigo.evaluation.forensics.reported import DATASETS

ISIC = DATASETS["isic2019"]


def test_the_study_grouping_is_found_and_is_the_only_one() -> None:
    (found,) = find_groupings(ISIC, (2809, 1412))
    assert found.rows == (("NV", "AK", "BKL", "DF", "VASC"), ("MEL", "BCC", "SCC"))
    assert found.fraction == Fraction(1, 6)
    assert found.sizes == (16858, 8473)
    assert found.balanced_size == pytest.approx(2824.33, abs=0.01)


def test_rows_the_other_way_round_are_found_too() -> None:
    (found,) = find_groupings(ISIC, (1412, 2809))
    assert found.rows[0] == ("MEL", "BCC", "SCC")


def test_all_matches_are_listed() -> None:
    """Four classes of equal size: each of the six even divisions fits."""
    found = find_groupings({"A": 60, "B": 60, "C": 60, "D": 60}, (40, 40))
    assert {grouping.rows[0] for grouping in found} == set(itertools.combinations("ABCD", 2))
    assert {grouping.fraction for grouping in found} == {Fraction(1, 3)}


def test_sums_that_nothing_gives() -> None:
    assert find_groupings(ISIC, (1404, 1412)) == []


def test_fifteen_per_cent_is_a_fraction_people_use() -> None:
    found = find_groupings({"A": 1000, "B": 3000}, (150, 450))
    assert [(one.rows, one.fraction) for one in found] == [((("A",), ("B",)), Fraction(3, 20))]


def test_one_class_a_row_in_whichever_order() -> None:
    sums = [round(ISIC[name] / 5) for name in ("NV", "MEL", "BCC", "BKL", "AK", "SCC", "VASC", "DF")]
    (found,) = find_groupings(ISIC, sums)
    assert found.rows[:2] == (("NV",), ("MEL",))
    assert found.fraction == Fraction(1, 5)
    assert found.balanced_size == pytest.approx(8 * 239 / 5)


def test_some_rows_for_more_classes_are_not_guessed() -> None:
    assert find_groupings(ISIC, (904, 2575, 1587)) == []


def test_chance_of_a_match_is_what_counting_says() -> None:
    counts, num_images = {"A": 300, "B": 500, "C": 1200}, 400
    found = sum(bool(find_groupings(counts, (num_images - n, n))) for n in range(1, num_images))
    assert chance_of_a_match(counts, num_images) == pytest.approx(found / (num_images - 1))


def test_chance_of_a_match_by_hand() -> None:
    """A tenth of 100 + 900 images: rows of 10 and 90 fit, either way round, give or take 1."""
    assert chance_of_a_match({"A": 100, "B": 900}, 100) == pytest.approx(6 / 99)


def test_fractions() -> None:
    assert likely_fraction(ISIC, 4221) == pytest.approx(1 / 6)
    assert likely_fraction(ISIC, 5066) == pytest.approx(1 / 5)
    assert likely_fraction(ISIC, 4500) == pytest.approx(4500 / 25331)
