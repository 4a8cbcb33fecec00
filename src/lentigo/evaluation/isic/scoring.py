"""Truth, answers, weights and groups in; the official figures of an ISIC challenge, with intervals, out.

Every figure equals that of the official scorer (isic-challenge-scoring 5.8.0) to rounding wherever that gives
one. The rules: an image is answered with the category of its largest value, a tie is *undecided* and wrong;
figures of one category count a value as a yes where it is more than 0.5; rows need not sum to 1. The main
score is the mean over categories of the share of their images that is answered right.

MILK10k asks the same scorer for another main score: the mean of the categories' F1, where 0.5 itself is a yes
and any number of categories may be answered, none of them too.

Two things differ on purpose. A category without images of its own is left out of the mean, as in the
official scorer, and its own figures are undefined, where the official scorer stops with an error. And
every figure has an interval.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from functools import cached_property

import numpy as np

from lentigo.evaluation.intervals.basis import Basis
from lentigo.evaluation.intervals.bootstrap import Resampling, cell_totals, resample
from lentigo.evaluation.intervals.intervals import METHOD, share_interval
from lentigo.evaluation.intervals.resampled import Resampled
from lentigo.evaluation.intervals.sample import Groups
from lentigo.evaluation.intervals.trials import mean_of_classes
from lentigo.evaluation.isic.areas import AREAS, areas, descending
from lentigo.evaluation.isic.challenges import BY_IMAGE, Challenge
from lentigo.evaluation.metrics import Bools, Floats, Ints, divide, mean_defined, tied_rows
from lentigo.evaluation.scores import Json
from lentigo.settings.errors import DataError

THRESHOLD = 0.5
THRESHOLD_FIGURES = ("accuracy", "sensitivity", "specificity", "f1", "ppv", "npv")
FIGURES = (*THRESHOLD_FIGURES, *AREAS)
"""Of each category, in the order of the official scorer, which calls f1 dice, roc_auc auc, and the last two
auc_sens_80 and ap."""


@dataclass(frozen=True)
class Answered:
    """N images with truth and answers, K categories."""

    categories: tuple[str, ...]
    truth: Ints
    """(N,) in 0 .. K-1."""
    answers: Floats
    """(N, K) in [0, 1]."""
    weights: Floats
    """(N,) 0 or more: how much each image counts (`score_weight`)."""
    groups: Groups = field(repr=False)
    challenge: Challenge = BY_IMAGE
    """Whose rules count."""

    def __post_init__(self) -> None:
        """Refuse what cannot be scored."""
        shape = (len(self.truth), len(self.categories))
        if self.answers.shape != shape or self.weights.shape != shape[:1]:
            raise DataError(
                f"truths and categories {shape} do not fit answers {self.answers.shape} and weights "
                f"{self.weights.shape}"
            )
        if not (self.weights > 0).any():
            raise DataError("nothing to score: every image has the weight 0")

    @cached_property
    def called(self) -> Bools:
        """(N, K) whether a value counts as a yes."""
        is_more = self.answers > THRESHOLD
        return np.asarray(is_more | self.at_half if self.challenge.is_yes_from_half else is_more)

    @cached_property
    def at_half(self) -> Bools:
        """(N, K) whether a value is the threshold itself."""
        return np.asarray(self.answers == THRESHOLD)

    @cached_property
    def undecided(self) -> Bools:
        """(N,) whether the largest value is there more than once."""
        return tied_rows(self.answers)

    @cached_property
    def right(self) -> Bools:
        """(N,) whether the one largest value is that of the truth."""
        return np.asarray((self.answers.argmax(axis=1) == self.truth) & ~self.undecided)

    @cached_property
    def counted(self) -> Bools:
        """(N,) whether an image counts at all."""
        return np.asarray(self.weights > 0)


def score_answers(answered: Answered, resampling: Resampling | None = None) -> Json:
    """All official figures with their intervals, as a dict that JSON can hold (None: "undefined").

    `n` of a figure counts the images with a weight that it rests on: those of the category for its
    sensitivity, those answered with it for its ppv.
    """
    used = resampling or Resampling()
    statistics = [_recalls(answered), _threshold_figures(answered), _areas(answered)]
    scores = [_official_f1(answered)] if answered.challenge.main == "macro_f1" else []
    recalls, thresholds, curves, *ranking = resample([*statistics, *scores], answered.groups, used)
    figures = {name: thresholds.then(_place(index)) for index, name in enumerate(THRESHOLD_FIGURES)}
    figures |= {name: curves.then(_place(index)) for index, name in enumerate(AREAS)}
    whole = _mean_basis(answered)
    main = mean_of_classes(recalls, _bases(answered, "sensitivity"), whole)
    return {
        **_facts(answered),
        **_ranking(answered, ranking),
        "balanced_accuracy": main.as_json(),
        "per_category": {
            name: _of_category(answered, index, figures) for index, name in enumerate(answered.categories)
        },
        "macro_average": {
            name: mean_of_classes(figure, _bases(answered, name), whole).as_json()
            for name, figure in figures.items()
        },
        "intervals": {"level": 0.95, "method": METHOD, **asdict(used)},
    }


def _ranking(answered: Answered, drawn: list[Resampled]) -> Json:
    """The macro F1 of a challenge that ranks by it; nothing of others."""
    figures = [share_interval(one.then(mean_defined), _mean_basis(answered)).as_json() for one in drawn]
    return dict(zip(("macro_f1",), figures, strict=False))


def macro_f1(answered: Answered, weights: Floats) -> float:
    """The main score of MILK10k under other weights (N,); nan without any weight."""
    cells = [
        np.bincount(2 * (answered.truth == index) + called, weights, minlength=4)
        for index, called in enumerate(answered.called.T)
    ]
    return float(mean_defined(official_f1(np.stack(cells), _is_absent(answered))))


def official_f1(cells: Floats, is_absent: Bools) -> Floats:
    """F1 of each category, (..., K), from weights of tn, fp, fn, tp, (..., K, 4).

    A category without images of its own counts as 1 where it is never answered and as 0 where it is: the
    official rule. One that has images, none of which is drawn, is left out (nan).

    Args:
        cells: of all images, or of some that were drawn.
        is_absent: (K,) whether a category has no image at all.
    """
    _, fp, fn, tp = (cells[..., place] for place in range(4))
    found = np.where(tp + fn > 0, divide(2 * tp, 2 * tp + fp + fn), np.nan)
    return np.where(is_absent, np.where(fp > 0, 0.0, 1.0), found)


def balanced_accuracy(answered: Answered, weights: Floats) -> float:
    """The main score under other weights (N,), such as `validation_weight`; nan without any weight."""
    hits = np.bincount(answered.truth, weights * answered.right, minlength=len(answered.categories))
    positives = np.bincount(answered.truth, weights, minlength=len(answered.categories))
    return float(mean_defined(divide(hits, positives)))


def figures_of_cells(cells: Floats) -> Floats:
    """The figures of `THRESHOLD_FIGURES`, (..., 6), from weights of tn, fp, fn, tp, (..., 4).

    What has no images to rest on counts as perfect in ppv, npv and specificity: the official rule, kept for
    equal figures. A category without images of its own has no figures at all.
    """
    tn, fp, fn, tp = (cells[..., place] for place in range(4))
    found = [
        divide(tp + tn, tp + tn + fp + fn),
        divide(tp, tp + fn),
        _or_perfect(tn, tn + fp),
        divide(2 * tp, 2 * tp + fp + fn),
        _or_perfect(tp, tp + fp),
        _or_perfect(tn, tn + fn),
    ]
    stacked = np.stack(found, axis=-1)
    return np.where((tp + fn > 0)[..., np.newaxis], stacked, np.nan)


def _or_perfect(numerator: Floats, denominator: Floats) -> Floats:
    return np.where(denominator > 0, divide(numerator, denominator), 1.0)


def _recalls(answered: Answered) -> Callable[[Ints], Floats]:
    """Statistic: share of each category that is answered right, (B, K)."""
    size = len(answered.categories)
    cells = answered.truth * 2 + answered.right
    totals = cell_totals(answered.groups, cells, 2 * size, answered.weights)

    def statistic(draws: Ints) -> Floats:
        counts = totals(draws).reshape(len(draws), size, 2)
        return divide(counts[..., 1], counts.sum(axis=-1))

    return statistic


def _threshold_figures(answered: Answered) -> Callable[[Ints], Floats]:
    """Statistic: `THRESHOLD_FIGURES` of each category, (B, K, 6)."""
    cells = _cells(answered)
    return lambda draws: figures_of_cells(cells(draws))


def _official_f1(answered: Answered) -> Callable[[Ints], Floats]:
    """Statistic: F1 of each category by the official rule, (B, K)."""
    cells, is_absent = _cells(answered), _is_absent(answered)
    return lambda draws: official_f1(cells(draws), is_absent)


def _cells(answered: Answered) -> Callable[[Ints], Floats]:
    """Statistic: weights of tn, fp, fn, tp of each category, (B, K, 4)."""
    totals = [
        cell_totals(answered.groups, 2 * (answered.truth == index) + called, 4, answered.weights)
        for index, called in enumerate(answered.called.T)
    ]
    return lambda draws: np.stack([total(draws) for total in totals], axis=1)


def _is_absent(answered: Answered) -> Bools:
    """(K,) whether a category has no image that counts."""
    present = np.bincount(answered.truth[answered.counted], minlength=len(answered.categories))
    return np.asarray(present == 0)


def _areas(answered: Answered) -> Callable[[Ints], Floats]:
    """Statistic: `AREAS` of each category, (B, K, 3)."""
    ranked = [descending(answered.truth == index, scores) for index, scores in enumerate(answered.answers.T)]
    places = [answered.groups.codes[category.order] for category in ranked]
    weights = [answered.weights[category.order] for category in ranked]

    def statistic(draws: Ints) -> Floats:
        found = [
            [areas(category, row[place] * weight) for row in draws]
            for category, place, weight in zip(ranked, places, weights, strict=True)
        ]
        return np.stack(found, axis=1)

    return statistic


def _place(index: int) -> Callable[[Floats], Floats]:
    return lambda figures: figures[..., index]


def _of_category(answered: Answered, index: int, figures: dict[str, Resampled]) -> Json:
    own = {
        name: share_interval(figure.then(_place(index)), _basis(answered, index, name)).as_json()
        for name, figure in figures.items()
    }
    return {"positives": int((answered.counted & (answered.truth == index)).sum()), **own}


def _bases(answered: Answered, figure: str) -> list[Basis]:
    return [_basis(answered, index, figure) for index in range(len(answered.categories))]


def _basis(answered: Answered, index: int, figure: str) -> Basis:
    """The images that a figure of one category rests on."""
    counted, called, is_own = answered.counted, answered.called[:, index], answered.truth == index
    if figure in AREAS:
        strata = tuple(answered.groups.among(counted & side) for side in (is_own, ~is_own))
        return Basis(int(counted.sum()), answered.groups.among(counted), strata, is_area=True)
    chosen = {
        "accuracy": counted,
        "sensitivity": counted & is_own,
        "specificity": counted & ~is_own,
        "f1": counted & (is_own | called),
        "ppv": counted & called,
        "npv": counted & ~called,
    }
    return Basis.of(answered.groups, np.asarray(chosen[figure]))


def _mean_basis(answered: Answered) -> Basis:
    """All images; every category that has some is a stratum."""
    present = np.unique(answered.truth[answered.counted])
    strata = tuple(answered.groups.among(answered.counted & (answered.truth == index)) for index in present)
    return Basis(int(answered.counted.sum()), answered.groups.among(answered.counted), strata)


def _facts(answered: Answered) -> Json:
    present = set(answered.truth[answered.counted].tolist())
    return {
        "categories": list(answered.categories),
        "absent_categories": [name for index, name in enumerate(answered.categories) if index not in present],
        "n_images": int(answered.counted.sum()),
        "n_groups": answered.groups.among(answered.counted),
        "without_weight": int((~answered.counted).sum()),
        "undecided": int((answered.undecided & answered.counted).sum()),
        "at_half": int(answered.at_half[answered.counted].sum()),
    }
