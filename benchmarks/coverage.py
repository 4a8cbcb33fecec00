"""How often 95 % intervals hold the true figure, and how wide they are, beside other methods, in simulations.

    python benchmarks/coverage.py --trials 600

Images of a group share their class and their chance to be recognised, drawn from a beta distribution around
the recall of the class; scores are normal, with a shift and a group's own part. The truth is known from the
recalls, or from the shift. Beside ours: percentiles of the bootstrap by group, Wilson with the effective
number of trials that the variance gives, DeLong with groups (Obuchowski, 1997), plain and on the logit scale.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, ndtr, ndtri

from lentigo.evaluation.intervals import bootstrap
from lentigo.evaluation.intervals.bootstrap import Resampling
from lentigo.evaluation.intervals.of_metrics import interval_of_metric
from lentigo.evaluation.intervals.resampled import Resampled
from lentigo.evaluation.intervals.sample import Sample, sample
from lentigo.evaluation.intervals.trials import Trials, variance, wilson

Limits = tuple[float, float]
Z = 1.959964


@dataclass(frozen=True)
class Scene:
    title: str
    groups: tuple[int, ...]
    """Of each class."""
    recalls: tuple[float, ...] = ()
    """Of each class; empty: an area is asked for."""
    sizes: tuple[int, int] = (1, 5)
    """Images of a group: least and most."""
    concentration: float = 2.0
    """Of the beta distribution: the less, the more alike are the answers within a group."""
    area: float = 0.0
    spread: float = 1.0
    """Standard deviation of the scores of the second class; 1 of the first."""
    likeness: float = 0.0
    """Correlation of scores within a group."""

    @property
    def metric(self) -> str:
        return "balanced_accuracy" if self.recalls else "roc_auc"

    @property
    def truth(self) -> float:
        return float(np.mean(self.recalls)) if self.recalls else self.area


def scenes() -> list[Scene]:
    eight = (0.9, 0.7, 0.7, 0.5, 0.6, 0.5, 0.8, 0.5)
    found = [
        Scene("two classes, 200 + 100 groups", (200, 100), (0.85, 0.75)),
        Scene("three classes, a rare one", (120, 60, 20), (0.85, 0.7, 0.6)),
        Scene("the same, high recalls", (120, 60, 20), (0.97, 0.92, 0.9), (1, 3), 4.0),
        Scene("eight classes, rare ones", (500, 200, 100, 100, 50, 20, 20, 10), eight, (1, 3)),
        Scene("recall, 30 groups", (30,), (0.85,)),
        Scene("recall, 12 groups", (12,), (0.7,)),
        Scene("recall 0.95, 20 groups of 5", (20,), (0.95,), (5, 5)),
        Scene("recall 0.95, 40 groups of 5", (40,), (0.95,), (5, 5)),
        Scene("recall 0.9, 5 groups of 4", (5,), (0.9,), (4, 4)),
        Scene("recall 0.8, 5 single images", (5,), (0.8,), (1, 1)),
        Scene("recall 0.9, 20 single images", (20,), (0.9,), (1, 1)),
        Scene("a class in 1 group", (60, 1), (0.85, 0.7)),
        Scene("a class in 2 groups", (60, 2), (0.85, 0.7)),
        Scene("a class in 2 groups, one in 5", (60, 5, 2), (0.9, 0.8, 0.7)),
    ]
    for area in (0.85, 0.95, 0.99):
        found += [
            Scene(f"ROC AUC {area}, 10 positives", (100, 10), area=area, sizes=(1, 1)),
            Scene(f"ROC AUC {area}, 20 positives", (100, 20), area=area, sizes=(1, 1)),
            Scene(f"ROC AUC {area}, 15 groups", (80, 15), area=area, sizes=(1, 4), likeness=0.5),
            Scene(f"ROC AUC {area}, uneven spread", (100, 15), area=area, sizes=(1, 1), spread=2.0),
        ]
    return found


def make_sample(scene: Scene, generator: np.random.Generator) -> Sample:
    classes = np.repeat(np.arange(len(scene.groups)), scene.groups)
    sizes = generator.integers(scene.sizes[0], scene.sizes[1] + 1, size=len(classes))
    groups = np.repeat(np.arange(len(classes)), sizes)
    truth, num_classes = classes[groups], max(2, len(scene.groups))
    if not scene.recalls:
        return _with_scores(scene, truth, groups, generator)
    recalls = np.array(scene.recalls)[classes]
    chances = generator.beta(scene.concentration * recalls, scene.concentration * (1 - recalls))
    is_right = generator.random(len(groups)) < chances[groups]
    return sample(truth, np.eye(num_classes)[np.where(is_right, truth, (truth + 1) % num_classes)], groups)


def _with_scores(
    scene: Scene, truth: np.ndarray, groups: np.ndarray, generator: np.random.Generator
) -> Sample:
    shared = np.sqrt(scene.likeness) * generator.normal(size=groups.max() + 1)[groups]
    noise = shared + np.sqrt(1 - scene.likeness) * generator.normal(size=len(groups))
    shift = ndtri(scene.area) * np.sqrt(1 + scene.spread**2)
    scores = ndtr(np.where(truth == 1, shift + scene.spread * noise, noise))
    return sample(truth, np.stack([1 - scores, scores], axis=1), groups)


def limits(scene: Scene, images: Sample, num_draws: int, seed: int) -> dict[str, Limits]:
    """Method -> low, high."""
    of = bootstrap.confusion_statistic if scene.recalls else bootstrap.class_roc_auc_statistic
    statistics = [of(images), bootstrap.metric_statistic(images, scene.metric)]
    source, figure = bootstrap.resample(statistics, images.groups, Resampling(num_draws, seed))
    ours = interval_of_metric(source, images, scene.metric)
    drawn = figure.drawn[~np.isnan(figure.drawn)]
    percentiles = np.quantile(drawn, [0.025, 0.975]) if len(drawn) else (np.nan, np.nan)
    return {"ours": (ours.low, ours.high), "percentiles": tuple(percentiles), **_formulas(figure)}


def _formulas(figure: Resampled) -> dict[str, Limits]:
    value, var = float(figure.observed), variance(figure)
    if not 0 < value < 1 or not var:
        return {"wilson": (value, value), "delong": (value, value), "logit": (value, value)}
    error = np.sqrt(var)
    slope = error / (value * (1 - value))
    logit = np.log(value / (1 - value))
    return {
        "wilson": wilson(value, Trials(value * (1 - value) / var)),
        "delong": (value - Z * error, min(1.0, value + Z * error)),
        "logit": (float(expit(logit - Z * slope)), float(expit(logit + Z * slope))),
    }


def coverage(scene: Scene, num_trials: int, num_draws: int) -> dict[str, tuple[float, float]]:
    """Method -> share of trials in which its interval holds the truth, and mean width."""
    generator = np.random.default_rng(1)
    held: dict[str, list[tuple[bool, float]]] = {}
    for trial in range(num_trials):
        images = make_sample(scene, generator)
        for name, (low, high) in limits(scene, images, num_draws, trial).items():
            held.setdefault(name, []).append((low <= scene.truth <= high, high - low))
    return {name: tuple(np.mean(found, axis=0)) for name, found in held.items()}  # type: ignore[misc]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--trials", type=int, default=600)
    parser.add_argument("--draws", type=int, default=500)
    parser.add_argument("--only", default="", help="scenes whose title holds this")
    asked = parser.parse_args()
    names = ("ours", "percentiles", "wilson", "delong", "logit")
    print(f"{'covered, width':32}" + "".join(f"{name:>16}" for name in names))
    for scene in scenes():
        if asked.only in scene.title:
            found = coverage(scene, asked.trials, asked.draws)
            cells = "".join(f"{100 * found[name][0]:9.1f} {found[name][1]:6.3f}" for name in names)
            print(f"{scene.title:32}{cells}", flush=True)


if __name__ == "__main__":
    main()
