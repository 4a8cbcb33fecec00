"""Sets of classes and truth in; how often the truth is in its set, and how large sets are, with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from lentigo.evaluation.intervals.bootstrap import Resampling, mean_interval
from lentigo.evaluation.intervals.sample import Sample
from lentigo.evaluation.metrics import Bools


def measure_sets(
    sets: Bools, sample: Sample, class_names: Sequence[str], resampling: Resampling
) -> dict[str, Any]:
    """Coverage and size of sets.

    Args:
        sets: (N, K), which classes belong to each image's set.
        sample: truth and groups are used.
        class_names: K.
        resampling: of groups.

    Returns:
        `coverage` (of images) and `group_coverage` (of groups, each counting once: what conformal sets
        promise), `single` (share of sets with one class), `size` (mean number of classes), and `per_class`:
        coverage of each class's images.
    """
    truth, groups = sample.truth, sample.groups
    covered = sets[np.arange(len(truth)), truth].astype(np.float64)
    sizes = sets.sum(axis=1)
    by_group = np.bincount(groups.codes, covered) / np.bincount(groups.codes)

    def share(values: Any, among: Any = groups.codes) -> dict[str, Any]:
        return mean_interval(values, among, is_share=True, resampling=resampling).as_json()

    return {
        "coverage": share(covered),
        "group_coverage": share(by_group, np.arange(groups.num_groups)),
        "single": share(sizes == 1),
        "size": mean_interval(sizes, groups.codes, resampling=resampling).as_json(),
        "per_class": {
            name: share(np.where(truth == place, covered, np.nan)) for place, name in enumerate(class_names)
        },
    }
