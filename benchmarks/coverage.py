"""How often the 95 % interval of balanced accuracy holds the true one: simulated samples in, shares out.

    python benchmarks/coverage.py --trials 600

Images of a group share their class and their chance to be recognised, drawn from a beta distribution around
the recall of the class; the mean of the recalls is the truth.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass

import numpy as np

from lentigo.evaluation.intervals import bootstrap
from lentigo.evaluation.intervals.bootstrap import Resampling
from lentigo.evaluation.intervals.intervals import share_interval
from lentigo.evaluation.intervals.sample import Sample, sample


@dataclass(frozen=True)
class Scene:
    title: str
    num_groups: int
    shares: tuple[float, ...]
    recalls: tuple[float, ...]
    largest_group: int = 5
    concentration: float = 2.0
    """Of the beta distribution: the less, the more alike are the answers within a group."""


SCENES = (
    Scene("two classes", 300, (0.67, 0.33), (0.85, 0.75)),
    Scene("three classes, a rare one", 200, (0.6, 0.3, 0.1), (0.85, 0.7, 0.6)),
    Scene("the same, larger groups", 200, (0.6, 0.3, 0.1), (0.85, 0.7, 0.6), largest_group=8),
    Scene("the same, high recalls", 200, (0.6, 0.3, 0.1), (0.97, 0.92, 0.9), 3, 4.0),
    Scene(
        "eight classes, rare ones",
        1000,
        (0.5, 0.2, 0.1, 0.1, 0.05, 0.02, 0.02, 0.01),
        (0.9, 0.7, 0.7, 0.5, 0.6, 0.5, 0.8, 0.5),
        largest_group=3,
    ),
    Scene("recall of one class, 30 groups", 30, (1.0,), (0.85,)),
    Scene("recall of one class, 12 groups", 12, (1.0,), (0.7,)),
)


def make_sample(scene: Scene, generator: np.random.Generator) -> Sample:
    classes = generator.choice(len(scene.shares), size=scene.num_groups, p=scene.shares)
    recalls = np.array(scene.recalls)[classes]
    chances = generator.beta(scene.concentration * recalls, scene.concentration * (1 - recalls))
    sizes = generator.integers(1, scene.largest_group + 1, size=scene.num_groups)
    groups = np.repeat(np.arange(scene.num_groups), sizes)
    is_right = generator.random(len(groups)) < chances[groups]
    truth, num_classes = classes[groups], max(2, len(scene.shares))
    return sample(truth, np.eye(num_classes)[np.where(is_right, truth, (truth + 1) % num_classes)], groups)


def coverage(scene: Scene, num_trials: int) -> tuple[float, float]:
    """Shares of trials in which our interval and the plain percentiles hold the truth."""
    generator, truth, held = np.random.default_rng(1), np.mean(scene.recalls), np.zeros(2)
    for trial in range(num_trials):
        images = make_sample(scene, generator)
        statistic = bootstrap.metric_statistic(images, "balanced_accuracy")
        figure = bootstrap.resample([statistic], images.groups, Resampling(500, seed=trial))[0]
        found = share_interval(figure, bootstrap.metric_basis(images, "balanced_accuracy"))
        low, high = np.nanquantile(figure.drawn, [0.025, 0.975])
        held += (found.low <= truth <= found.high, low <= truth <= high)
    return float(held[0] / num_trials), float(held[1] / num_trials)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--trials", type=int, default=600)
    asked = parser.parse_args()
    print(f"{'':32} {'ours':>8} {'percentiles':>12}   of {asked.trials} trials")
    for scene in SCENES:
        ours, percentiles = coverage(scene, asked.trials)
        print(f"{scene.title:32} {100 * ours:6.1f} % {100 * percentiles:10.1f} %", flush=True)


if __name__ == "__main__":
    main()
