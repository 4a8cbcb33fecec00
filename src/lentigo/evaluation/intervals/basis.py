"""What a figure rests on: images, groups and the groups of each class, and how many trials they are worth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri, owens_t

from lentigo.evaluation.intervals.sample import Groups, Sample
from lentigo.evaluation.metrics import CLASS_METRICS, Bools


@dataclass(frozen=True)
class Basis:
    """What a figure rests on."""

    n: int
    """Images."""
    n_groups: int
    strata: tuple[int, ...]
    """Groups in each class whose own figures are averaged; for a plain share just all its groups; for an area
    under a ROC curve those of the positives and of the others.
    """
    is_area: bool = False

    @classmethod
    def of(cls, groups: Groups, chosen: Bools) -> Basis:
        """A share of the chosen images (N,)."""
        num_groups = groups.among(chosen)
        return cls(int(chosen.sum()), num_groups, (num_groups,))

    @property
    def smallest(self) -> int:
        """Groups of the stratum that has fewest."""
        return min(self.strata)

    def trials(self, value: float) -> float:
        """How many independent trials a figure is worth, each group being one.

        Args:
            value: the figure, 0 to 1; an area is worth another number where it is another.
        """
        sides = np.maximum(np.array(self.strata, dtype=np.float64), 1.0)
        if not self.is_area:
            return float(len(sides) ** 2 / (1 / sides).sum())
        own, others = sides[0], sides[-1]
        spread = max((own + others) / 2 - 1, 0.0)
        return float(max(own * others / (1 + spread * _excess(value)), 1.0))


def class_basis(sample: Sample, index: int, metric: str) -> Basis:
    """The images that a figure of one class rests on, one of `CLASS_METRICS` or `roc_auc`."""
    actual, answered = sample.truth == index, sample.predicted == index
    if metric == "roc_auc":
        sides = (sample.groups.among(actual), sample.groups.among(~actual))
        return Basis(sample.num_images, sample.groups.num_groups, sides, is_area=True)
    return Basis.of(sample.groups, CLASS_METRICS[metric].rests_on(actual, answered))


def _excess(area: float) -> float:
    """Twice the covariance of two pairs that share an image, in units of the variance of a pair.

    Mean of scores whose distance is exponential (Hanley and McNeil, 1982; Newcombe, 2006) and of normal
    scores of equal spread: the first is too wide near 1 for most scores, the second too narrow where spreads
    differ.
    """
    exponential = (1 - area) / (2 - area) + area / (1 + area)
    if not 0 < area < 1:
        return exponential / 2
    both = area - 2 * owens_t(ndtri(area), 1 / np.sqrt(3))
    return float((exponential + 2 * (both - area**2) / (area * (1 - area))) / 2)
