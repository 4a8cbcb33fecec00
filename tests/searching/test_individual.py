"""An individual can be trained, tells its best accuracy and has offspring; its randomness is its identity."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from stub import LR, RATE, UNITS, accuracy_of, recipe_of, train_stub

from lentigo.searching.genome import Genome
from lentigo.searching.individual import Identity, Individual, best_accuracy
from lentigo.settings.errors import RunError
from lentigo.settings.run import RunDirectory


def winner() -> Individual:
    """The study's."""
    return Individual(recipe_of(), Genome({UNITS: 112, RATE: 0.3, LR: 1e-4}, 0.11), Identity(3, 2, 1))


def test_its_recipe_is_the_base_with_its_genes_and_a_seed_of_its_own() -> None:
    recipe = winner().recipe()
    assert recipe.search is None
    assert (recipe.model.head[2].units, recipe.model.head[0].rate) == (112, 0.3)
    assert recipe.stages[0].lr == 1e-4
    assert recipe.training.seed == Identity(3, 2, 1).training_seed()
    assert recipe.input == recipe_of().input


def test_it_is_trained_and_tells_its_best_accuracy(tmp_path: Path) -> None:
    individual = winner()
    assert individual.fitness is None
    fitness = individual.find_fitness(lambda recipe: train_stub(recipe, tmp_path / "run"))
    assert fitness == individual.fitness == pytest.approx(accuracy_of(individual.recipe()))


def test_offspring_inherit_with_a_change() -> None:
    child = winner().produce_offspring()
    assert child.identity == Identity(3, 3, 0)
    assert dict(child.genome.values) != dict(winner().genome.values)
    assert child.genome.mutation_rate != 0.11
    assert child.fitness is None


def test_offspring_can_be_given_a_rate_from_outside() -> None:
    near = winner().produce_offspring(0.001, index=4)
    assert near.genome.values[LR] == pytest.approx(1e-4, rel=0.05)
    assert near.genome.values[RATE] == pytest.approx(0.3, abs=0.01)
    assert near.genome.mutation_rate == 0.11


def test_the_same_identity_draws_the_same_and_another_draws_something_else() -> None:
    first, again = (winner().produce_offspring(index=5, generation=9) for _ in range(2))
    assert first.genome == again.genome
    for other in ({"index": 6, "generation": 9}, {"index": 5, "generation": 8}):
        assert winner().produce_offspring(**other).genome != first.genome
    seeds = {Identity(s, g, i).training_seed() for s in range(3) for g in range(3) for i in range(3)}
    assert len(seeds) == 27
    assert (
        Individual.random(recipe_of(), Identity(0, 0, 0)).genome
        != Individual.random(recipe_of(), Identity(0, 0, 1)).genome
    )


def test_inherited_weights_need_only_fit() -> None:
    individual = winner()
    individual.start_from = "trials/0001"
    training = individual.recipe().training
    assert (training.start_from, training.start_layers) == ("trials/0001", "fitting")


def test_fitness_is_of_the_last_stage_and_never_invented(tmp_path: Path) -> None:
    run = train_stub(winner().recipe(), tmp_path)
    rows = [(0, 0.9), (1, 0.6), (1, 0.7), (1, None)]
    lines = [json.dumps({"stage": stage, "val_accuracy": value}) for stage, value in rows]
    run.history_file.write_text("\n".join(lines), encoding="utf-8")
    assert best_accuracy(run) == 0.7
    run.history_file.unlink()
    with pytest.raises(RunError, match="fitness is unknown"):
        best_accuracy(RunDirectory(tmp_path))
