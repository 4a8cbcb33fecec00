"""Subgroups: figures by hand, gaps on the same draws, and what is too small or not known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from lentigo.evaluation.intervals.bootstrap import Resampling, metric_interval
from lentigo.evaluation.intervals.ranking import roc_auc
from lentigo.evaluation.intervals.sample import sample
from lentigo.evaluation.subgroups import FoldedAnswers, age_bands, subgroup_figures

FEW = Resampling(num_resamples=200)


def two_classes(truth: list[int], score: list[float]) -> FoldedAnswers:
    risks = np.array(score)
    whole = sample(truth, np.stack([1 - risks, risks], axis=1), np.arange(len(truth)))
    return FoldedAnswers(whole, whole)


def test_figures_of_a_subgroup_are_those_of_its_images_alone() -> None:
    generator = np.random.default_rng(0)
    truth = generator.integers(0, 2, 200)
    score = np.clip(0.5 + 0.2 * (truth - 0.5) + generator.normal(0, 0.2, 200), 0, 1)
    values = np.where(np.arange(200) < 80, "one", "other")
    found = subgroup_figures(two_classes(truth.tolist(), score.tolist()), {"clinic": values.tolist()}, FEW)
    large, small = found["attributes"]["clinic"]
    assert (large["name"], large["n"], small["name"], small["n"]) == ("other", 120, "one", 80)
    for row, chosen in ((large, values == "other"), (small, values == "one")):
        assert row["figures"]["malignant_roc_auc"]["value"] == pytest.approx(
            roc_auc(truth[chosen] == 1, score[chosen])
        )
        hit = (score[chosen] > 0.5)[truth[chosen] == 1].mean()
        assert row["figures"]["sensitivity"]["value"] == pytest.approx(hit)
    area = large["figures"]["malignant_roc_auc"]["value"] - small["figures"]["malignant_roc_auc"]["value"]
    assert large["gaps"]["malignant_roc_auc"]["value"] == pytest.approx(area)
    assert small["gaps"]["malignant_roc_auc"]["value"] == pytest.approx(-area)


def test_balanced_accuracy_is_compared_over_the_classes_that_both_sides_have() -> None:
    # the first side has classes 0 and 1, the other 0 and 2: only class 0 is comparable
    truth = [0, 0, 1, 1, 0, 0, 2, 2]
    answer = [0, 0, 0, 0, 0, 1, 2, 2]
    whole = sample(truth, np.eye(3)[answer], np.arange(8))
    rows = subgroup_figures(FoldedAnswers(whole, None), {"x": ["a"] * 4 + ["b"] * 4}, FEW)["attributes"]["x"]
    figures = {row["name"]: row["figures"]["balanced_accuracy"]["value"] for row in rows}
    assert figures == {"a": 1.0, "b": 0.5}


def test_a_true_gap_is_found_and_a_small_subgroup_is_not_counted() -> None:
    generator = np.random.default_rng(1)
    truth = generator.integers(0, 2, 400)
    is_good = np.arange(400) < 200
    score = np.where(is_good, np.where(truth == 1, 0.9, 0.1), generator.uniform(0, 1, 400))
    values = np.where(is_good, "served", "not served").astype(object)
    values[:10] = "few"
    found = subgroup_figures(two_classes(truth.tolist(), score.tolist()), {"who": values.tolist()}, FEW)
    rows = {row["name"]: row for row in found["attributes"]["who"]}
    assert rows["few"]["is_small"]
    assert not rows["served"]["is_small"]
    assert rows["served"]["gaps"]["malignant_roc_auc"]["low"] > 0.2
    assert found["num_gaps"] == 8  # four figures each of the two that are large enough
    assert found["num_gaps_beyond_chance"] >= 6
    gap = rows["served"]["gaps"]["malignant_roc_auc"]
    assert gap["p_value"] < gap["p_adjusted"] < 0.001
    assert rows["few"]["gaps"]["malignant_roc_auc"]["p_adjusted"] is None


def test_of_two_values_one_gap_is_judged_and_few_groups_have_none() -> None:
    truth, score = [0, 1] * 60, [0.1, 0.9] * 60
    answers = two_classes(truth, score)
    found = subgroup_figures(answers, {"sex": ["male"] * 60 + ["female"] * 60}, FEW)
    assert found["num_gaps"] == 4
    assert found["num_gaps_beyond_chance"] == 0
    judged = [row["gaps"]["sensitivity"]["p_adjusted"] is not None for row in found["attributes"]["sex"]]
    assert sorted(judged) == [False, True]
    # four malignant groups on one side
    few = subgroup_figures(answers, {"x": ["a" if place < 8 else "b" for place in range(120)]}, FEW)
    gap = few["attributes"]["x"][0]["gaps"]["sensitivity"]
    assert (gap["value"], gap["low"], gap["p_value"]) == (None, None, None)


def test_a_side_without_errors_is_not_certain() -> None:
    """20 of 20 against 18 of 20: by standard errors p = 0.14, by Fisher's exact test 0.49."""
    truth, score = [1] * 40 + [0] * 40, [0.9] * 38 + [0.1] * 2 + [0.2] * 40
    values = (["a"] * 20 + ["b"] * 20) * 2
    rows = subgroup_figures(two_classes(truth, score), {"x": values}, FEW)["attributes"]["x"]
    assert rows[0]["gaps"]["sensitivity"]["p_value"] > 0.2


def test_what_is_not_known_is_a_subgroup_and_a_single_value_is_none() -> None:
    answers = two_classes([0, 1, 0, 1], [0.1, 0.9, 0.2, 0.8])
    found = subgroup_figures(answers, {"sex": ["", "female", "", "female"], "site": ["leg"] * 4}, FEW)
    assert list(found["attributes"]) == ["sex"]
    assert [row["name"] for row in found["attributes"]["sex"]] == ["female", "unknown"]


def test_the_interval_of_a_subgroup_is_near_that_of_its_images_resampled_alone() -> None:
    generator = np.random.default_rng(2)
    truth = generator.integers(0, 2, 600)
    score = np.clip(0.5 + 0.3 * (truth - 0.5) + generator.normal(0, 0.3, 600), 0, 1)
    answers = two_classes(truth.tolist(), score.tolist())
    rows = subgroup_figures(answers, {"half": ["a", "b"] * 300})["attributes"]["half"]
    row = next(row for row in rows if row["name"] == "a")
    risks = score[::2]
    alone = metric_interval(
        sample(truth[::2], np.stack([1 - risks, risks], axis=1), np.arange(300)), "balanced_accuracy"
    )
    figure = row["figures"]["balanced_accuracy"]
    assert figure["value"] == pytest.approx(alone.value)
    assert figure["high"] - figure["low"] == pytest.approx(alone.high - alone.low, rel=0.15)


def test_ages_fall_into_their_bands() -> None:
    ages = pd.Series([0, 29, 30, 44.5, 60, 85, np.nan])
    assert age_bands(ages) == [
        "under 30", "under 30", "30 to 44", "30 to 44", "60 to 74", "75 and over", ""
    ]  # fmt: skip
