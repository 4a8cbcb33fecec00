"""What a recipe with a table `[search]` must satisfy beyond types; recipe in, broken rules out."""

from __future__ import annotations

from collections.abc import Iterator

from lentigo.settings.recipe import Gene, Recipe, Search

FITNESS = ("val_accuracy", "val_balanced_accuracy")
"""Figures that a search may choose by."""


def search_rules(recipe: Recipe) -> Iterator[str]:
    """Every rule that `recipe.search` breaks, as `key.path: what is wrong`; nothing where there is none.

    Whether the genes' keys exist is checked when they are put into a recipe: see `search/genome.py`.
    """
    if recipe.search is None:
        return
    yield from _population_rules(recipe.search)
    yield from _mutation_rules(recipe.search)
    yield from _genes_rules(recipe.search.genes)
    if recipe.training.keep != "best" or recipe.training.monitor not in FITNESS:
        yield (
            "search: fitness is the best validation accuracy of the weights that are kept; set training.keep "
            "= 'best' and training.monitor = 'val_accuracy' or 'val_balanced_accuracy'"
        )


def _population_rules(search: Search) -> Iterator[str]:
    if search.population < 2:
        yield "search.population: at least 2"
    if not 1 <= search.elite <= search.population:
        yield f"search.elite: {search.elite} is not between 1 and search.population ({search.population})"
    if search.seed < 0:
        yield "search.seed: at least 0"


def _mutation_rules(search: Search) -> Iterator[str]:
    low, high = search.lowest_mutation_rate, search.highest_mutation_rate
    if not 0 < low < high <= 1:
        yield f"search: 0 < lowest_mutation_rate ({low}) < highest_mutation_rate ({high}) <= 1 must hold"
    if not 0 <= search.external_mutation_rate <= 1:
        yield f"search.external_mutation_rate: {search.external_mutation_rate} is not between 0 and 1"


def _genes_rules(genes: tuple[Gene, ...]) -> Iterator[str]:
    if not genes:
        yield "search.genes: at least one"
    keys = [gene.key for gene in genes]
    for index, gene in enumerate(genes):
        where = f"search.genes.{index}"
        if not gene.low < gene.high:
            yield f"{where}: low ({gene.low}) is not below high ({gene.high})"
        if gene.log and gene.low <= 0:
            yield f"{where}.low: {gene.low} has no logarithm; it must be above 0"
        if gene.kind == "int" and not (gene.low.is_integer() and gene.high.is_integer()):
            yield f"{where}: low and high of a whole number must be whole"
        if gene.key in keys[:index] or gene.key.split(".")[0] in ("search", "name"):
            yield f"{where}.key: {gene.key} is named twice, or cannot vary"
