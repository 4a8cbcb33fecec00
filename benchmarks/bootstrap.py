"""Times intervals against a plain loop over scikit-learn's metrics, on made predictions; prints ratios.

    python benchmarks/bootstrap.py --images 25331 --resamples 10000

The plain loop is timed on a few of the same resamples and extrapolated; its figures must equal ours.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.metrics import accuracy_score, balanced_accuracy_score, f1_score, roc_auc_score

from lentigo.evaluation.intervals import bootstrap
from lentigo.evaluation.intervals.bootstrap import Resampling, Statistic
from lentigo.evaluation.intervals.sample import Sample, sample
from lentigo.evaluation.metrics import accuracy, balanced_accuracy, macro_f1

CLASS_COUNTS = np.array([4522, 12875, 3323, 867, 2624, 239, 253, 628])
"""Of ISIC 2019; images are drawn in these proportions, about two to a group."""


def make_predictions(num_images: int) -> Sample:
    generator = np.random.default_rng(0)
    truth = generator.choice(8, size=num_images, p=CLASS_COUNTS / CLASS_COUNTS.sum())
    logits = generator.normal(size=(num_images, 8))
    logits[np.arange(num_images), truth] += 1.5
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return sample(truth, probabilities, generator.integers(max(1, num_images // 2), size=num_images))


def confusion_figures(images: Sample) -> Statistic:
    confusions = bootstrap.confusion_statistic(images)

    def statistic(draws: np.ndarray) -> np.ndarray:
        found = confusions(draws)
        return np.stack([metric(found) for metric in (accuracy, balanced_accuracy, macro_f1)], axis=1)

    return statistic


def plain_confusion_figures(images: Sample, rows: np.ndarray) -> list[float]:
    truth, predicted = images.truth[rows], images.predicted[rows]
    return [
        accuracy_score(truth, predicted),
        balanced_accuracy_score(truth, predicted),
        f1_score(truth, predicted, average="macro"),
    ]


def plain_areas(images: Sample, rows: np.ndarray) -> list[float]:
    truth, probabilities = images.truth[rows], images.probabilities[rows]
    return [roc_auc_score(truth == index, probabilities[:, index]) for index in range(8)]


def timed(work: Callable[[], Any]) -> tuple[float, float, Any]:
    """Seconds on the clock, seconds of processors, and the result."""
    clock, processors = time.perf_counter(), time.process_time()
    result = work()
    return time.perf_counter() - clock, time.process_time() - processors, result


def compare(
    title: str,
    images: Sample,
    statistic: Statistic,
    plain: Callable[..., list[float]],
    asked: argparse.Namespace,
) -> None:
    resampling = Resampling(asked.resamples)
    clock, ours, found = timed(lambda: bootstrap.resample([statistic], images.groups, resampling)[0].drawn)
    draws = bootstrap.draw_groups(images.groups.num_groups, resampling, block=0)[: asked.plain]
    resamples = [np.repeat(np.arange(images.num_images), row[images.groups.codes]) for row in draws]
    _, theirs, expected = timed(lambda: [plain(images, rows) for rows in resamples])
    np.testing.assert_allclose(found[: len(resamples)], expected, rtol=0, atol=1e-12)
    theirs *= asked.resamples / len(resamples)
    print(
        f"{title}: {clock:.1f} s ({ours:.1f} s of processors); plain loop {theirs:.0f} s of processors, "
        f"{theirs / ours:.0f} times as much; same values"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--images", type=int, default=25_331)
    parser.add_argument("--resamples", type=int, default=10_000)
    parser.add_argument(
        "--plain", type=int, default=8, help="resamples that the plain loop is timed on (16 at most)"
    )
    asked = parser.parse_args()
    images = make_predictions(asked.images)
    print(f"{asked.resamples} resamples of {images.num_images} images in {images.groups.num_groups} groups")
    compare("3 figures of the confusion", images, confusion_figures(images), plain_confusion_figures, asked)
    compare("8 areas under ROC curves", images, bootstrap.class_roc_auc_statistic(images), plain_areas, asked)


if __name__ == "__main__":
    main()
