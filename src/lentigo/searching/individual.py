"""One individual: base recipe, genome and identity in; it can be trained, knows its fitness, has offspring.

All randomness of an individual comes from (seed, generation, index), never from when or where it was made.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from lentigo.searching.genome import Genome, mutate, random_genome, search_of
from lentigo.settings.errors import RunError
from lentigo.settings.recipe import Recipe
from lentigo.settings.run import RunDirectory
from lentigo.settings.toml import with_values

GENOME_STREAM, TRAINING_STREAM = 0, 1
"""Keep the draws of a genome apart from those of its training."""


@dataclass(frozen=True)
class Identity:
    """Who an individual is."""

    seed: int
    generation: int
    index: int

    def generator(self) -> np.random.Generator:
        """What its genome is drawn with; a fresh one each time."""
        return np.random.default_rng(self._sequence(GENOME_STREAM))

    def training_seed(self) -> int:
        """`training.seed` of its training: weights at the start, order of images, augmentation, dropout."""
        return int(self._sequence(TRAINING_STREAM).generate_state(1)[0] // 2)

    def _sequence(self, stream: int) -> np.random.SeedSequence:
        return np.random.SeedSequence((self.seed, self.generation, self.index, stream))


@dataclass
class Individual:
    """A recipe of its own, made from a base recipe and a genome."""

    base: Recipe
    """With its table `[search]`."""
    genome: Genome
    identity: Identity
    start_from: str = ""
    """The run whose weights it inherits; empty: what the base recipe says."""
    fitness: float | None = None
    """Best validation accuracy of its training; None before."""

    @classmethod
    def random(cls, base: Recipe, identity: Identity) -> Individual:
        """One without parents."""
        return cls(base, random_genome(search_of(base), identity.generator()), identity)

    def recipe(self) -> Recipe:
        """What it trains."""
        changed = with_values(replace(self.base, search=None), self.genome.values)
        training = replace(changed.training, seed=self.identity.training_seed())
        if self.start_from:
            training = replace(training, start_from=self.start_from, start_layers="fitting")
        stored = changed.stored
        if stored.when == "auto":  # the next trial reads what this one has computed
            stored = replace(stored, when="always")
        return replace(changed, training=training, stored=stored)

    def find_fitness(self, train: Callable[[Recipe], RunDirectory]) -> float:
        """Train it, and remember how fit it is.

        Args:
            train: takes a recipe and gives a finished run.

        Returns:
            Its fitness.
        """
        self.fitness = best_accuracy(train(self.recipe()))
        return self.fitness

    def produce_offspring(
        self,
        external_mutation_rate: float | None = None,
        *,
        generation: int | None = None,
        index: int = 0,
    ) -> Individual:
        """A new individual by mutation.

        Args:
            external_mutation_rate: the size of its steps; None: its own rate, inherited and changed.
            generation: of the offspring; None: the next one. A parent may belong to an older generation.
            index: of the offspring in its generation.
        """
        born = self.identity.generation + 1 if generation is None else generation
        identity = Identity(self.identity.seed, born, index)
        genome = mutate(self.genome, search_of(self.base), identity.generator(), external_mutation_rate)
        return Individual(self.base, genome, identity)


def best_accuracy(run: RunDirectory) -> float:
    """The best validation accuracy of a run's last stage, whose best weights are what the run keeps.

    Raises:
        RunError: the run has no such figure.
    """
    history, monitor = run.history(), run.recipe().training.monitor
    last = history[-1]["stage"] if history else None
    values = [row[monitor] for row in history if row["stage"] == last and row[monitor] is not None]
    if not values:
        raise RunError(f"{run.path} has no {monitor}, so its fitness is unknown")
    return float(max(values))
