"""Features of a network that never saw a lesion in; which score best tells images of no known class, out.

Protocol: each diagnosis in turn plays the unknown. A logistic regression, and every score of `SCORES`, is
fitted on training images of the others alone; then validation images of that diagnosis have to score higher
than those of all others (area under the ROC curve, 0.5 being chance). Features come from a fixed network, for
a network trained with the diagnosis would know it. What is measured is therefore the kind of score, on such
features; not how well the run's own network would do with a class it has not met.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from lentigo.evaluation.abstaining.unknown_scores import SCORES
from lentigo.evaluation.baselines import MAX_STEPS, PROBE_C
from lentigo.evaluation.intervals.basis import Basis
from lentigo.evaluation.intervals.bootstrap import Resampling, resample, roc_auc_statistic
from lentigo.evaluation.intervals.intervals import share_interval
from lentigo.evaluation.intervals.resampled import Resampled
from lentigo.evaluation.intervals.sample import Groups
from lentigo.evaluation.metrics import Bools, Floats, Ints, mean_defined


@dataclass(frozen=True)
class Featured:
    """N images as a fixed network sees them."""

    features: NDArray[Any]
    """(N, C)."""
    classes: Ints
    """(N,) what the classifier is to tell apart."""
    diagnoses: NDArray[Any]
    """(N,) texts: what is left out, one after the other; the same as the classes unless those are coarser."""
    groups: NDArray[Any]
    """(N,)."""

    def among(self, chosen: Bools) -> Featured:
        """Some of the images."""
        return Featured(
            self.features[chosen], self.classes[chosen], self.diagnoses[chosen], self.groups[chosen]
        )


def compare_scores(train: Featured, validation: Featured, resampling: Resampling) -> dict[str, Any] | None:
    """Try every score on every left-out diagnosis.

    Returns:
        `scores`: for each score its mean area over diagnoses (`mean`) and `per_class`, with intervals by
        group; `chosen`: the score with the highest mean. None where no diagnosis can be left out.
    """
    found = {name: _scores_without(train, validation, name) for name in _names(train, validation)}
    if not found:
        return None
    groups = Groups.of(validation.groups)
    unknown = {name: validation.diagnoses == name for name in found}
    results = {}
    for score in SCORES:
        pairs = [(unknown[name], scores[score]) for name, scores in found.items()]
        areas = resample([roc_auc_statistic(pairs, groups)], groups, resampling)[0]
        results[score] = _figures(areas, unknown, groups)
    best = max(results, key=lambda score: results[score]["mean"]["value"])
    return {"chosen": best, "scores": results}


def linear_logits(train: Featured, features: NDArray[Any]) -> Floats:
    """Logits (N, classes of `train`) of a standardised, class-balanced logistic regression."""
    scaler = StandardScaler().fit(train.features)
    classifier = LogisticRegression(C=PROBE_C, class_weight="balanced", max_iter=MAX_STEPS)
    fitted = classifier.fit(scaler.transform(train.features), train.classes)
    found = np.asarray(fitted.decision_function(scaler.transform(features)), np.float64)
    return found if found.ndim == 2 else np.stack([-found / 2, found / 2], axis=1)


def _names(train: Featured, validation: Featured) -> list[str]:
    """Diagnoses without which two classes remain, and that validation holds beside others."""
    names = []
    for name in np.unique(train.diagnoses):
        has_classes = len(np.unique(train.classes[train.diagnoses != name])) > 1
        is_there = validation.diagnoses == name
        if has_classes and is_there.any() and not is_there.all():
            names.append(str(name))
    return names


def _scores_without(train: Featured, validation: Featured, name: str) -> dict[str, Floats]:
    """Every score of the validation images, (N,), by models that never saw one diagnosis."""
    known = train.among(train.diagnoses != name)
    both = {
        "features": (known.features, validation.features),
        "logits": (known.features, linear_logits(known, validation.features)),
    }
    found = {}
    for key, score in SCORES.items():
        to_fit, to_judge = both[score.output]
        found[key] = score.judge(to_judge, score.fit(to_fit, known.classes))
    return found


def _figures(areas: Resampled, unknown: dict[str, Bools], groups: Groups) -> dict[str, Any]:
    everything = groups.num_groups
    strata = {name: (groups.among(chosen), groups.among(~chosen)) for name, chosen in unknown.items()}
    num_images = len(groups.codes)
    mean = Basis(num_images, everything, tuple(own for own, _ in strata.values()))
    return {
        "mean": share_interval(areas.then(mean_defined), mean).as_json(),
        "per_class": {
            name: share_interval(
                areas.at(place),
                Basis(num_images, everything, strata[name]),
            ).as_json()
            for place, name in enumerate(unknown)
        },
    }
