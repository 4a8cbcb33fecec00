"""The genetic algorithm in Optuna: generations, elitist parents, lineage; and the samplers beside it."""

from __future__ import annotations

from collections.abc import Callable

import optuna
import pytest
from optuna.distributions import FloatDistribution
from optuna.samplers import BaseGASampler, RandomSampler, TPESampler
from stub import LR, RATE, UNITS, recipe_of

from lentigo.searching.genome import MUTATION_RATE, distributions, mutation_rates, search_of, to_unit
from lentigo.searching.individual import Identity
from lentigo.searching.sampler import SAMPLERS, GeneticSampler, genome_of, in_order_of_fitness
from lentigo.settings.recipe import Recipe

Fitness = Callable[[optuna.trial.FrozenTrial], float]


def grown(recipe: Recipe, num_trials: int, fitness: Fitness) -> tuple[optuna.Study, GeneticSampler]:
    """A search with one worker in memory."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    sampler = GeneticSampler(recipe)
    study = optuna.create_study(sampler=sampler, direction="maximize")
    space = {**distributions(search_of(recipe)), MUTATION_RATE: mutation_rates(search_of(recipe))}
    for _ in range(num_trials):
        trial = study.ask(fixed_distributions=space)
        study.tell(trial, fitness(study.trials[trial.number]))
    return study, sampler


def by_dropout(trial: optuna.trial.FrozenTrial) -> float:
    return 1 - abs(trial.params[RATE] - 0.3)


def test_it_is_what_optuna_calls_a_genetic_algorithm() -> None:
    assert issubclass(GeneticSampler, BaseGASampler)
    assert GeneticSampler(recipe_of()).population_size == 4


def test_generations_are_full_and_individuals_numbered() -> None:
    study, sampler = grown(recipe_of(), 10, by_dropout)
    found = [sampler.identity(study, trial) for trial in study.trials]
    assert found == [Identity(3, number // 4, number % 4) for number in range(10)]


def test_the_same_seed_grows_the_same_genomes_and_another_does_not() -> None:
    first, again, other = (
        [trial.params for trial in grown(recipe_of(f"search.seed={seed}"), 12, by_dropout)[0].trials]
        for seed in (3, 3, 4)
    )
    assert first == again
    assert all(one != two for one, two in zip(first, other, strict=True))


def test_parents_are_the_best_of_all_so_far() -> None:
    study, sampler = grown(recipe_of(), 16, by_dropout)
    for generation in (1, 2, 3):
        so_far = [trial for trial in study.trials if trial.number < 4 * generation]
        best = {trial.number for trial in in_order_of_fitness(so_far)[:2]}
        assert {trial.number for trial in sampler.get_parent_population(study, generation)} == best


def test_an_elite_that_nobody_beats_stays_parent_for_ever() -> None:
    values = iter([0.9, 0.8, *([0.1] * 14)])
    study, sampler = grown(recipe_of(), 16, lambda _trial: next(values))
    parents = [sampler.parent(study, trial) for trial in study.trials[4:]]
    assert [parent.number for parent in parents if parent] == [0, 1, 0, 1] * 3


def test_generation_zero_has_no_parents() -> None:
    study, sampler = grown(recipe_of(), 4, by_dropout)
    assert [sampler.parent(study, trial) for trial in study.trials] == [None] * 4


def test_equal_fitness_leaves_the_earlier_ones_in_front() -> None:
    study, _ = grown(recipe_of(), 4, lambda _trial: 0.5)
    assert [trial.number for trial in in_order_of_fitness(study.trials[::-1])] == [0, 1, 2, 3]


def test_offspring_stay_near_their_parent_as_far_as_their_rate_says() -> None:
    study, sampler = grown(recipe_of("search.highest_mutation_rate=0.06"), 40, by_dropout)
    genes = search_of(sampler.recipe).genes
    for trial in study.trials[4:]:
        parent = sampler.parent(study, trial)
        assert parent is not None
        steps = [to_unit(g, trial.params[g.key]) - to_unit(g, parent.params[g.key]) for g in genes]
        assert max(map(abs, steps)) < 5 * 0.06
        assert any(steps)


def test_rates_that_make_good_offspring_spread() -> None:
    """Where only small steps keep what is reached, small rates take over; from 0.5 down to near 0.05."""

    def close_to_the_winner(trial: optuna.trial.FrozenTrial) -> float:
        genome, study = genome_of(trial), {UNITS: 112, RATE: 0.3, LR: 1e-4}
        genes = search_of(recipe_of()).genes
        gaps = [to_unit(g, genome.values[g.key]) - to_unit(g, study[g.key]) for g in genes]
        return 1 - max(map(abs, gaps))

    study, _ = grown(recipe_of("search.population=12", "search.elite=3"), 240, close_to_the_winner)
    rates = [trial.params[MUTATION_RATE] for trial in study.trials]
    first, last = sorted(rates[:12])[6], sorted(rates[-24:])[12]
    assert last < 0.6 * first
    assert study.best_value > 0.95


def test_an_external_rate_moves_all_and_leaves_own_rates_alone() -> None:
    study, sampler = grown(recipe_of("search.external_mutation_rate=0.2"), 12, by_dropout)
    for trial in study.trials[4:]:
        parent = sampler.parent(study, trial)
        assert parent is not None
        assert trial.params[MUTATION_RATE] == parent.params[MUTATION_RATE]


def test_a_name_that_is_no_gene_is_refused() -> None:
    study, sampler = grown(recipe_of(), 1, by_dropout)
    with pytest.raises(ValueError, match="not a gene"):
        sampler.sample_independent(study, study.trials[0], "x", FloatDistribution(0, 1))


def test_other_samplers_draw_from_a_seed_of_each_trial() -> None:
    recipe = recipe_of()
    assert set(SAMPLERS) == {"genetic", "random", "tpe"}
    assert isinstance(SAMPLERS["random"](recipe, 0), RandomSampler)
    assert isinstance(SAMPLERS["tpe"](recipe, 0), TPESampler)
    space = distributions(search_of(recipe))

    def drawn(name: str, number: int) -> dict[str, float]:
        study = optuna.create_study(sampler=SAMPLERS[name](recipe, number))
        return study.ask(fixed_distributions=space).params

    for name in ("random", "tpe"):
        assert drawn(name, 5) == drawn(name, 5)
        assert drawn(name, 5) != drawn(name, 6)
