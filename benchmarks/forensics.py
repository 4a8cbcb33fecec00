"""Prints how often `lentigo forensics` names a re-split, over simulated pairs of matrices of one network.

python benchmarks/forensics.py [--pairs 200] [--seed 0]

Leaks: the data are cut to the smaller side and divided again, so that all but a fraction of the second set
had been trained on; trained images are answered right with a given accuracy. Honest: all else. Recalls of
both classes are drawn from 0.70 to 0.95; half of the splits are drawn class by class, half image by image.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable

import numpy as np

from lentigo.evaluation.forensics.investigation import investigate
from lentigo.evaluation.forensics.reported import DATASETS, Matrix

SIDES = {"isic2019": (16858, 8473), "ham10000": (8061, 1954)}
Rows = list[tuple[int, int]]


class Network:
    """One network and its first set: 1/`denominator` of the data."""

    def __init__(self, draw: np.random.Generator, dataset: str, denominator: int) -> None:
        self.draw, self.denominator, self.recalls = draw, denominator, draw.uniform(0.7, 0.95, 2)
        benign, malignant = SIDES[dataset]
        self.by_class = draw.random() < 0.5
        few = round(malignant / denominator)
        if not self.by_class:
            few = int(draw.hypergeometric(malignant, benign, round((benign + malignant) / denominator)))
        total = round((benign + malignant) / denominator)
        self.first = self.answer([total - few, few], 1 - self.recalls)
        self.even = round(malignant / denominator)

    def answer(self, sizes: list[int], wrong: np.ndarray) -> Rows:
        return [(n, int(self.draw.binomial(n, p))) for n, p in zip(sizes, wrong, strict=True)]

    def leak(self, memory: float) -> Rows:
        total, share = 2 * self.even, 1 / self.denominator
        one = self.even if self.by_class else int(self.draw.hypergeometric(total * 9, total * 9, total))
        right = (1 - share) * memory + share * self.recalls
        return self.answer([one, total - one], 1 - right)

    def subset(self) -> Rows:
        (n, errors), rest = self.first
        kept = min(n, rest[0])
        return [(kept, int(self.draw.hypergeometric(errors, n - errors, kept))), rest]

    def other_fold(self) -> Rows:
        return self.answer([n for n, _ in self.first], 1 - self.recalls)

    def other_fold_balanced(self) -> Rows:
        return self.answer([self.even, self.even], 1 - self.recalls)

    def easier(self) -> Rows:
        sizes = np.exp(self.draw.uniform(np.log(100), np.log(20000), 2)).round().astype(int).tolist()
        return self.answer(sizes, self.draw.uniform(0, 1 - self.recalls))

    def easier_balanced(self) -> Rows:
        n = round(float(np.exp(self.draw.uniform(np.log(100), np.log(10000)))))
        return self.answer([n, n], self.draw.uniform(0, 1 - self.recalls))

    def harder(self) -> Rows:
        return self.answer([500, 300], self.draw.uniform(1 - self.recalls, 0.6))

    def surest(self) -> Rows:
        share = self.draw.uniform(0.2, 0.7)
        return [(round(n * share), int(self.draw.binomial(errors, 0.08))) for n, errors in self.first]


HONEST: dict[str, Callable[[Network], Rows]] = {
    "the first set, thinned out": Network.subset,
    "another fold": Network.other_fold,
    "another fold, balanced": Network.other_fold_balanced,
    "an easier set of any size and mix": Network.easier,
    "an easier set of any size, balanced": Network.easier_balanced,
    "a harder set": Network.harder,
    "the surest of the first set": Network.surest,
}


def verdict(dataset: str, first: Rows, second: Rows) -> str:
    matrices = [Matrix(((n - e, e), (f, m - f))) for (n, e), (m, f) in (first, second)]
    return str(investigate(DATASETS[dataset], matrices, [], same_weights=True)["pairs"][0]["verdict"])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pairs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    draw = np.random.default_rng(args.seed)
    print("| pairs | verdicts |\n|---|---|")
    for dataset, denominators in (("isic2019", (4, 5, 6, 8, 10)), ("ham10000", (2, 5))):
        for denominator in denominators:
            for memory in (0.95, 0.98, 1.0):
                count = Counter(
                    verdict(dataset, network.first, network.leak(memory))
                    for network in (Network(draw, dataset, denominator) for _ in range(args.pairs))
                )
                print_row(f"{dataset} leak at 1/{denominator}, memory {memory}", count)
    for name, second in HONEST.items():
        count = Counter(
            verdict("isic2019", network.first, second(network))
            for network in (
                Network(draw, "isic2019", int(draw.choice([4, 5, 6, 8, 10]))) for _ in range(args.pairs)
            )
        )
        print_row(f"honest: {name}", count)


def print_row(name: str, count: Counter[str]) -> None:
    total = sum(count.values())
    print(f"| {name} | {', '.join(f'{key} {n / total:.1%}' for key, n in count.most_common())} |", flush=True)


if __name__ == "__main__":
    main()
