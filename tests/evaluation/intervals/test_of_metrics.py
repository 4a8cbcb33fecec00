from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from lentigo.evaluation.intervals.basis import Basis
from lentigo.evaluation.intervals.bootstrap import Resampling, confusion_statistic, metric_interval, resample
from lentigo.evaluation.intervals.of_metrics import interval_of_metric, metric_basis, whole
from lentigo.evaluation.intervals.sample import Sample, sample
from lentigo.evaluation.intervals.trials import trials_interval
from lentigo.evaluation.metrics import balanced_accuracy, macro_f1

FEW = Resampling(20)


def test_every_class_is_a_stratum_where_classes_are_averaged() -> None:
    images = sample([0, 0, 1, 1, 1], np.eye(3)[[0, 1, 1, 1, 0]], ["a", "a", "b", "c", "c"])
    assert metric_basis(images, "balanced_accuracy") == Basis(5, 3, (1, 2))
    assert metric_basis(images, "accuracy") == Basis(5, 3, (3,))
    assert not metric_basis(images, "roc_auc").is_area
    two = Sample(images.truth, images.probabilities[:, :2], images.groups)
    assert metric_basis(two, "roc_auc") == Basis(5, 3, (2, 1), is_area=True)


def test_a_figure_is_undefined_where_a_class_is_gone() -> None:
    images = sample([0, 1], np.eye(3)[[0, 1]], [0, 1])
    mean = whole(balanced_accuracy, images)
    full, without = np.diag([2.0, 3.0, 0.0]), np.diag([2.0, 0.0, 0.0])
    assert mean(np.stack([full, without])) == pytest.approx([1, np.nan], nan_ok=True)
    # as many rows as classes: no matrix for that
    areas = whole(lambda values: values.mean(axis=-1), sample([0, 1], np.eye(2), [0, 1]), "areas")
    assert areas(np.array([[0.5, 0.7], [0.5, np.nan]])) == pytest.approx([0.6, np.nan], nan_ok=True)


@pytest.mark.parametrize("metric", ["balanced_accuracy", "macro_f1"])
def test_many_alike_classes_or_one_mean_give_about_the_same(
    make_sample: Callable[..., Sample], metric: str
) -> None:
    """Put together from classes, or as one share of all groups: two roads to one uncertainty."""
    images = make_sample(num_images=600)
    source = resample([confusion_statistic(images)], images.groups, FEW)[0]
    function = {"balanced_accuracy": balanced_accuracy, "macro_f1": macro_f1}[metric]
    found = interval_of_metric(source, images, metric)
    plain = trials_interval(source.then(whole(function, images)), metric_basis(images, metric))
    assert found.value == pytest.approx(plain.value)
    assert found.high - found.low == pytest.approx(plain.high - plain.low, rel=0.25)


@pytest.mark.parametrize("metric", ["balanced_accuracy", "macro_f1", "roc_auc", "accuracy"])
def test_nothing_is_known_of_one_group(metric: str) -> None:
    found = metric_interval(sample([0, 1, 1], np.eye(2)[[0, 1, 0]], [0, 0, 0]), metric, FEW)
    assert not np.isnan(found.value)
    assert np.isnan(found.low)
