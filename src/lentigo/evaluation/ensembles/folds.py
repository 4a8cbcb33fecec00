"""Out-of-fold answers in; each fold's figures and how far they spread, as dicts for JSON, out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from lentigo.evaluation.intervals.bootstrap import Resampling, metric_interval
from lentigo.evaluation.intervals.resampled import defined_or_none
from lentigo.evaluation.intervals.sample import malignant_sample, sample
from lentigo.evaluation.predictions import Predictions
from lentigo.evaluation.scores import Json

FIGURES = ("balanced_accuracy", "accuracy", "malignant_roc_auc")


def fold_figures(
    predictions: Predictions,
    groups: ArrayLike,
    malignant: Sequence[str],
    resampling: Resampling | None = None,
) -> list[Json]:
    """The figures of each fold on its own, in the order of the folds.

    Args:
        predictions: N answers, each of the one fold that has not learnt the image.
        groups: (N,).
        malignant: names of the malignant classes.
        resampling: of the intervals.

    Returns:
        fold, n_images, n_groups, and each of `FIGURES` with its interval (None: not grouped).
    """
    names, truth = predictions.class_names, predictions.truth_indices()
    rows = []
    for fold in np.unique(predictions.fold):
        chosen = predictions.fold == fold
        own = sample(truth[chosen], predictions.probabilities[chosen], np.asarray(groups)[chosen])
        folded = malignant_sample(own, names, malignant)
        figures = {name: metric_interval(own, name, resampling).as_json() for name in FIGURES[:2]}
        area = metric_interval(folded, "roc_auc", resampling).as_json() if folded else None
        counts = {"fold": int(fold), "n_images": own.num_images, "n_groups": own.groups.num_groups}
        rows.append({**counts, **figures, FIGURES[2]: area})
    return rows


def spread(rows: Sequence[Json]) -> Json:
    """Mean, standard deviation, least and largest of each figure over the folds; None where undefined.

    The deviation divides by one fold less than there are. It is no standard error: folds share most of their
    training images, and no unbiased estimate of that variance exists (Bengio and Grandvalet, 2004).
    """
    found = {}
    for name in FIGURES:
        values = np.array([(row[name] or {}).get("value") for row in rows], dtype=np.float64)
        known = values[~np.isnan(values)]
        deviation = float(known.std(ddof=1)) if len(known) > 1 else np.nan
        ends = (known.mean(), known.min(), known.max()) if len(known) else (np.nan,) * 3
        mean, least, largest = (defined_or_none(float(value)) for value in ends)
        found[name] = {
            "mean": mean,
            "standard_deviation": defined_or_none(deviation),
            "least": least,
            "largest": largest,
        }
    return found
