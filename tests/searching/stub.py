"""Searches without training: a recipe of three genes, and a train function that computes the fitness."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import optuna

from lentigo.cluster.tasks import Task, Teller
from lentigo.searching.budget import Budget
from lentigo.searching.directory import SearchDirectory
from lentigo.searching.running import SearchJob
from lentigo.settings.recipe import Recipe
from lentigo.settings.run import RunDirectory
from lentigo.settings.toml import load_recipe

SMALL = ("search.population=4", "search.elite=2", "search.seed=3")
UNITS, RATE, LR = "model.head.2.units", "model.head.0.rate", "stages.0.lr"


def recipe_of(*overrides: str) -> Recipe:
    return load_recipe("genetic", [*SMALL, *overrides])


def accuracy_of(recipe: Recipe) -> float:
    """Smooth, best (0.8) at the study's winner: 112 units, dropout 0.3, lr 1e-4."""
    units, rate, lr = recipe.model.head[2].units, recipe.model.head[0].rate, recipe.stages[0].lr
    distance = (math.log(units / 112) / 3) ** 2 + (rate - 0.3) ** 2 + (math.log10(lr / 1e-4) / 4) ** 2
    return 0.8 * math.exp(-4 * distance)


def train_stub(recipe: Recipe, out: Path, fitness: Callable[[Recipe], float] = accuracy_of) -> RunDirectory:
    """Leave what a training leaves, without one."""
    run = RunDirectory(out)
    out.mkdir(parents=True, exist_ok=True)
    run.write_recipe(recipe)
    run.update_record(status="finished", seconds=2.0)
    rows = [{"stage": 0, "val_accuracy": value} for value in (0.001, fitness(recipe), 0.0)]
    run.history_file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return run


def job_in(folder: Path, trials: int = 12, sampler: str = "genetic", **changes: Any) -> SearchJob:
    """A job whose directory is open."""
    recipe = changes.pop("recipe", recipe_of())
    directory = SearchDirectory(folder)
    directory.open(recipe, {"sampler": sampler})
    train = changes.pop("train", train_stub)

    def make_task(name: str, individual: Recipe, out: Path) -> Task:
        return Task(name, train_as_task, {"train": train, "recipe": individual, "out": out})

    return SearchJob(recipe, directory, sampler, Budget(trials=trials), make_task, **changes)


def train_as_task(
    _teller: Teller, train: Callable[[Recipe, Path], RunDirectory], recipe: Recipe, out: Path
) -> None:
    train(recipe, out)


def genomes(study: optuna.Study) -> list[dict[str, Any]]:
    return [trial.params for trial in study.get_trials()]
