"""Any metric, truth and answers in; its value with a 95 % interval out, resampled by group.

For those who bring their own metric, of scikit-learn, torchmetrics or themselves, and their own arrays.
Metrics known to lie between two bounds have Wilson's interval with as many trials as the groups are worth,
all others the BCa bootstrap, widened for few groups.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lentigo.evaluation.intervals.basis import Basis
from lentigo.evaluation.intervals.bootstrap import (
    Resampling,
    Statistic,
    confusion_statistic,
    mean_statistic,
    metric_interval,
    resample,
)
from lentigo.evaluation.intervals.intervals import Bounds, bounded_interval
from lentigo.evaluation.intervals.resampled import Interval, Resampled
from lentigo.evaluation.intervals.sample import Groups, Sample
from lentigo.evaluation.metrics import Floats, Ints
from lentigo.settings.errors import DataError

AnyMetric = str | Callable[..., Any]
Of = Literal["answers", "confusion", "images"]
UNBOUNDED: Bounds = (-np.inf, np.inf)
SAME_AS = {
    "accuracy_score": "accuracy",
    "balanced_accuracy_score": "balanced_accuracy",
    "cohen_kappa_score": "kappa",
    "matthews_corrcoef": "matthews",
}
"""Functions of scikit-learn -> the metric of ours that gives the same for class labels, thousands of times
faster."""
MOST_UNDEFINED = 0.5
"""Share of resamples in which a metric may be undefined."""


def interval(  # noqa: PLR0913 - what a metric needs, and how it is resampled
    metric: AnyMetric,
    truth: ArrayLike,
    answers: ArrayLike,
    groups: ArrayLike | None = None,
    *,
    of: Of = "answers",
    num_resamples: int = 1000,
    seed: int = 0,
    bounds: Bounds = UNBOUNDED,
    class_names: Sequence[Any] | NDArray[Any] = (),
) -> Interval:
    """A metric with its 95 % interval resampled by group.

    Args:
        metric: a name (`balanced_accuracy`, `accuracy`, `kappa`, `roc_auc` ...), or a function of
            (truth, answers) that gives a number, such as `sklearn.metrics.cohen_kappa_score`.
        truth: (N,) class of each image: places 0 .. K-1, or names; whatever a function takes.
        answers: (N, K) probabilities, (N,) classes, or (N,) scores of the second of two classes.
        groups: (N,) what belongs together, such as the lesion; None: every image by itself.
        of: what a function is of. `answers`: called once a resample. `confusion`: of matrices (..., K, K),
            rows the truth; `images`: one number an image, averaged; both for all resamples at once.
        num_resamples: 10,000 steady the third digit.
        seed: of the resamples.
        bounds: least and most that a function can give; without them a perfect value's has no width.
        class_names: (K,) columns of `answers`; by default the sorted values there are.

    Returns:
        `value`, `low`, `high`, `n` (images), `n_groups`.

    Raises:
        DataError: no such metric, arrays that do not fit, or a metric undefined in most resamples.
    """
    pairs = np.asarray(truth), np.asarray(answers)
    numbered = Groups.of(np.arange(len(np.asarray(truth))) if groups is None else groups)
    _check_lengths(pairs, numbered)
    resampling = Resampling(num_resamples, seed)
    if name := metric if isinstance(metric, str) else _same_as(metric, answers, of):
        return metric_interval(_sample(*pairs, numbered, class_names), name, resampling)
    if of == "confusion":
        sample = _sample(*pairs, numbered, class_names)
        confusions = resample([confusion_statistic(sample)], numbered, resampling)[0]
        return bounded_interval(confusions.then(metric), _basis(numbered, sample.truth), bounds)  # type: ignore[arg-type]
    figure = _drawn(_statistic(metric, pairs, numbered, of), numbered, resampling)  # type: ignore[arg-type]
    return bounded_interval(figure, _basis(numbered, pairs[0]), bounds)


def _drawn(statistic: Statistic, groups: Groups, resampling: Resampling) -> Resampled:
    """The metric in every resample; refused where most of them leave it undefined."""
    figure = resample([statistic], groups, resampling)[0]
    undefined = float(np.isnan(figure.drawn).mean())
    if undefined > MOST_UNDEFINED:
        raise DataError(
            f"the metric is undefined in {undefined:.0%} of the resamples, as where a class has one group "
            "only; it has no interval on these images"
        )
    return figure


def _statistic(
    metric: Callable[..., Any], pairs: tuple[NDArray[Any], NDArray[Any]], groups: Groups, of: Of
) -> Statistic:
    truth, answers = pairs
    if of == "images":
        return mean_statistic(groups, np.asarray(metric(truth, answers), dtype=np.float64))
    rows = np.arange(len(truth))

    def statistic(draws: Ints) -> Floats:
        """Call the metric on the rows of each draw; all groups once is the sample as it is."""
        found = []
        for draw in draws:
            chosen = np.repeat(rows, draw[groups.codes])
            is_whole = len(chosen) == len(rows) and bool((draw == 1).all())
            found.append(_value(metric, (truth[chosen], answers[chosen]), is_whole))
        return np.array(found, dtype=np.float64)

    return statistic


def _value(metric: Callable[..., Any], pairs: tuple[NDArray[Any], NDArray[Any]], is_whole: bool) -> float:
    """The metric; nan on a resample it cannot be computed on, as an area where a class is missing."""
    try:
        return float(metric(*pairs))
    except ValueError:
        if is_whole:
            raise
        return float("nan")


def _same_as(metric: Callable[..., Any], answers: ArrayLike, of: Of) -> str:
    """The metric of ours that a function of scikit-learn is; empty for any other."""
    is_theirs = str(getattr(metric, "__module__", "")).startswith("sklearn.")
    if of != "answers" or not is_theirs or np.ndim(answers) != 1:
        return ""
    return SAME_AS.get(getattr(metric, "__name__", ""), "")


def _sample(
    truth: NDArray[Any], answers: NDArray[Any], groups: Groups, class_names: Sequence[Any] | NDArray[Any]
) -> Sample:
    """Truth as places, and answers as probabilities (N, K)."""
    is_scores = answers.ndim == 1 and answers.dtype.kind == "f" and truth.dtype.kind != "f"
    names = np.array(class_names) if len(class_names) else np.unique(truth)
    if not len(class_names) and answers.ndim == 2 and truth.dtype.kind in "iu":
        names = np.arange(answers.shape[1])
    elif not len(class_names) and answers.ndim == 1 and not is_scores:
        names = np.unique(np.concatenate([truth, answers]))
    if answers.ndim == 1:
        answers = (
            _two_columns(answers, names) if is_scores else (answers[:, np.newaxis] == names).astype(float)
        )
    if answers.ndim != 2 or answers.shape[1] != len(names):
        raise DataError(
            f"answers of shape {answers.shape} do not fit {len(names)} classes; name the columns: class_names"
        )
    places = {name: place for place, name in enumerate(names.tolist())}
    strangers = sorted({str(name) for name in truth.tolist() if name not in places})
    if strangers:
        raise DataError(f"truth {', '.join(strangers)} is none of the classes {', '.join(map(str, names))}")
    found = np.array([places[name] for name in truth.tolist()], dtype=np.int64)
    return Sample(found, answers.astype(np.float64), groups)


def _two_columns(scores: NDArray[Any], names: NDArray[Any]) -> Floats:
    if len(names) != 2:
        raise DataError(f"one score an image is for two classes, not {len(names)}; give a column a class")
    return np.stack([1 - scores, scores], axis=1).astype(np.float64)


def _check_lengths(pairs: tuple[NDArray[Any], NDArray[Any]], groups: Groups) -> None:
    lengths = [len(pairs[0]), len(pairs[1]), len(groups.codes)]
    if len(set(lengths)) > 1 or not lengths[0]:
        raise DataError(
            f"truth, answers and groups have {', '.join(map(str, lengths))} rows; give as many of "
            f"each, at least one"
        )


def _basis(groups: Groups, truth: NDArray[Any]) -> Basis:
    return Basis(len(truth), groups.num_groups, (groups.num_groups,))
