"""Differences by hand, their signs, and what the comparison says of each class."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from lentigo.evaluation.comparison import Comparison, agreement, compare_samples
from lentigo.evaluation.intervals.bootstrap import Resampling, paired_difference
from lentigo.evaluation.intervals.exchange import Exchange
from lentigo.evaluation.intervals.sample import Sample, malignant_sample, sample
from lentigo.evaluation.metrics import METRICS, Metric, accuracy
from lentigo.settings.errors import DataError

NAMES = ("MEL", "NV", "BCC", "DF")
FEW = Comparison(NAMES, ("MEL", "BCC"), Resampling(200), Exchange(199))


@pytest.fixture
def pair(make_sample: Callable[..., Sample]) -> tuple[Sample, Sample]:
    """A model, and the same with every eighth right answer spoilt."""
    better = make_sample(num_images=400)
    answers = better.probabilities.copy()
    spoilt = np.flatnonzero(better.predicted == better.truth)[::8]
    answers[spoilt] = np.roll(answers[spoilt], 1, axis=1)
    return better, Sample(better.truth, answers, better.groups)


def test_two_classes_by_hand() -> None:
    """Recalls 2/3 and 1/2 against 1/3 and 1/2."""
    truth, groups = [0, 0, 0, 1, 1], [0, 1, 2, 3, 4]
    first = sample(truth, [[0.9, 0.1], [0.8, 0.2], [0.3, 0.7], [0.1, 0.9], [0.6, 0.4]], groups)
    second = sample(truth, [[0.9, 0.1], [0.2, 0.8], [0.3, 0.7], [0.7, 0.3], [0.4, 0.6]], groups)
    found = compare_samples(first, second, Comparison(("benign", "malignant")))
    balanced = found["figures"]["balanced_accuracy"]
    assert balanced["first"]["value"] == pytest.approx((2 / 3 + 1 / 2) / 2)
    assert balanced["second"]["value"] == pytest.approx((1 / 3 + 1 / 2) / 2)
    assert balanced["difference"]["value"] == pytest.approx(1 / 6)
    assert found["figures"]["accuracy"]["difference"]["value"] == pytest.approx(1 / 5)
    assert found["recall"]["benign"]["difference"]["value"] == pytest.approx(1 / 3)
    assert found["recall"]["benign"]["difference"]["n"] == 3
    assert found["recall"]["malignant"]["difference"]["value"] == 0
    assert found["agreement"] == {
        "both_right": 1, "only_first_right": 2, "only_second_right": 1, "neither_right": 1,
    }  # fmt: skip


def test_one_row_adds_a_metric(pair: tuple[Sample, Sample], monkeypatch: pytest.MonkeyPatch) -> None:
    def kept(confusion: np.ndarray) -> np.ndarray:
        return 2 * accuracy(confusion) - 1

    def told(truth: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
        return probabilities[np.arange(len(truth)), truth]

    monkeypatch.setitem(METRICS, "kept", Metric("kept", kept, bounds=(-1, 1), averages_classes=False))
    monkeypatch.setitem(METRICS, "told", Metric("told", told, of="images", averages_classes=False))
    found = compare_samples(*pair, FEW)["figures"]
    for key in ("value", "low", "high"):
        doubled = 2 * found["accuracy"]["difference"][key]
        assert found["kept"]["difference"][key] == pytest.approx(doubled)
    assert found["kept"]["difference"]["p_value"] == found["accuracy"]["difference"]["p_value"]
    means = [told(one.truth, one.probabilities).mean() for one in pair]
    assert found["told"]["difference"]["value"] == pytest.approx(means[0] - means[1])
    assert found["told"]["difference"]["low"] > 0


def test_the_better_one_is_found_and_the_signs_turn(pair: tuple[Sample, Sample]) -> None:
    there, back = compare_samples(*pair, FEW), compare_samples(*pair[::-1], FEW)
    for name, figure in there["figures"].items():
        difference, other = figure["difference"], back["figures"][name]["difference"]
        assert difference["value"] == pytest.approx(-other["value"])
        assert figure["first"] == back["figures"][name]["second"]
        assert difference["p_value"] == pytest.approx(other["p_value"])
    balanced = there["figures"]["balanced_accuracy"]["difference"]
    assert 0 < balanced["low"] < balanced["value"] < balanced["high"]
    assert balanced["p_value"] == 1 / 200, "the smallest that 199 exchanges can give"


def test_intervals_are_those_of_a_paired_difference(pair: tuple[Sample, Sample]) -> None:
    found = compare_samples(*pair, FEW)["figures"]
    expected = paired_difference(*pair, "balanced_accuracy", FEW.resampling)
    assert found["balanced_accuracy"]["difference"]["low"] == pytest.approx(expected.low)
    folded = [malignant_sample(one, NAMES, FEW.malignant) for one in pair]
    assert folded[0] is not None
    assert folded[1] is not None
    area = paired_difference(folded[0], folded[1], "roc_auc", FEW.resampling)
    assert found["malignant_roc_auc"]["difference"]["high"] == pytest.approx(area.high)


def test_a_model_against_itself_differs_in_nothing_and_is_not_certain(pair: tuple[Sample, Sample]) -> None:
    found = compare_samples(pair[0], pair[0], FEW)
    for figure in (*found["figures"].values(), *found["recall"].values()):
        difference = figure["difference"]
        assert difference["value"] == 0
        assert difference["low"] < 0 < difference["high"]
        assert difference["p_value"] == 1
    assert agreement(*pair)["only_second_right"] == 0


def test_adjusted_p_values_are_no_smaller(pair: tuple[Sample, Sample]) -> None:
    for figure in compare_samples(*pair, FEW)["recall"].values():
        assert figure["difference"]["p_adjusted"] >= figure["difference"]["p_value"]


def test_a_class_without_images_and_a_missing_grouping_are_undefined(pair: tuple[Sample, Sample]) -> None:
    chosen = pair[0].truth != 3
    some = [sample(one.truth[chosen], one.probabilities[chosen], one.groups.codes[chosen]) for one in pair]
    found = compare_samples(some[0], some[1], Comparison(NAMES, (), Resampling(50), Exchange(49)))
    assert found["recall"]["DF"]["difference"]["value"] is None
    assert found["recall"]["DF"]["difference"]["p_value"] is None
    assert found["recall"]["DF"]["difference"]["p_adjusted"] is None
    assert "malignant_roc_auc" not in found["figures"]


def test_other_images_are_refused(make_sample: Callable[..., Sample]) -> None:
    with pytest.raises(DataError, match="align them by image_id"):
        compare_samples(make_sample(seed=0), make_sample(seed=1), FEW)
