"""Genomes: scales, draws, mutation and its adapting rate."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from optuna.distributions import FloatDistribution, IntDistribution
from stub import LR, RATE, UNITS, recipe_of

from lentigo.searching.genome import (
    Genome,
    distributions,
    from_unit,
    mutate,
    mutation_rates,
    random_genome,
    search_of,
    to_unit,
)
from lentigo.settings.errors import SettingsError
from lentigo.settings.recipe import Gene
from lentigo.settings.toml import load_recipe

SEARCH = search_of(recipe_of())
LOG, LINEAR = Gene("x", "float", 1e-5, 1e-1, log=True), Gene("x", "float", -1.0, 3.0)
STUDY = Genome({UNITS: 112, RATE: 0.3, LR: 1e-4}, 0.11)


def test_scales_by_hand() -> None:
    assert from_unit(LOG, 0.5) == pytest.approx(1e-3)
    assert from_unit(LINEAR, 0.25) == pytest.approx(0.0)
    assert to_unit(LOG, 1e-4) == pytest.approx(0.25)
    assert from_unit(Gene("x", "int", 16, 256, log=True), 0.5) == 64
    assert isinstance(from_unit(Gene("x", "int", 16, 256), 0.3), int)


@settings(deadline=None)
@given(place=st.floats(0, 1), log=st.booleans())
def test_values_never_leave_their_range_and_come_back(place: float, log: bool) -> None:
    gene = Gene("x", "float", 1e-5, 0.3, log=log)
    value = from_unit(gene, place)
    assert gene.low <= value <= gene.high
    assert to_unit(gene, value) == pytest.approx(place, abs=1e-9)


def test_random_genomes_fill_their_scales_evenly() -> None:
    generator = np.random.default_rng(0)
    drawn = [random_genome(SEARCH, generator) for _ in range(2000)]
    for gene in SEARCH.genes:
        places = [to_unit(gene, genome.values[gene.key]) for genome in drawn]
        assert np.quantile(places, [0.25, 0.5, 0.75]) == pytest.approx([0.25, 0.5, 0.75], abs=0.05)
    rates = np.log([genome.mutation_rate for genome in drawn])
    assert np.mean(rates) == pytest.approx((math.log(0.05) + math.log(0.5)) / 2, abs=0.05)


def test_the_rate_is_the_size_of_a_step() -> None:
    generator = np.random.default_rng(1)
    middle = Genome({UNITS: 64, RATE: 0.3, LR: 3e-4}, 0.3)
    steps = []
    for _ in range(2000):
        child = mutate(middle, SEARCH, generator, 0.08).values
        steps.append([to_unit(g, child[g.key]) - to_unit(g, middle.values[g.key]) for g in SEARCH.genes])
    assert np.std(steps, axis=0) == pytest.approx([0.08] * 3, rel=0.1)


def test_the_own_rate_adapts_and_an_external_one_leaves_it_alone() -> None:
    generator = np.random.default_rng(2)
    rates = [mutate(STUDY, SEARCH, generator).mutation_rate for _ in range(2000)]
    # log-normal with 1 / sqrt(3 genes), cut at 0.05 and 0.5; quartiles lie at +- 0.674 deviations
    expected = np.log(0.11) + np.array([-0.674, 0, 0.674]) / math.sqrt(3)
    assert np.quantile(np.log(rates), [0.25, 0.5, 0.75]) == pytest.approx(expected, abs=0.06)
    assert min(rates) == 0.05
    assert max(rates) == 0.5
    assert mutate(STUDY, SEARCH, generator, 0.9).mutation_rate == 0.11


def test_offspring_differ_from_their_parent_even_with_tiny_steps() -> None:
    units = Gene(UNITS, "int", 1, 4)
    search = recipe_of().search
    assert search is not None
    alone = dataclasses.replace(search, genes=(units,))
    generator = np.random.default_rng(3)
    children = [mutate(Genome({UNITS: 2}, 0.1), alone, generator, 0.1).values[UNITS] for _ in range(50)]
    assert 2 not in children


@settings(deadline=None)
@given(seed=st.integers(0, 10**6), rate=st.floats(0.01, 1.0))
def test_mutants_stay_within_their_ranges(seed: int, rate: float) -> None:
    child = mutate(STUDY, SEARCH, np.random.default_rng(seed), rate)
    for gene in SEARCH.genes:
        assert gene.low <= child.values[gene.key] <= gene.high


def test_optuna_knows_the_same_ranges() -> None:
    found = distributions(SEARCH)
    assert found[UNITS] == IntDistribution(16, 256, log=True)
    assert found[RATE] == FloatDistribution(0.0, 0.6)
    assert found[LR] == FloatDistribution(1e-5, 1e-2, log=True)
    assert mutation_rates(SEARCH) == FloatDistribution(0.05, 0.5, log=True)


@pytest.mark.parametrize(
    ("key", "kind", "message"),
    [
        ("model.head.2.unist", "int", "unknown key; did you mean units"),
        ("model.head.7.units", "int", "no such key"),
        ("training.batch_size", "float", "expected a whole number"),
        ("model.head.0.rate", "int", "rate"),
    ],
)
def test_a_gene_that_no_recipe_can_take_is_named(key: str, kind: str, message: str) -> None:
    changed = [f"search.genes.0.key={key}", f"search.genes.0.kind={kind}"]
    with pytest.raises(SettingsError, match=message):
        search_of(recipe_of(*changed, "search.genes.1.key=training.weight_decay"))


def test_a_recipe_without_genes_is_no_search() -> None:
    with pytest.raises(SettingsError, match=r"no table .search."):
        search_of(load_recipe("baseline"))
