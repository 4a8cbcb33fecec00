"""Splitters in scikit-learn's form: its conventions, whole groups, even shares."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.dummy import DummyClassifier
from sklearn.model_selection import check_cv, cross_val_score

import lentigo
from lentigo import StratifiedGroupKFold, StratifiedGroupShuffleSplit


def made(num_groups: int, seed: int = 0) -> tuple[Any, Any]:
    """Classes and groups of rows; each group of one to four rows of one of three classes."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, 5, num_groups)
    groups = np.repeat([f"lesion {number}" for number in range(num_groups)], sizes)
    classes = np.repeat(rng.choice(["NV", "MEL", "DF"], num_groups, p=[0.7, 0.2, 0.1]), sizes)
    shuffled = rng.permutation(len(groups))
    return classes[shuffled], groups[shuffled]


@settings(max_examples=20, deadline=None)
@given(st.integers(30, 120), st.integers(2, 5), st.integers(0, 9))
def test_folds_divide_all_rows_and_no_group(num_groups: int, n_splits: int, seed: int) -> None:
    y, groups = made(num_groups, seed)
    folds = list(StratifiedGroupKFold(n_splits, shuffle=True, random_state=seed).split(y, y, groups))
    tested = np.concatenate([test for _, test in folds])
    assert sorted(tested.tolist()) == list(range(len(y)))
    for train, test in folds:
        assert not set(groups[train]) & set(groups[test])
        assert len(train) + len(test) == len(y)


def test_every_class_has_its_share_on_both_sides() -> None:
    y, groups = made(3000)
    for splitter in (StratifiedGroupKFold(5), StratifiedGroupShuffleSplit(3, test_size=0.2, random_state=1)):
        for train, test in splitter.split(y, y, groups):
            for name in ("NV", "MEL", "DF"):
                share = (y[test] == name).sum() / (y == name).sum()
                assert share == pytest.approx(0.2, abs=0.01)
                assert (y[train] == name).sum() / (y == name).sum() == pytest.approx(0.8, abs=0.01)


@pytest.mark.parametrize(
    ("sizes", "shares"),
    [
        ({}, (0.8, 0.2)),
        ({"test_size": 0.3}, (0.7, 0.3)),
        ({"train_size": 0.6}, (0.6, 0.4)),
        ({"test_size": 0.1, "train_size": 0.5}, (0.5, 0.1)),
        ({"test_size": 100}, (None, None)),
    ],
)
def test_sizes_are_shares_or_numbers_of_rows(sizes: Any, shares: Any) -> None:
    y, groups = made(800)
    train, test = next(StratifiedGroupShuffleSplit(1, **sizes, random_state=0).split(y, y, groups))
    if shares[0] is None:
        assert len(test) == pytest.approx(100, abs=3)
        return
    assert len(train) / len(y) == pytest.approx(shares[0], abs=0.01)
    assert len(test) / len(y) == pytest.approx(shares[1], abs=0.01)


def test_a_state_gives_the_same_again_and_another_one_others() -> None:
    y, groups = made(200)

    def first(state: int) -> list[int]:
        splitter = StratifiedGroupShuffleSplit(2, random_state=state)
        found: list[int] = next(splitter.split(y, y, groups))[1].tolist()
        assert found != list(splitter.split(y, y, groups))[1][1].tolist()
        return found

    assert first(0) == first(0)
    assert first(0) != first(1)


def test_scikit_learn_takes_them() -> None:
    y, groups = made(100)
    rows = np.zeros((len(y), 1))
    for splitter in (StratifiedGroupKFold(4), StratifiedGroupShuffleSplit(4, random_state=0)):
        scores = cross_val_score(DummyClassifier(), rows, y, groups=groups, cv=splitter)
        assert len(scores) == splitter.get_n_splits(rows, y, groups) == check_cv(splitter).get_n_splits() == 4
        copied = clone(splitter, safe=False)
        assert vars(copied) == vars(splitter)
        assert copied is not splitter
        assert (
            next(copied.split(rows, y, groups))[1].tolist()
            == next(splitter.split(rows, y, groups))[1].tolist()
        )
        assert splitter.get_metadata_routing().split.requests == {"groups": True}
    assert (
        repr(StratifiedGroupKFold(4)) == "StratifiedGroupKFold(n_splits=4, random_state=None, shuffle=False)"
    )
    assert repr(StratifiedGroupShuffleSplit(2, test_size=0.1, random_state=3)) == (
        "StratifiedGroupShuffleSplit(n_splits=2, random_state=3, test_size=0.1,\n              "
        "train_size=None)"
    )


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda y, g: StratifiedGroupKFold(1), "n_splits=2 or more"),
        (lambda y, g: StratifiedGroupKFold(3, random_state=1), "no effect since shuffle is False"),
        (lambda y, g: list(StratifiedGroupKFold(99).split(y, y, g)), "greater than the number of groups: 40"),
        (lambda y, g: list(StratifiedGroupKFold(3).split(y, y)), "'groups' parameter should not be None"),
        (lambda y, g: list(StratifiedGroupKFold(3).split(y, None, g)), "Got 'missing' instead"),
        (lambda y, g: list(StratifiedGroupKFold(3).split(y, np.random.rand(len(y)), g)), "Got 'continuous'"),
        (lambda y, g: list(StratifiedGroupKFold(3).split(y, y, g[1:])), "inconsistent numbers of samples"),
        (lambda y, g: list(StratifiedGroupShuffleSplit(test_size=1.5).split(y, y, g)), "1.5 is no share"),
        (
            lambda y, g: list(StratifiedGroupShuffleSplit(test_size=0.6, train_size=0.6).split(y, y, g)),
            "should be at most 1",
        ),
    ],
)
def test_what_cannot_be_divided_is_refused_as_scikit_learn_does(make: Any, reason: str) -> None:
    y, groups = made(40)
    with pytest.raises(ValueError, match=reason):
        make(y, groups)


def test_a_class_with_few_groups_is_told() -> None:
    y = np.array(["a"] * 20 + ["b"] * 2)
    with pytest.warns(UserWarning, match="rarest class has 2 groups, fewer than n_splits=3"):
        list(StratifiedGroupKFold(3).split(y, y, np.arange(22)))


def test_they_are_at_the_top() -> None:
    assert {"StratifiedGroupKFold", "StratifiedGroupShuffleSplit", "interval"} <= set(lentigo.__all__)
