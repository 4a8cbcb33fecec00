"""In how many reports a gap of a subgroup is shown where there is none, and where there is one: simulations.

    python benchmarks/subgroup_gaps.py --trials 60

Answers of eight classes and attributes of a report (sex, age, site, source) drawn without regard to each
other, or with a sensitivity that is lower by 0.3 in one of two sexes. Before: any interval that excludes 0.
"""

from __future__ import annotations

import argparse

import numpy as np

from lentigo.evaluation.intervals.bootstrap import Resampling
from lentigo.evaluation.intervals.sample import Sample, malignant_sample, sample
from lentigo.evaluation.subgroups import FoldedAnswers, subgroup_figures

NAMES = ("MEL", "NV", "BCC", "AK", "BKL", "DF", "VASC", "SCC")
SHARES = np.array([0.18, 0.5, 0.12, 0.04, 0.1, 0.02, 0.02, 0.02])
ATTRIBUTES = {"sex": 2, "age": 5, "site": 6, "source": 3}
NUM_GROUPS, LARGEST_GROUP = 700, 3


def made(gap: float, generator: np.random.Generator) -> tuple[Sample, dict[str, list[str]]]:
    groups = np.repeat(np.arange(NUM_GROUPS), generator.integers(1, LARGEST_GROUP + 1, NUM_GROUPS))
    truth = generator.choice(len(NAMES), size=NUM_GROUPS, p=SHARES)[groups]
    drawn = {name: generator.integers(count, size=NUM_GROUPS)[groups] for name, count in ATTRIBUTES.items()}
    is_harder = (drawn["sex"] == 1) & np.isin(truth, (0, 2, 7))
    chance = generator.beta(7, 3, NUM_GROUPS)[groups] - gap * is_harder
    answered = np.where(
        generator.random(len(groups)) < chance, truth, generator.choice(8, len(groups), p=SHARES)
    )
    logits = generator.normal(size=(len(groups), 8)) + 3 * np.eye(8)[answered]
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    values = {name: [f"{name} {value}" for value in numbers] for name, numbers in drawn.items()}
    return sample(truth, shares, groups), values


def shown(gap: float, num_trials: int) -> tuple[float, float]:
    """Shares of reports with a gap: by intervals that exclude 0, and by adjusted p-values."""
    generator, found = np.random.default_rng(0), np.zeros(2)
    for seed in range(num_trials):
        images, values = made(gap, generator)
        folded = malignant_sample(images, NAMES, ("MEL", "BCC", "SCC"))
        report = subgroup_figures(FoldedAnswers(images, folded), values, Resampling(200, seed))
        rows = [row for rows in report["attributes"].values() for row in rows if not row["is_small"]]
        gaps = [gap for row in rows for gap in row["gaps"].values() if gap["low"] is not None]
        found += (
            any(gap["low"] > 0 or gap["high"] < 0 for gap in gaps),
            report["num_gaps_beyond_chance"] > 0,
        )
    return float(found[0] / num_trials), float(found[1] / num_trials)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--trials", type=int, default=60)
    num_trials = parser.parse_args().trials
    print("| true gap in sensitivity | before: reports that show one | now |")
    for gap in (0.0, 0.3):
        before, now = shown(gap, num_trials)
        print(f"| {gap} | {before:.1%} | {now:.1%} |", flush=True)


if __name__ == "__main__":
    main()
