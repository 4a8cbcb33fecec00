"""How near estimated mixes of classes come to the truth, and how often their intervals hold it: simulations.

    python benchmarks/prior.py --trials 200

Classes are normal with distances that make a classifier perfect, good or weak; its answers are Bayes' own for
validation's mix. Beside ours the estimate before: held by five images a class. No labels are looked at.
"""

from __future__ import annotations

import argparse

import numpy as np

from lentigo.evaluation.calibration.prior_estimate import Answered, estimate_mix
from lentigo.evaluation.calibration.prior_shift import shift_prior
from lentigo.evaluation.intervals.sample import Groups

VALIDATION, NUM_VALIDATION = np.array([0.1, 0.08, 0.52, 0.1, 0.1, 0.04, 0.03, 0.03]), 600
MALIGNANT = np.arange(8) < 2
SCENES = [
    (f"{name}, true {share:.0%}, n = {count}", distance, share, count)
    for name, distance in (("perfect", 12.0), ("good", 3.0), ("weak", 1.0))
    for share, count in ((0.02, 200), (0.18, 200), (0.02, 1000), (0.4, 1000))
]


def answers(
    mix: np.ndarray, count: int, distance: float, generator: np.random.Generator
) -> tuple[Answered, np.ndarray]:
    """Answers to so many images of a mix, and the shares that the classes really have among them."""
    truth = generator.choice(len(mix), size=count, p=mix)
    at = generator.normal(size=(count, len(mix))) + distance / np.sqrt(2) * np.eye(len(mix))[truth]
    logits = np.log(VALIDATION) + distance / np.sqrt(2) * at
    joint = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares = np.maximum(np.bincount(truth, minlength=len(mix)), 0.5)
    found = Answered(joint / joint.sum(axis=1, keepdims=True), Groups.of(np.arange(count)))
    return found, shares / shares.sum()


def held_by_five(here: Answered, known: Answered, known_shares: np.ndarray) -> np.ndarray:
    """The rule before: expectation and maximisation with five images a class of the known mix."""
    before = known.probabilities.mean(axis=0)
    shares, weight = before, 5 * len(before)
    for _ in range(500):
        counts = shift_prior(here.probabilities, before, shares).sum(axis=0) + weight * before
        shares = counts / (len(here.probabilities) + weight)
    return known_shares * shares / before


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--trials", type=int, default=200)
    num_trials = parser.parse_args().trials
    print("| malignant together | held by five: mean, error | ours: mean, error | interval holds it |")
    for title, distance, share, count in SCENES:
        generator, found = np.random.default_rng(0), np.zeros((num_trials, 3))
        mix = np.where(
            MALIGNANT,
            VALIDATION * share / VALIDATION[:2].sum(),
            VALIDATION * (1 - share) / VALIDATION[2:].sum(),
        )
        for trial in range(num_trials):
            known, shares = answers(VALIDATION, NUM_VALIDATION, distance, generator)
            here, _ = answers(mix, count, distance, generator)
            ours = estimate_mix(here, known, shares)
            before = held_by_five(here, known, shares)[MALIGNANT].sum()
            ends = ours.interval(MALIGNANT)
            found[trial] = (before, ends.value, ends.low <= share <= ends.high)
        errors = np.sqrt(((found[:, :2] - share) ** 2).mean(axis=0))
        before, now, held = found.mean(axis=0)
        print(
            f"| {title} | {before:.1%}, {errors[0]:.1%} | {now:.1%}, {errors[1]:.1%} | {held:.1%} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
