"""What each epoch showed: tallies of the steps in, rows of `history.jsonl` out.

A row has `stage`, `stage_name`, `epoch`, `lr`, `micro_batch` (images whose gradients are computed at once:
all of a batch, unless memory ran out), `loss`, `accuracy`, `balanced_accuracy`, `val_loss`, `val_accuracy`,
`val_balanced_accuracy`, `val_balanced_loss`, `val_roc_auc`, `seconds`, `images_per_second` and
`input_wait_share`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from lentigo.evaluation.metrics import accuracy, balanced_accuracy, confusion_matrix
from lentigo.settings.files import write_text

VALIDATION_FIGURES = (
    "val_loss",
    "val_accuracy",
    "val_balanced_accuracy",
    "val_balanced_loss",
    "val_roc_auc",
)
SMALLEST_PROBABILITY = 1e-7
"""Where Keras, too, cuts a probability before taking its logarithm."""


@dataclass
class Tally:
    """What the steps of one epoch add up to; plain numbers, so that a checkpoint can hold it."""

    loss_sum: float = 0.0
    num_images: int = 0
    confusion: list[list[int]] = field(default_factory=list)
    """(K, K), rows = truth; of the outputs the training steps saw, dropout and augmentation included."""
    seconds: float = 0.0
    wait_seconds: float = 0.0
    """Of these, spent waiting for the next batch."""

    def add(self, loss: float, confusion: NDArray[Any], seconds: float, wait_seconds: float) -> None:
        """Take in one step: its mean loss, its (K, K) confusion matrix and its times."""
        counts = np.rint(confusion).astype(np.int64)
        num_images = int(counts.sum())
        self.loss_sum += loss * num_images
        self.num_images += num_images
        before = np.asarray(self.confusion, dtype=np.int64) if self.confusion else 0
        self.confusion = (counts + before).tolist()
        self.seconds += seconds
        self.wait_seconds += wait_seconds

    def loss(self) -> float:
        """Mean loss an image so far; nan before the first."""
        return self.loss_sum / self.num_images if self.num_images else math.nan

    def accuracy(self) -> float:
        """Share of right outputs so far."""
        return float(accuracy(np.asarray(self.confusion))) if self.confusion else math.nan

    def balanced_accuracy(self) -> float:
        """Mean recall so far over the classes seen."""
        return float(balanced_accuracy(np.asarray(self.confusion))) if self.confusion else math.nan


def training_figures(tally: Tally) -> dict[str, float | None]:
    """The columns of a row that come from the training steps."""
    seconds = max(tally.seconds, 1e-9)
    return {
        "loss": defined(tally.loss()),
        "accuracy": defined(tally.accuracy()),
        "balanced_accuracy": defined(tally.balanced_accuracy()),
        "images_per_second": round(tally.num_images / seconds, 2),
        "input_wait_share": round(tally.wait_seconds / seconds, 4),
    }


def validation_figures(
    truth: NDArray[np.int64], probabilities: NDArray[np.float64], smoothing: float = 0.0
) -> dict[str, float | None]:
    """The columns of a row that come from the validation part, untouched by any balancing.

    Args:
        truth: (N,) class indices; with N = 0 every figure is None.
        probabilities: (N, K).
        smoothing: label smoothing of the training loss, so that both losses can be compared.
    """
    if len(truth) == 0:
        return dict.fromkeys(VALIDATION_FIGURES)
    num_classes = probabilities.shape[1]
    costs = -np.log(np.clip(probabilities, SMALLEST_PROBABILITY, 1.0))
    of_truth = costs[np.arange(len(truth)), truth]
    loss = (1 - smoothing) * of_truth.mean() + smoothing * costs.mean()
    confusion = confusion_matrix(truth, probabilities.argmax(axis=1), num_classes)
    return {
        "val_loss": float(loss),
        "val_accuracy": defined(float(accuracy(confusion))),
        "val_balanced_accuracy": defined(float(balanced_accuracy(confusion))),
        "val_balanced_loss": float(np.mean([of_truth[truth == label].mean() for label in np.unique(truth)])),
        "val_roc_auc": _mean_area(truth, probabilities),
    }


def _mean_area(truth: NDArray[np.int64], probabilities: NDArray[np.float64]) -> float | None:
    """Area under the ROC curve of each class against the rest, mean over the classes that have one."""
    present = [label for label in np.unique(truth) if (truth != label).any()]
    areas = [roc_auc_score(truth == label, probabilities[:, label]) for label in present]
    return float(np.mean(areas)) if areas else None


def defined(value: float) -> float | None:
    """None for nan and infinity: JSON has neither."""
    return value if math.isfinite(value) else None


def write_history(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    """Write all rows, one JSON object a line; whole, so that it never disagrees with the checkpoint."""
    lines = [json.dumps(row, ensure_ascii=False, allow_nan=False) for row in rows]
    write_text(path, "".join(line + "\n" for line in lines))
