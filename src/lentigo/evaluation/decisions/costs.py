"""What taking one class for another costs in; for each image the class of least expected cost out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lentigo.evaluation.calibration.proper_scores import mean_intervals
from lentigo.evaluation.decisions.decisions import Costs
from lentigo.evaluation.intervals.bootstrap import Resampling
from lentigo.evaluation.intervals.sample import Sample
from lentigo.evaluation.metrics import Bools, Floats, Ints

SAME_SIDE = 0.5
"""What a wrong class on the right side costs, in false alarms."""


def cost_matrix(malignant: Bools, costs: Costs) -> Floats:
    """Costs (K, K), rows = truth, columns = answer, from those of a miss and of a false alarm.

    Taking one benign class for another, or one malignant class for another, costs `SAME_SIDE` false alarms.
    """
    truth, answer = malignant[:, np.newaxis], malignant[np.newaxis, :]
    matrix = np.where(truth & ~answer, costs.miss, np.where(~truth & answer, costs.false_alarm, 0.0))
    matrix = np.where(truth == answer, SAME_SIDE * costs.false_alarm, matrix)
    np.fill_diagonal(matrix, 0.0)
    return np.asarray(matrix, dtype=np.float64)


def cheapest_classes(probabilities: Floats, matrix: Floats) -> Ints:
    """The class (N,) whose expected cost is least, by probabilities (N, K); the first of them in a tie."""
    return np.asarray((probabilities @ matrix).argmin(axis=1), dtype=np.int64)


def cost_figures(
    sample: Sample, answers: Sequence[Ints], matrix: Floats, resampling: Resampling
) -> list[dict[str, object]]:
    """Cost of 100 images for each of several sets of answers (N,), with intervals, resampled together."""
    return mean_intervals(
        [100 * matrix[sample.truth, answer] for answer in answers], sample.groups, resampling
    )
