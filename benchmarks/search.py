"""Genetic search against random search and TPE at equal budget, on a computed fitness instead of trainings.

    python benchmarks/search.py [--trials 20] [--seeds 20]

The fitness has its top, 0.80, at the study's winner (112 units, dropout 0.30, lr 1e-4), falls off smoothly,
and has noise of 0.01, about that of a validation part of 2,000 images. It tells how the samplers use their
trials, not how they do on images: for that, give `lentigo search` one budget with each sampler
(docs/how-to/search.md).
"""

from __future__ import annotations

import argparse
import math

import numpy as np
import optuna

from lentigo.searching.genome import MUTATION_RATE, distributions, mutation_rates, search_of
from lentigo.searching.sampler import SAMPLERS
from lentigo.settings.recipe import Recipe
from lentigo.settings.toml import load_recipe

UNITS, RATE, LR = "model.head.2.units", "model.head.0.rate", "stages.0.lr"
TOP, NOISE = 0.80, 0.01


def true_fitness(genes: dict[str, float]) -> float:
    """What the genes are worth without noise."""
    gaps = (math.log(genes[UNITS] / 112) / 3, genes[RATE] - 0.3, math.log10(genes[LR] / 1e-4) / 4)
    return TOP * math.exp(-4 * sum(gap**2 for gap in gaps))


def chosen(recipe: Recipe, sampler: str, num_trials: int) -> float:
    """True fitness of the trial that looked best."""
    search = search_of(recipe)
    study = optuna.create_study(direction="maximize")
    space = distributions(search)
    if sampler == "genetic":
        space[MUTATION_RATE] = mutation_rates(search)
    noise = np.random.default_rng((search.seed, 99))
    for number in range(num_trials):
        study.sampler = SAMPLERS[sampler](recipe, number)
        trial = study.ask(fixed_distributions=space)
        study.tell(trial, true_fitness(trial.params) + NOISE * noise.normal())
    return true_fitness(study.best_params)


def main() -> None:
    """Print one row a sampler."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trials", type=int, default=20)
    parser.add_argument("--seeds", type=int, default=20)
    options = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    recipes = [load_recipe("genetic", [f"search.seed={seed}"]) for seed in range(options.seeds)]
    print(f"true fitness of the chosen trial of {options.trials} (top {TOP}), {options.seeds} seeds")
    print("sampler    mean   standard error   worst")
    for sampler in SAMPLERS:
        found = np.array([chosen(recipe, sampler, options.trials) for recipe in recipes])
        error = found.std(ddof=1) / math.sqrt(len(found))
        print(f"{sampler:8s}  {found.mean():.4f}      {error:.4f}       {found.min():.4f}")


if __name__ == "__main__":
    main()
