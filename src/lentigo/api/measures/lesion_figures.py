"""Answers to several photographs of each lesion in; the figures of the lesions out."""

from __future__ import annotations

from typing import Any

import numpy as np

from lentigo.api.answers.answers import Answers
from lentigo.evaluation.intervals.sample import Groups, Sample
from lentigo.evaluation.lesions import answers_by_lesion
from lentigo.evaluation.scores import headline, score


def measure_lesions(answers: Answers) -> dict[str, Any] | None:
    """The headline figures of lesions, each answered by the mean over its photographs.

    Returns:
        `n_lesions`, `n_several` (those with more than one photograph), `views` (view -> photographs),
        `metrics` as of images; None where no lesion was photographed in two views.
    """
    table = answers.facts
    if table is None or "view" not in table or table["view"].nunique() < 2:
        return None
    predictions = answers.predictions
    # a lesion with two classes is a mistake of the table, which the audit names: it stays apart here
    lesions = [
        f"{lesion} {truth}" if lesion else ""
        for lesion, truth in zip(table["lesion_id"], predictions.truth, strict=True)
    ]
    found = answers_by_lesion(lesions, predictions.probabilities)
    if found.num_images.max(initial=0) < 2:
        return None
    whole = answers.sample
    sample = Sample(whole.truth[found.first], found.probabilities, Groups.of(answers.groups[found.first]))
    views = {str(name): int(number) for name, number in table["view"].value_counts().items() if name}
    return {
        "n_lesions": len(found.lesion_ids),
        "n_several": int(np.sum(found.num_images > 1)),
        "views": views,
        "metrics": headline(score(sample, answers.context.resampling)),
    }
