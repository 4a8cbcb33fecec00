"""The table `[search]`: what is refused, and that it survives writing."""

from __future__ import annotations

import pytest

from lentigo.settings.errors import SettingsError
from lentigo.settings.search_rules import search_rules
from lentigo.settings.toml import dump_recipe, load_recipe, parse_recipe, with_values


def test_a_recipe_without_search_breaks_no_rule_of_it() -> None:
    assert list(search_rules(load_recipe("baseline"))) == []


def test_the_genetic_recipe_has_the_genome_of_the_study() -> None:
    recipe = load_recipe("genetic")
    assert recipe.search is not None
    assert [gene.key for gene in recipe.search.genes] == [
        "model.head.2.units",
        "model.head.0.rate",
        "stages.0.lr",
    ]
    study = {"model.head.2.units": 112, "model.head.0.rate": 0.30, "stages.0.lr": 1e-4}
    assert all(gene.low <= study[gene.key] <= gene.high for gene in recipe.search.genes)
    assert recipe.search.lowest_mutation_rate < 0.11 < recipe.search.highest_mutation_rate
    assert parse_recipe(dump_recipe(recipe)) == recipe


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("search.population=1", "search.population: at least 2"),
        ("search.elite=7", "search.elite: 7 is not between 1 and search.population"),
        ("search.lowest_mutation_rate=0.9", "lowest_mutation_rate"),
        ("search.external_mutation_rate=1.5", "not between 0 and 1"),
        ("search.genes.1.high=-1", "low .0.0. is not below high"),
        ("search.genes.2.low=0", "has no logarithm"),
        ("search.genes.0.low=16.5", "must be whole"),
        ("search.genes.0.key=stages.0.lr", "named twice"),
        ("search.genes.0.kind=whole", "is not one of 'int', 'float'"),
        ("search.popluation=3", "did you mean population"),
        ("search.seed=-1", "search.seed"),
        ("search.genes=[]", "at least one"),
        ("training.keep=last", "set training.keep"),
    ],
)
def test_every_mistake_is_named(override: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        load_recipe("genetic", [override])


def test_values_are_put_into_a_recipe_as_strictly_as_from_a_file() -> None:
    recipe = load_recipe("genetic")
    changed = with_values(recipe, {"model.head.2.units": 112, "stages.0.lr": 1e-4})
    assert (changed.model.head[2].units, changed.stages[0].lr) == (112, 1e-4)
    assert recipe.model.head[2].units == 128
    with pytest.raises(SettingsError, match="did you mean units"):
        with_values(recipe, {"model.head.2.unist": 4})
    with pytest.raises(SettingsError, match="no such key"):
        with_values(recipe, {"model.head.9.units": 4})
    with pytest.raises(SettingsError, match="expected a whole number"):
        with_values(recipe, {"training.batch_size": 4.5})
