"""What a search leaves: table, winner, importance."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import optuna
import pytest
from stub import LR, RATE, UNITS, accuracy_of, job_in, recipe_of, train_stub

from lentigo.searching.genome import MUTATION_RATE, distributions, search_of
from lentigo.searching.results import importance, trial_rows, write_results
from lentigo.searching.running import run_search
from lentigo.settings.errors import RunError
from lentigo.settings.recipe import Recipe
from lentigo.settings.run import RunDirectory
from lentigo.settings.toml import load_recipe


def train(recipe: Recipe, out: Path) -> RunDirectory:
    if out.name == "0002":
        raise RunError("the loss is nan")
    return train_stub(recipe, out)


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, optuna.Study]:
    job = job_in(tmp_path_factory.mktemp("search"), trials=8, train=train)
    return job, run_search(job)


def test_every_trial_is_a_row(searched: tuple[Any, optuna.Study]) -> None:
    rows = trial_rows(searched[1])
    assert [(row["number"], row["generation"], row["index"]) for row in rows] == [
        (number, number // 4, number % 4) for number in range(8)
    ]
    assert [row["failed"] for row in rows if row["failed"]] == ["RunError: the loss is nan"]
    assert all({UNITS, RATE, LR, MUTATION_RATE, "parent", "seconds"} <= set(row) for row in rows)


def test_the_winner_is_a_recipe_that_gives_its_fitness_again(searched: tuple[Any, optuna.Study]) -> None:
    job, study = searched
    record = write_results(job.directory, study, job.recipe, 0.5)
    winner = record["winner"]
    assert winner["fitness"] == max(row["fitness"] for row in trial_rows(study))
    recipe = load_recipe(job.directory.winner_file)
    assert accuracy_of(recipe) == pytest.approx(winner["fitness"])
    assert recipe.name == "genetic-winner"
    trained = RunDirectory(winner["run"]).recipe()
    assert replace(recipe, name=trained.name) == trained
    text = job.directory.winner_file.read_text(encoding="utf-8")
    assert text.startswith("# lentigo train winner.toml --manifest")
    assert "flattered" in text
    assert (record["num_trials"], record["num_failed"], record["num_running"]) == (8, 1, 0)
    assert record["seconds"] >= 14
    assert record["floor"] == 0.5
    with job.directory.table_file.open(encoding="utf-8") as handle:
        assert len(list(csv.DictReader(handle))) == 8


def test_a_search_in_which_all_failed_has_no_winner(tmp_path: Path) -> None:
    def fail(recipe: Recipe, out: Path) -> RunDirectory:
        raise RunError("no")

    job = job_in(tmp_path, trials=2, train=fail)
    with pytest.raises(RunError, match="no winner"):
        write_results(job.directory, run_search(job), job.recipe, 0.5)


def studied(num_trials: int, fitness: Any) -> optuna.Study:
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.RandomSampler(seed=0))
    for _ in range(num_trials):
        trial = study.ask(fixed_distributions=distributions(search_of(recipe_of())))
        study.tell(trial, fitness(trial.params))
    return study


def test_the_gene_that_decides_is_the_important_one() -> None:
    found = importance(studied(40, lambda genes: 1 - abs(genes[RATE] - 0.3)), recipe_of())
    assert found is not None
    assert max(found, key=lambda key: found[key]) == RATE
    assert sum(found.values()) == pytest.approx(1)


def test_too_few_or_equal_trials_say_nothing_of_importance() -> None:
    assert importance(studied(7, lambda genes: genes[RATE]), recipe_of()) is None
    assert importance(studied(12, lambda _genes: 0.5), recipe_of()) is None
