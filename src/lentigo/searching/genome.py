"""What an individual inherits: a value for each gene and a mutation rate; random numbers in, genomes out.

Each gene moves on a scale from 0 (its lowest value) to 1 (its highest), logarithmic where it says so.
A mutation rate is the typical step on that scale: 0.11 moves a gene by about 11 % of its range. Rates adapt
themselves: offspring inherit their parent's rate times a log-normal factor and are moved by their own new
rate, so rates that make good offspring spread with them (Schwefel; Eiben and Smith, Introduction to
Evolutionary Computing, 2015, section 4.4.2: one step size, learning rate 1 / sqrt(number of genes)).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from optuna.distributions import BaseDistribution, FloatDistribution, IntDistribution

from lentigo.settings.errors import SettingsError, several
from lentigo.settings.recipe import Gene, Recipe, Search
from lentigo.settings.toml import with_values

MUTATION_RATE = "mutation_rate"
MOST_DRAWS = 100
"""How often offspring equal to their parent are drawn again: small steps may round to no step."""


@dataclass(frozen=True)
class Genome:
    """Inherited numbers of one individual."""

    values: Mapping[str, float]
    """Key path of a recipe -> value, an int for whole numbers."""
    mutation_rate: float


def random_genome(search: Search, generator: np.random.Generator) -> Genome:
    """Draw every gene evenly over its scale, and the rate evenly over the logarithm of its range."""
    values = {gene.key: from_unit(gene, generator.random()) for gene in search.genes}
    low, high = math.log(search.lowest_mutation_rate), math.log(search.highest_mutation_rate)
    return Genome(values, _within(search, math.exp(generator.uniform(low, high))))


def mutate(
    genome: Genome,
    search: Search,
    generator: np.random.Generator,
    external_mutation_rate: float | None = None,
) -> Genome:
    """Draw offspring.

    Args:
        genome: of the parent.
        search: genes and rates.
        generator: where randomness comes from.
        external_mutation_rate: the size of steps, given from outside; the own rate is then passed on as it
            is. None: the offspring's own rate.

    Returns:
        A genome that differs from the parent's in at least one gene, wherever steps are large enough.
    """
    own = genome.mutation_rate
    if external_mutation_rate is None:
        factor = math.exp(generator.normal() / math.sqrt(len(search.genes)))
        own = _within(search, own * factor)
    step = own if external_mutation_rate is None else external_mutation_rate
    values = dict(genome.values)
    for _ in range(MOST_DRAWS):
        values = {gene.key: _moved(gene, genome.values[gene.key], step, generator) for gene in search.genes}
        if values != dict(genome.values):
            break
    return Genome(values, own)


def to_unit(gene: Gene, value: float) -> float:
    """Where a value lies on its gene's scale, 0 to 1."""
    if gene.log:
        return math.log(value / gene.low) / math.log(gene.high / gene.low)
    return (value - gene.low) / (gene.high - gene.low)


def from_unit(gene: Gene, place: float) -> float:
    """The value at a place of its gene's scale, 0 to 1; never outside of low and high."""
    if gene.log:
        value = gene.low * (gene.high / gene.low) ** place
    else:
        value = gene.low + place * (gene.high - gene.low)
    value = float(min(max(value, gene.low), gene.high))
    return round(value) if gene.kind == "int" else value


def distributions(search: Search) -> dict[str, BaseDistribution]:
    """The genes as Optuna knows them."""
    return {gene.key: _distribution(gene) for gene in search.genes}


def mutation_rates(search: Search) -> FloatDistribution:
    """The range of mutation rates as Optuna knows it."""
    return FloatDistribution(search.lowest_mutation_rate, search.highest_mutation_rate, log=True)


def search_of(recipe: Recipe) -> Search:
    """The table `[search]` of a recipe, whose genes are found in it.

    Raises:
        SettingsError: there is no such table, or a gene's key does not exist or cannot take its range.
    """
    if recipe.search is None:
        raise SettingsError(
            f"{recipe.name} has no table [search] with genes to vary; the recipe `genetic` is an example"
        )
    problems = []
    for index, gene in enumerate(recipe.search.genes):
        for end in (0.0, 1.0):
            try:
                with_values(recipe, {gene.key: from_unit(gene, end)})
            except SettingsError as error:
                problems.append(f"search.genes.{index}: {str(error).partition(chr(10))[2].strip()[2:]}")
    if problems:
        raise SettingsError(several(f"the genes of {recipe.name} cannot be used:", problems))
    return recipe.search


def _moved(gene: Gene, value: float, step: float, generator: np.random.Generator) -> float:
    """One gene after a normal step; beyond an end it is reflected, so that ends do not collect genes."""
    place = abs(to_unit(gene, value) + step * generator.normal()) % 2.0
    return from_unit(gene, 2.0 - place if place > 1.0 else place)


def _within(search: Search, rate: float) -> float:
    return float(min(max(rate, search.lowest_mutation_rate), search.highest_mutation_rate))


def _distribution(gene: Gene) -> BaseDistribution:
    if gene.kind == "int":
        return IntDistribution(int(gene.low), int(gene.high), log=gene.log)
    return FloatDistribution(gene.low, gene.high, log=gene.log)
