# ruff: noqa: ARG002 - the signatures are Optuna's
"""The genetic algorithm as an Optuna sampler, random and TPE: trials so far in, the next genome out.

Generation 0 is random. From then on the parents are the best `elite` individuals of all so far (elitist
selection, "plus" selection in the words of evolution strategies); they take turns in having offspring, and
are not trained again themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from optuna.distributions import BaseDistribution
from optuna.samplers import BaseGASampler, BaseSampler, RandomSampler, TPESampler
from optuna.study import Study
from optuna.trial import FrozenTrial

from lentigo.searching.genome import MUTATION_RATE, Genome, distributions, mutation_rates, search_of
from lentigo.searching.individual import Identity, Individual
from lentigo.settings.recipe import Recipe

NUM_RANDOM_TRIALS = 10
"""Optuna's own number of random trials before TPE begins to model, at most one population here."""


class GeneticSampler(BaseGASampler):
    """Gives each trial the genome of one individual; the same trials so far give the same genome."""

    def __init__(self, recipe: Recipe) -> None:
        self.recipe, self.search = recipe, search_of(recipe)
        super().__init__(population_size=self.search.population)

    def infer_relative_search_space(self, study: Study, trial: FrozenTrial) -> dict[str, BaseDistribution]:
        """All genes and the mutation rate."""
        return {**distributions(self.search), MUTATION_RATE: mutation_rates(self.search)}

    def sample_relative(
        self,
        study: Study,
        trial: FrozenTrial,
        search_space: dict[str, BaseDistribution],
    ) -> dict[str, Any]:
        """The genome of this trial's individual."""
        genome = self.individual(study, trial).genome
        return {**genome.values, MUTATION_RATE: genome.mutation_rate}

    def sample_independent(
        self,
        study: Study,
        trial: FrozenTrial,
        param_name: str,
        param_distribution: BaseDistribution,
    ) -> Any:
        """Never right: every gene is drawn together with the others."""
        raise ValueError(f"{param_name} is not a gene of {self.recipe.name}, or lies outside of its range")

    def individual(self, study: Study, trial: FrozenTrial) -> Individual:
        """The individual that belongs to a trial, not trained."""
        identity = self.identity(study, trial)
        parent = self.parent(study, trial)
        if parent is None:
            return Individual.random(self.recipe, identity)
        genome = genome_of(parent)
        ancestor = Individual(self.recipe, genome, self.identity(study, parent), fitness=parent.value)
        return ancestor.produce_offspring(
            self.search.external_mutation_rate or None,
            generation=identity.generation,
            index=identity.index,
        )

    def identity(self, study: Study, trial: FrozenTrial) -> Identity:
        """Seed, generation and index of a trial.

        With one worker the index counts from 0 to the population less one. Several workers may begin more
        trials before a generation is complete; those have higher indices.
        """
        generation = self.get_trial_generation(study, trial)
        return Identity(self.search.seed, generation, trial.number - generation * self.search.population)

    def parent(self, study: Study, trial: FrozenTrial) -> FrozenTrial | None:
        """The trial whose offspring this one is; None in generation 0."""
        identity = self.identity(study, trial)
        parents = self.get_parent_population(study, identity.generation)
        if not parents:
            return None
        return in_order_of_fitness(parents)[identity.index % len(parents)]

    def select_parent(self, study: Study, generation: int) -> list[FrozenTrial]:
        """The best individuals of the generation before and of its parents, each of them once."""
        before = generation - 1
        candidates = [*self.get_population(study, before), *self.get_parent_population(study, before)]
        unique = {trial.number: trial for trial in candidates}
        return in_order_of_fitness(list(unique.values()))[: self.search.elite]


def genome_of(trial: FrozenTrial) -> Genome:
    """The genome that a trial was given."""
    values = {key: value for key, value in trial.params.items() if key != MUTATION_RATE}
    return Genome(values, trial.params[MUTATION_RATE])


def in_order_of_fitness(trials: list[FrozenTrial]) -> list[FrozenTrial]:
    """Best first; among equals the earlier one."""
    return sorted(trials, key=lambda trial: (-(trial.value or 0.0), trial.number))


def _genetic(recipe: Recipe, _number: int) -> BaseSampler:
    return GeneticSampler(recipe)


def _random(recipe: Recipe, number: int) -> BaseSampler:
    return RandomSampler(seed=_seed(recipe, number))


def _tpe(recipe: Recipe, number: int) -> BaseSampler:
    startup = min(NUM_RANDOM_TRIALS, search_of(recipe).population)
    return TPESampler(seed=_seed(recipe, number), n_startup_trials=startup)


def _seed(recipe: Recipe, number: int) -> int:
    """A seed for one trial alone, so that a search taken up again does not repeat its first draws."""
    return int(np.random.SeedSequence((search_of(recipe).seed, number)).generate_state(1)[0])


SAMPLERS: dict[str, Callable[[Recipe, int], BaseSampler]] = {
    "genetic": _genetic,
    "random": _random,
    "tpe": _tpe,
}
"""Name -> (recipe, number of the trial) -> what proposes this trial's genome."""
