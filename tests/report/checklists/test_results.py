"""Answers on parts, figures and their limits."""

from __future__ import annotations

from dataclasses import replace

from lentigo.report.checklists import results
from lentigo.report.checklists.facts import ChecklistFacts


def test_a_summary_names_part_images_groups_and_interval(facts: ChecklistFacts) -> None:
    assert results.summary(facts).endswith(
        "trained on 80 images, test part of 30 images in 20 groups: balanced accuracy 0.700 (0.600 to 0.800)"
    )


def test_only_gaps_beyond_chance_in_large_subgroups_are_told(facts: ChecklistFacts) -> None:
    assert "female (sex) -0.200" in results.inequalities(facts)
    assert "male (sex)" not in results.inequalities(facts).replace("female (sex)", "")
    assert results.robustness(facts).startswith("1 of 4 gaps between subgroups are beyond chance")


def test_the_least_recognised_class_comes_first(facts: ChecklistFacts) -> None:
    assert results.failures(facts).startswith("Least recognised: NV 0.500")


def test_shares_of_classes(facts: ChecklistFacts) -> None:
    assert results.prior_shift(facts) == "train: MEL 25.0 %, NV 75.0 %; test: MEL 33.3 %, NV 66.7 %"


def test_leaked_figures_carry_their_mark(leaked: ChecklistFacts) -> None:
    for answer in (results.summary, results.accuracy_with_intervals, results.performance, results.partitions):
        assert "LEAKED" in answer(leaked), answer.__name__


def test_without_an_evaluation_nothing_is_claimed(facts: ChecklistFacts) -> None:
    bare = replace(facts, evaluation={})
    for answer in (results.summary, results.accuracy_with_intervals, results.robustness, results.failures):
        assert answer(bare) == "", answer.__name__
