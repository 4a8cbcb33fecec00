"""Features of a network that never saw a lesion in; which score best tells images of no known class, out.

Near unknowns: each diagnosis in turn plays the unknown. A logistic regression, and every score of `SCORES`,
is fitted on training images of the others alone; then validation images of that diagnosis have to score
higher than those of all others (area under the ROC curve, 0.5 being chance). Features come from a fixed
network, for a network trained with the diagnosis would know it. Far unknowns: pictures that are no lesions at
all have to score higher than all of validation. A score is chosen by the mean of two areas: the mean of the
diagnoses, and the kind of picture that it is worst at, for strangers of that kind would get an answer.

What is measured is the kind of score, on such features; not how well the run's own network would do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from lentigo.evaluation.abstaining.unknown_scores import SCORES, Outputs
from lentigo.evaluation.baselines import MAX_STEPS, PROBE_C
from lentigo.evaluation.intervals.basis import Basis
from lentigo.evaluation.intervals.bootstrap import Resampling, Statistic, resample, roc_auc_statistic
from lentigo.evaluation.intervals.intervals import share_interval
from lentigo.evaluation.intervals.resampled import Resampled
from lentigo.evaluation.intervals.sample import Groups
from lentigo.evaluation.metrics import Bools, Floats, Ints, mean_defined


@dataclass(frozen=True)
class Featured:
    """N images as a fixed network sees them."""

    features: NDArray[Any]
    """(N, C)."""
    figures: NDArray[Any]
    """(N, P) of `pixel_figures`."""
    classes: Ints
    """(N,) what the classifier is to tell apart."""
    diagnoses: NDArray[Any]
    """(N,) texts: what is left out, one after the other; the same as the classes unless those are coarser."""
    groups: NDArray[Any]
    """(N,)."""

    def among(self, chosen: Bools) -> Featured:
        """Some of the images."""
        return Featured(
            self.features[chosen],
            self.figures[chosen],
            self.classes[chosen],
            self.diagnoses[chosen],
            self.groups[chosen],
        )


Far = Mapping[str, tuple[NDArray[Any], NDArray[Any]]]
"""Kind of picture -> features (M, C) and pixel figures (M, P) of pictures of no class."""


@dataclass(frozen=True)
class _Trial:
    """One unknown, and what it is told from: some of all images, validation first and then the far ones."""

    rows: Ints
    is_unknown: Bools
    """For each row."""
    scores: dict[str, Floats]
    """Of each score, for each row."""


def compare_scores(
    train: Featured, validation: Featured, far: Far, resampling: Resampling
) -> dict[str, Any] | None:
    """Try every score on every left-out diagnosis, and on pictures of other things.

    Returns:
        `scores`: for each score its area for diagnoses (`per_class`) and kinds of other pictures (`far`), and
        `mean`: of the mean over diagnoses and the worst kind, with intervals by group; `chosen`: the score
        with the highest mean. None where no diagnosis can be left out.
    """
    near = {name: _without(train, validation, name) for name in _names(train, validation)}
    if not near:
        return None
    strangers = _beside(train, validation, far)
    groups = _all_groups(validation, far)
    trials, results = [*near.values(), *strangers.values()], {}
    for score in SCORES:
        areas = resample([_areas(trials, score, groups)], groups, resampling)[0]
        results[score] = _figures(areas, near, strangers, groups)
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


def _without(train: Featured, validation: Featured, name: str) -> _Trial:
    """Validation, judged by models that never saw one diagnosis."""
    known, is_unknown = train.among(train.diagnoses != name), validation.diagnoses == name
    asked = (validation.features, validation.figures)
    scores = _scores(known, asked, ~is_unknown)
    return _Trial(np.arange(len(is_unknown)), is_unknown, scores)


def _beside(train: Featured, validation: Featured, far: Far) -> dict[str, _Trial]:
    """Validation beside each kind of other pictures, judged by models of all diagnoses."""
    if not far:
        return {}
    num_known = len(validation.groups)
    features, figures = (
        np.concatenate([own, *(pictures[place] for pictures in far.values())])
        for place, own in enumerate((validation.features, validation.figures))
    )
    scores = _scores(train, (features, figures), np.arange(len(features)) < num_known)
    found, start = {}, num_known
    for kind, pictures in far.items():
        rows = np.concatenate([np.arange(num_known), start + np.arange(len(pictures[0]))])
        start += len(pictures[0])
        own = {name: values[rows] for name, values in scores.items()}
        found[kind] = _Trial(rows, rows >= num_known, own)
    return found


def _scores(known: Featured, asked: tuple[NDArray[Any], NDArray[Any]], is_known: Bools) -> dict[str, Floats]:
    """Every score of the images asked about, fitted on some and read by those that are known, (N,)."""
    features, figures = asked
    fitted: Outputs = {"features": known.features, "logits": known.features, "pixels": known.figures}
    judged: Outputs = {
        "features": features, "logits": linear_logits(known, features), "pixels": figures
    }  # fmt: skip
    calm: Outputs = {name: one[is_known] for name, one in judged.items()}
    found = {}
    for key, score in SCORES.items():
        found[key] = score.judge(judged, score.scale(calm, score.fit(fitted, known.classes)))
    return found


def _all_groups(validation: Featured, far: Far) -> Groups:
    """Groups of validation, and one for each other picture."""
    names = [f"{kind} {number}" for kind, (features, _) in far.items() for number in range(len(features))]
    return Groups.of(np.array([*(f"known {one}" for one in validation.groups), *names]))


def _areas(trials: Sequence[_Trial], score: str, groups: Groups) -> Statistic:
    """Statistic: area under the ROC curve of one score in each trial, (B, trials)."""
    each = [
        roc_auc_statistic(
            [(trial.is_unknown, trial.scores[score])], replace(groups, codes=groups.codes[trial.rows])
        )
        for trial in trials
    ]
    return lambda draws: np.concatenate([one(draws) for one in each], axis=1)


def _figures(
    areas: Resampled, near: dict[str, _Trial], far: dict[str, _Trial], groups: Groups
) -> dict[str, Any]:
    trials = [*near.values(), *far.values()]
    bases = [_basis(trial, groups) for trial in trials]
    known = len(near)

    def both(values: Floats) -> Floats:
        found = [mean_defined(values[..., :known]), *([values[..., known:].min(axis=-1)] if far else [])]
        return mean_defined(np.stack(found, axis=-1))

    found = [share_interval(areas.at(place), basis).as_json() for place, basis in enumerate(bases)]
    unknown = tuple(basis.strata[0] for basis in bases)
    everything = Basis(len(groups.codes), groups.num_groups, unknown)
    return {
        "mean": share_interval(areas.then(both), everything).as_json(),
        "per_class": dict(zip(near, found[:known], strict=True)),
        "far": dict(zip(far, found[known:], strict=True)),
    }


def _basis(trial: _Trial, groups: Groups) -> Basis:
    own = replace(groups, codes=groups.codes[trial.rows])
    strata = (own.among(trial.is_unknown), own.among(~trial.is_unknown))
    count = int(np.count_nonzero(np.bincount(own.codes)))
    return Basis(len(trial.rows), count, strata, is_area=True)
