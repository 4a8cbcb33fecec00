from __future__ import annotations

import os
from collections.abc import Callable

import numpy as np
import pytest
from sklearn import metrics as reference

from lentigo.evaluation.intervals import bootstrap
from lentigo.evaluation.intervals.bootstrap import Resampling
from lentigo.evaluation.intervals.resampled import Interval
from lentigo.evaluation.intervals.sample import Groups, Sample, sample
from lentigo.evaluation.metrics import METRICS, balanced_accuracy, confusion_matrix
from lentigo.settings.errors import DataError

FEW = Resampling(num_resamples=40, seed=3)


def resamples_of(images: Sample, resampling: Resampling) -> list[np.ndarray]:
    """Rows of images in each resample, the plain way."""
    weights = bootstrap.bootstrap_weights(images.groups.codes, resampling)
    return [np.repeat(np.arange(images.num_images), row) for row in weights]


def bounds(found: Interval) -> tuple[float, float, float]:
    return found.value, found.low, found.high


def test_whole_groups_are_drawn_and_as_many_as_there_are() -> None:
    groups = Groups.of(["a", "a", "b", "c", "c", "c"])
    draws = bootstrap.draw_groups(groups.num_groups, Resampling(5), block=0)
    assert draws.shape == (5, 3)
    assert (draws.sum(axis=1) == 3).all()
    weights = bootstrap.bootstrap_weights(["a", "a", "b", "c", "c", "c"], Resampling(5))
    np.testing.assert_array_equal(weights, draws[:, groups.codes])


def test_draws_are_fair() -> None:
    draws = np.concatenate([bootstrap.draw_groups(20, Resampling(3200), block) for block in range(4)])
    assert draws.mean() == 1
    # each of 20 groups is drawn 3200 times, give or take 55
    assert np.abs(draws.sum(axis=0) - 3200).max() < 5 * 55
    assert draws.var() == pytest.approx(0.95, abs=0.03)


@pytest.mark.parametrize("num_groups", [30, 20_000])
def test_draws_depend_on_the_seed_alone(monkeypatch: pytest.MonkeyPatch, num_groups: int) -> None:
    monkeypatch.setattr(bootstrap, "SERIAL_CELLS", 0)
    first = bootstrap.bootstrap_weights(np.arange(num_groups), FEW)
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    np.testing.assert_array_equal(bootstrap.bootstrap_weights(np.arange(num_groups), FEW), first)
    assert (bootstrap.bootstrap_weights(np.arange(num_groups), Resampling(40, seed=4)) != first).any()
    longer = bootstrap.bootstrap_weights(np.arange(num_groups), Resampling(48, seed=3))
    np.testing.assert_array_equal(longer[:40], first)


@pytest.mark.parametrize("num_groups", [1, 3, 200, 450, 3000])
def test_the_jackknife_leaves_every_group_out_once(num_groups: int) -> None:
    num_parts = min(num_groups, bootstrap.MAX_PARTS)
    num_blocks = -(-num_parts // bootstrap.block_size(num_groups))
    weights = np.concatenate([bootstrap.leave_out(num_groups, block) for block in range(num_blocks)])
    assert weights.shape == (num_parts, num_groups)
    np.testing.assert_array_equal((1 - weights).sum(axis=0), np.ones(num_groups))


def test_all_three_come_from_one_pass(make_sample: Callable[..., Sample]) -> None:
    images = make_sample(num_images=60)
    found = bootstrap.resample([bootstrap.confusion_statistic(images)], images.groups, FEW)[0]
    np.testing.assert_array_equal(found.observed, images.confusion)
    assert found.drawn.shape == (40, 4, 4)
    # every image is left out exactly once
    np.testing.assert_array_equal((images.confusion - found.jackknife).sum(axis=0), images.confusion)


def test_confusions_are_those_of_a_plain_loop(make_sample: Callable[..., Sample]) -> None:
    images = make_sample()
    found = bootstrap.resample([bootstrap.confusion_statistic(images)], images.groups, FEW)[0].drawn
    for matrix, rows in zip(found, resamples_of(images, FEW), strict=True):
        expected = reference.confusion_matrix(images.truth[rows], images.predicted[rows], labels=range(4))
        np.testing.assert_array_equal(matrix, expected)


def test_areas_are_those_of_a_plain_loop(make_sample: Callable[..., Sample]) -> None:
    images = make_sample()
    found = bootstrap.resample([bootstrap.class_roc_auc_statistic(images)], images.groups, FEW)[0].drawn
    for areas, rows in zip(found, resamples_of(images, FEW), strict=True):
        for index in range(4):
            expected = reference.roc_auc_score(images.truth[rows] == index, images.probabilities[rows, index])
            assert areas[index] == pytest.approx(expected, abs=1e-12)


def test_sums_of_values_are_those_of_a_plain_loop(make_sample: Callable[..., Sample]) -> None:
    images = make_sample()
    values = images.probabilities[:, 0]
    statistic = bootstrap.cell_totals(images.groups, images.truth, 4, values)
    found = bootstrap.resample([statistic], images.groups, FEW)[0].drawn
    for totals, rows in zip(found, resamples_of(images, FEW), strict=True):
        expected = np.bincount(images.truth[rows], values[rows], minlength=4)
        np.testing.assert_allclose(totals, expected)


@pytest.mark.parametrize("metric", METRICS)
def test_an_interval_holds_the_value_and_ignores_the_order(
    make_sample: Callable[..., Sample], metric: str
) -> None:
    images = make_sample()
    found = bootstrap.metric_interval(images, metric, Resampling(200))
    assert found.low < found.value < found.high
    assert (found.n, found.n_groups) == (300, images.groups.num_groups)
    order = np.random.default_rng(1).permutation(300)
    shuffled = sample(images.truth[order], images.probabilities[order], images.groups.codes[order])
    again = bootstrap.metric_interval(shuffled, metric, Resampling(200))
    assert (again.value, again.low, again.high) == pytest.approx(
        (found.value, found.low, found.high), abs=1e-14
    )


def test_copies_of_images_in_a_group_add_no_certainty(make_sample: Callable[..., Sample]) -> None:
    images = make_sample(group_size=1.5)
    parts = (images.truth, images.probabilities, images.groups.codes)
    tenfold = sample(*(np.repeat(part, 10, axis=0) for part in parts))
    once = bootstrap.metric_interval(images, "balanced_accuracy")
    copied = bootstrap.metric_interval(tenfold, "balanced_accuracy")
    assert bounds(copied) == pytest.approx(bounds(once), abs=1e-12)


def test_a_model_is_not_better_than_itself(make_sample: Callable[..., Sample]) -> None:
    images = make_sample()
    found = bootstrap.paired_difference(images, images)
    assert found.value == 0
    assert -0.2 < found.low == -found.high < 0, "no difference among so few groups does not mean none at all"


def test_pairing_finds_a_small_difference(make_sample: Callable[..., Sample]) -> None:
    better = make_sample(num_images=600)
    answers = better.probabilities.copy()
    spoilt = np.flatnonzero(better.predicted == better.truth)[::12]
    answers[spoilt] = np.roll(answers[spoilt], 1, axis=1)
    worse = Sample(better.truth, answers, better.groups)
    found = bootstrap.paired_difference(better, worse)
    assert found.value == pytest.approx(
        float(balanced_accuracy(better.confusion) - balanced_accuracy(worse.confusion))
    )
    assert 0 < found.low < found.value < found.high
    first, second = (bootstrap.metric_interval(images, "balanced_accuracy") for images in (better, worse))
    assert second.high > first.low, "their own intervals overlap, and cannot tell"


def test_only_the_same_images_can_be_paired(make_sample: Callable[..., Sample]) -> None:
    with pytest.raises(DataError, match="align them by image_id"):
        bootstrap.paired_difference(make_sample(seed=0), make_sample(seed=1))


def test_an_unknown_metric_is_named(make_sample: Callable[..., Sample]) -> None:
    with pytest.raises(DataError, match="choose one of balanced_accuracy, accuracy"):
        bootstrap.metric_interval(make_sample(), "recal")


def test_of_two_classes_the_area_is_that_of_the_second(make_sample: Callable[..., Sample]) -> None:
    images = make_sample(num_classes=2)
    found = bootstrap.metric_interval(images, "roc_auc", FEW)
    assert found.value == pytest.approx(reference.roc_auc_score(images.truth, images.probabilities[:, 1]))


@pytest.mark.parametrize(
    ("truth", "groups"), [([0], [0]), ([0, 1, 1], [0, 0, 0]), ([1, 1, 1], [0, 1, 2]), ([0, 1], [0, 1])]
)
def test_the_smallest_samples_work(truth: list[int], groups: list[int]) -> None:
    images = sample(truth, np.tile([0.4, 0.6], (len(truth), 1)), groups)
    for metric in METRICS:
        found = bootstrap.metric_interval(images, metric, FEW)
        least, most = METRICS[metric].bounds
        assert np.isnan(found.low) or least <= found.low <= found.value <= found.high <= most
        assert np.isnan(found.low) or found.n_groups > 1


def clustered(generator: np.random.Generator, num_groups: int) -> Sample:
    """Groups of 1 to 8 images with a common class and a common chance to be recognised."""
    classes = generator.choice(3, size=num_groups, p=[0.6, 0.3, 0.1])
    means = np.array([0.85, 0.7, 0.6])[classes]
    chances = generator.beta(2 * means, 2 * (1 - means))
    codes = np.repeat(np.arange(num_groups), generator.integers(1, 9, size=num_groups))
    is_right = generator.random(len(codes)) < chances[codes]
    truth = classes[codes]
    return sample(truth, np.eye(3)[np.where(is_right, truth, (truth + 1) % 3)], codes)


def coverage(by_group: bool, num_trials: int = 400, num_groups: int = 200) -> float:
    """Share of trials in which the 95 % interval of balanced accuracy holds the true one."""
    generator = np.random.default_rng(0)
    true, covered = (0.85 + 0.7 + 0.6) / 3, 0
    for trial in range(num_trials):
        images = clustered(generator, num_groups)
        if not by_group:
            images = sample(images.truth, images.probabilities, np.arange(images.num_images))
        found = bootstrap.metric_interval(images, "balanced_accuracy", Resampling(400, seed=trial))
        covered += found.low <= true <= found.high
    return covered / num_trials


def test_the_interval_covers_the_truth_19_times_in_20() -> None:
    assert 0.93 <= coverage(by_group=True) <= 0.97


def test_resampling_images_instead_of_groups_would_feign_certainty() -> None:
    assert coverage(by_group=False, num_trials=150) < 0.85


def test_a_resample_without_a_class_has_no_mean_over_classes() -> None:
    """It would be the mean of fewer classes, which is another figure."""
    images = sample([0, 0, 0, 0, 1], np.eye(2)[[0, 0, 0, 1, 1]], range(5))
    statistic = bootstrap.metric_statistic(images, "balanced_accuracy")
    found = bootstrap.resample([statistic], images.groups, FEW)[0].drawn
    for value, rows in zip(found, resamples_of(images, FEW), strict=True):
        matrix = confusion_matrix(images.truth[rows], images.predicted[rows], 2)
        with np.errstate(invalid="ignore"):
            recalls = np.diagonal(matrix) / matrix.sum(axis=1)
        assert value == pytest.approx(recalls.mean(), nan_ok=True)


def test_a_mean_is_that_of_images_resampled_by_group() -> None:
    generator = np.random.default_rng(5)
    groups = np.repeat(np.arange(30), generator.integers(1, 5, size=30))
    values = generator.normal(size=30)[groups] + 0.1 * generator.normal(size=len(groups))
    values[3] = np.nan
    found = bootstrap.mean_interval(values, groups)
    assert found.value == pytest.approx(np.nanmean(values))
    assert (found.n, found.n_groups) == (len(values) - 1, 30)
    assert found.low < found.value < found.high
    alone = bootstrap.mean_interval(values, np.arange(len(values)))
    assert found.high - found.low > 1.3 * (alone.high - alone.low)  # images of a group are alike


def test_a_mean_of_nothing_or_of_one_group_is_said_to_be_so() -> None:
    nothing = bootstrap.mean_interval([np.nan, np.nan], [0, 1])
    assert np.isnan(nothing.value)
    assert nothing.n == 0
    one = bootstrap.mean_interval([0.2, 0.4], ["a", "a"], is_share=True)
    assert one.value == pytest.approx(0.3)
    assert np.isnan(one.low)


def test_a_share_that_is_always_1_gets_wilsons_interval() -> None:
    found = bootstrap.mean_interval([1.0, 1.0, 1.0], [0, 1, 2], is_share=True)
    assert found.high == 1
    assert 0.2 < found.low < 0.6
