"""How often a rule such as `sensitivity=0.95` is kept on other images, and how many false alarms that costs.

    python benchmarks/promises.py --trials 2000

Scores of malignant and benign images are normal, those of a group alike; the true sensitivity and
specificity of a threshold follow from the distribution. `observed_` is the plain rule.
"""

from __future__ import annotations

import argparse

import numpy as np
from scipy.special import expit, logit, ndtr

from lentigo.evaluation.decisions.choosing import choose_threshold
from lentigo.evaluation.decisions.operating_points import parse_rule

SCENES = ((50, 1), (100, 1), (100, 4), (300, 1), (300, 4))
"""Malignant groups of validation, and images of each."""
LIKENESS, SHIFT = 0.5, 2.0
RULES = ("observed_sensitivity=0.95", "sensitivity=0.95")


def normals(num_groups: int, size: int, generator: np.random.Generator) -> np.ndarray:
    shared = np.repeat(generator.normal(size=num_groups), size)
    return np.sqrt(LIKENESS) * shared + np.sqrt(1 - LIKENESS) * generator.normal(size=num_groups * size)


def kept(num_groups: int, size: int, num_trials: int) -> list[tuple[float, float]]:
    """Of each rule: share of trials in which the true sensitivity is reached, and mean true specificity."""
    generator, found = np.random.default_rng(0), np.zeros((len(RULES), 2))
    groups = np.repeat(np.arange(2 * num_groups), size)
    is_malignant = np.arange(len(groups)) < num_groups * size
    for _ in range(num_trials):
        scores = expit(normals(2 * num_groups, size, generator) + SHIFT * is_malignant)
        for place, rule in enumerate(RULES):
            threshold = choose_threshold(parse_rule(rule), is_malignant, scores, groups).threshold or 0.0
            at = logit(threshold)
            found[place] += (ndtr(SHIFT - at) >= 0.95, ndtr(at))
    return [(float(share), float(passed)) for share, passed in found / num_trials]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--trials", type=int, default=2000)
    num_trials = parser.parse_args().trials
    print(
        "| malignant groups x images | " + " | ".join(f"{rule}: kept, specificity" for rule in RULES) + " |"
    )
    for num_groups, size in SCENES:
        cells = (f"{share:.1%}, {passed:.2f}" for share, passed in kept(num_groups, size, num_trials))
        print(f"| {num_groups} x {size} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
