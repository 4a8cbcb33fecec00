"""Splitters in scikit-learn's form: groups stay whole, and every part gets its share of every class.

They go wherever scikit-learn takes a `cv`. Its `GroupShuffleSplit` and `GroupKFold` know no classes; its
`StratifiedGroupKFold` shuffles at most the order of equal groups, and there is no stratified shuffle split by
group at all.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.model_selection import BaseCrossValidator
from sklearn.utils import check_random_state, indexable
from sklearn.utils.multiclass import type_of_target
from sklearn.utils.validation import column_or_1d

from lentigo.data.apportionment import deal
from lentigo.data.tables import warn

Rows = npt.NDArray[np.int64]
RandomState = int | np.random.RandomState | None


class _GroupSplitter(BaseCrossValidator):  # type: ignore[misc]
    """What both have in common: classes and groups read as scikit-learn reads them."""

    # how scikit-learn's routing of metadata knows that `groups` is wanted
    __metadata_request__split = {"groups": True}  # noqa: RUF012

    n_splits: int
    random_state: RandomState

    def get_n_splits(self, X: Any = None, y: Any = None, groups: Any = None) -> int:  # noqa: ARG002
        """How many pairs `split` gives."""
        return self.n_splits

    def split(self, X: Any, y: Any = None, groups: Any = None) -> Iterator[tuple[Rows, Rows]]:
        """Pairs of rows to train and rows to test on.

        Args:
            X: N rows; only their number counts.
            y: (N,) class of each.
            groups: (N,) what stays together.

        Raises:
            ValueError: y or groups are missing, of other lengths, or y holds no classes.
        """
        X, y, groups = indexable(X, y, groups)
        if groups is None:
            raise ValueError("The 'groups' parameter should not be None.")
        kind = "missing" if y is None else type_of_target(y)
        if kind not in ("binary", "multiclass"):
            raise ValueError(f"Supported target types are: ('binary', 'multiclass'). Got {kind!r} instead.")
        classes = np.unique(column_or_1d(y), return_inverse=True)[1]
        names, codes = np.unique(column_or_1d(groups), return_inverse=True)
        counts = np.zeros((len(names), int(classes.max()) + 1))
        np.add.at(counts, (codes, classes), 1)
        self._check(counts)
        for parts in self._dealt(counts):
            of_row = parts[codes]
            yield np.flatnonzero(of_row == 0), np.flatnonzero(of_row == 1)

    def _check(self, counts: npt.NDArray[np.float64]) -> None:
        """Refuse what cannot be divided."""

    @abstractmethod
    def _dealt(self, counts: npt.NDArray[np.float64]) -> Iterator[Rows]:
        """For each split the part of each group (G,): 0 train, 1 test, 2 neither."""

    def _iter_test_indices(self, X: Any = None, y: Any = None, groups: Any = None) -> Iterator[Rows]:
        return (test for _, test in self.split(X, y, groups))


class StratifiedGroupShuffleSplit(_GroupSplitter):
    """Draw train and test again and again: no group on two sides, every class in its share on both.

    As scikit-learn's `StratifiedShuffleSplit`, with groups.

    Args:
        n_splits: how many times.
        test_size: share of the rows in (0, 1), or their number; by default what `train_size` leaves, or 0.2.
        train_size: likewise; by default what `test_size` leaves.
        random_state: an int gives the same splits again.
    """

    def __init__(
        self,
        n_splits: int = 5,
        *,
        test_size: float | None = None,
        train_size: float | None = None,
        random_state: RandomState = None,
    ) -> None:
        self.n_splits = n_splits
        self.test_size = test_size
        self.train_size = train_size
        self.random_state = random_state

    def _dealt(self, counts: npt.NDArray[np.float64]) -> Iterator[Rows]:
        random = check_random_state(self.random_state)
        shares = self._shares(int(counts.sum()))
        for _ in range(self.n_splits):
            yield _deal(counts, shares, random)

    def _shares(self, num_rows: int) -> list[float]:
        """Shares of train, test, and of what is in neither."""
        test, train = _share(self.test_size, num_rows), _share(self.train_size, num_rows)
        if test is None:
            test = 0.2 if train is None else 1 - train
        train = 1 - test if train is None else train
        rest = 1 - train - test
        if rest < -1e-9:
            raise ValueError(f"The sum of train_size and test_size = {train + test:g} should be at most 1.")
        return [train, test, rest] if rest > 1e-9 else [train, test]


class StratifiedGroupKFold(_GroupSplitter):
    """Every row is tested on once: K folds of whole groups, with every class in its share in each.

    Unlike scikit-learn's, another `random_state` deals all groups anew, and a class with K groups is in every
    fold.

    Args:
        n_splits: K, at least 2.
        shuffle: whether groups of equal size are dealt in a random order.
        random_state: an int gives the same folds again; only with `shuffle`.
    """

    def __init__(self, n_splits: int = 5, *, shuffle: bool = False, random_state: RandomState = None) -> None:
        if n_splits < 2:
            raise ValueError(f"k-fold needs n_splits=2 or more, got n_splits={n_splits}.")
        if not shuffle and random_state is not None:
            raise ValueError("Setting a random_state has no effect since shuffle is False.")
        self.n_splits = n_splits
        self.shuffle = shuffle
        self.random_state = random_state

    def _check(self, counts: npt.NDArray[np.float64]) -> None:
        if len(counts) < self.n_splits:
            raise ValueError(
                f"Cannot have number of splits n_splits={self.n_splits} greater than the number of groups: "
                f"{len(counts)}."
            )
        fewest = int((counts > 0).sum(axis=0).min())
        if fewest < self.n_splits:
            warn(f"the rarest class has {fewest} groups, fewer than n_splits={self.n_splits}: folds lack it")

    def _dealt(self, counts: npt.NDArray[np.float64]) -> Iterator[Rows]:
        random = check_random_state(self.random_state) if self.shuffle else None
        fold_of = _deal(counts, [1 / self.n_splits] * self.n_splits, random)
        return ((fold_of == fold).astype(np.int64) for fold in range(self.n_splits))


def _deal(
    counts: npt.NDArray[np.float64], shares: Sequence[float], random: np.random.RandomState | None
) -> Rows:
    """The part of each group (G,); large groups first, equal ones in a random order."""
    ties = np.arange(len(counts)) if random is None else random.permutation(len(counts))
    order = np.lexsort((ties, -counts.sum(axis=1)))
    parts = np.empty(len(counts), dtype=np.int64)
    parts[order] = deal(counts[order], shares)
    return parts


def _share(size: float | None, num_rows: int) -> float | None:
    """A size as a share of the rows."""
    if size is None:
        return None
    share = size / num_rows if isinstance(size, int | np.integer) else float(size)
    if not 0 < share < 1:
        raise ValueError(
            f"{size} is no share of {num_rows} rows; expected one in (0, 1), or a number of rows"
        )
    return float(share)
