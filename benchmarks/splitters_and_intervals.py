"""Splitters and intervals on the tables of ISIC 2019: how long they take, and how even splits are.

    python benchmarks/splitters_and_intervals.py GroundTruth.csv Metadata.csv

Both are the official training tables of ISIC 2019 (25,331 images). Prints, for our splitters and those
of scikit-learn, the seconds of all divisions and the widest deviation of a class's share in a test part;
then the
seconds of 10,000 resamples of named metrics and of a function of matrices, and of 200 of a plain function.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from sklearn import model_selection
from sklearn.metrics import cohen_kappa_score

import lentigo


def read(truth: str, metadata: str) -> tuple[Any, Any]:
    """Class and lesion of each image; an image without a lesion is one of its own."""
    table = pd.read_csv(truth).merge(pd.read_csv(metadata), on="image")
    names = [name for name in table if name in ("MEL", "NV", "BCC", "AK", "BKL", "DF", "VASC", "SCC")]
    groups = table["lesion_id"].fillna("image " + table["image"])
    return table[names].to_numpy().argmax(axis=1), groups.to_numpy(dtype=str)


def tell_split(title: str, splitter: Any, y: Any, groups: Any) -> None:
    """One line a splitter."""
    start = time.perf_counter()
    found = list(splitter.split(y, y, groups))
    seconds, wanted = time.perf_counter() - start, np.mean([len(test) for _, test in found]) / len(y)
    shares = [(y[test] == name).sum() / (y == name).sum() for _, test in found for name in np.unique(y)]
    off = np.abs(np.array(shares) - wanted)
    print(f"{title:<40} {seconds:8.2f} s, widest deviation of a class's share {100 * max(off):6.2f} points")


def tell_interval(title: str, call: Callable[[], Any]) -> None:
    """One line a metric."""
    start = time.perf_counter()
    found = call()
    print(
        f"{title:<40} {time.perf_counter() - start:8.2f} s  {found.value:.4f} [{found.low:.4f}, "
        f"{found.high:.4f}]"
    )


def kappa(confusion: Any) -> Any:
    """Cohen's kappa of matrices (..., K, K)."""
    total = confusion.sum(axis=(-2, -1))
    agreed = np.trace(confusion, axis1=-2, axis2=-1) / total
    chance = (confusion.sum(axis=-1) * confusion.sum(axis=-2)).sum(axis=-1) / total**2
    return (agreed - chance) / (1 - chance)


def main() -> None:
    """Measure and print."""
    y, groups = read(*sys.argv[1:3])
    print(f"{len(y):,} images, {len(np.unique(groups)):,} groups")
    tell_split("ours, 5 folds", lentigo.StratifiedGroupKFold(5), y, groups)
    tell_split("scikit-learn, 5 folds", model_selection.StratifiedGroupKFold(5), y, groups)
    tell_split("ours, one draw of 20 %", lentigo.StratifiedGroupShuffleSplit(1, random_state=0), y, groups)
    theirs = model_selection.GroupShuffleSplit(1, test_size=0.2, random_state=0)
    tell_split("scikit-learn's GroupShuffleSplit", theirs, y, groups)
    rows = next(lentigo.StratifiedGroupShuffleSplit(1, test_size=0.2, random_state=0).split(y, y, groups))[1]
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(len(rows), 8))
    logits[np.arange(len(rows)), y[rows]] += 2
    pair, scores, of = (y[rows], logits.argmax(axis=1)), (y[rows], logits), groups[rows]
    interval = partial(lentigo.interval, groups=of, num_resamples=10_000)
    tell_interval("balanced accuracy, by name", lambda: interval("balanced_accuracy", *scores))
    tell_interval("ROC AUC, by name", lambda: interval("roc_auc", *scores))
    tell_interval("kappa of matrices", lambda: interval(kappa, *pair, of="confusion"))
    called = partial(lentigo.interval, cohen_kappa_score, *pair, of, num_resamples=200)
    tell_interval("scikit-learn's kappa, 200 resamples", called)


if __name__ == "__main__":
    main()
