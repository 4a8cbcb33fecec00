"""What a search has found: its trials in; a table, the importance of genes, the winner's recipe out."""

from __future__ import annotations

import math
import warnings
from dataclasses import replace
from typing import Any

import optuna
import pandas as pd
from optuna.trial import FrozenTrial, TrialState

from lentigo.data.tables import write_table
from lentigo.searching.claims import claimed
from lentigo.searching.directory import SearchDirectory
from lentigo.searching.genome import MUTATION_RATE, search_of
from lentigo.searching.running import seconds_trained
from lentigo.searching.sampler import in_order_of_fitness
from lentigo.settings.errors import RunError
from lentigo.settings.files import write_text
from lentigo.settings.recipe import Recipe
from lentigo.settings.run import RunDirectory, now
from lentigo.settings.toml import dump_recipe

FEWEST_FOR_IMPORTANCE = 8
"""With fewer trials the importance of genes is noise."""

Row = dict[str, Any]


def trial_rows(study: optuna.Study) -> list[Row]:
    """One row a finished trial: number, generation, index, parent, fitness, failed, seconds, genes."""
    return [_row(trial) for trial in _finished(study)]


def write_results(directory: SearchDirectory, study: optuna.Study, recipe: Recipe, floor: float) -> Row:
    """Write `trials.csv`, `winner.toml` and the record; returns the record.

    Args:
        directory: of the search.
        study: its trials.
        recipe: what was searched.
        floor: the fitness of an individual that has learnt nothing, see `floor_of`.

    Raises:
        RunError: no training has succeeded.
    """
    with claimed(directory.asking):
        rows = trial_rows(study)
        winner = _winner(directory, study)
        write_table(directory.table_file, pd.DataFrame(rows))
        write_text(directory.winner_file, winner_text(directory, winner))
        return directory.update_record(
            finished=now(),
            num_trials=len(rows),
            num_failed=sum(bool(row["failed"]) for row in rows),
            num_running=len(study.get_trials(deepcopy=False, states=(TrialState.RUNNING,))),
            seconds=round(seconds_trained(_finished(study)), 1),
            fitness=recipe.training.monitor,
            floor=floor,
            winner={**_row(winner), "run": str(directory.run_path(winner.number))},
            importance=importance(study, recipe),
        )


def winner_text(directory: SearchDirectory, winner: FrozenTrial) -> str:
    """The winner's recipe as a file that says where it comes from."""
    recipe = RunDirectory(directory.run_path(winner.number)).recipe()
    named = replace(recipe, name=f"{recipe.name}-winner")
    lines = [
        "# lentigo train winner.toml --manifest DATA/manifest.csv --split DATA/split.csv --out RUN",
        "#",
        f"# The fittest of {directory.record().get('sampler', 'a')} search {directory.path.name}: trial "
        f"{winner.number}, {recipe.training.monitor} {winner.value:.4f}, chosen by this figure and therefore",
        "# flattered by it: an honest one needs images the search has not used (lentigo search --confirm).",
    ]
    return "\n".join(lines) + "\n" + dump_recipe(named)


def importance(study: optuna.Study, recipe: Recipe) -> dict[str, float] | None:
    """Share of each gene in what separates good trials from the rest (PED-ANOVA, Watanabe et al. 2023).

    Returns:
        Key -> share, summing to 1; None where too few trials, or all equal, say nothing.
    """
    good = [trial for trial in _finished(study) if "failed" not in trial.user_attrs]
    if len(good) < FEWEST_FOR_IMPORTANCE or len({trial.value for trial in good}) == 1:
        return None
    keys = [gene.key for gene in search_of(recipe).genes]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Optuna calls parts of it experimental
        found = optuna.importance.get_param_importances(study, params=keys)
    values = {key: float(found[key]) for key in keys}
    return values if all(math.isfinite(value) for value in values.values()) else None


def _finished(study: optuna.Study) -> list[FrozenTrial]:
    return study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))


def _winner(directory: SearchDirectory, study: optuna.Study) -> FrozenTrial:
    good = [trial for trial in _finished(study) if "failed" not in trial.user_attrs]
    if not good:
        raise RunError(f"{directory.path} has no winner: no training has succeeded yet")
    return in_order_of_fitness(good)[0]


def _row(trial: FrozenTrial) -> Row:
    attributes = trial.user_attrs
    return {
        "number": trial.number,
        "generation": attributes["generation"],
        "index": attributes["index"],
        "parent": attributes["parent"],
        "fitness": trial.value,
        "failed": attributes.get("failed", ""),
        "seconds": attributes["seconds"],
        MUTATION_RATE: trial.params.get(MUTATION_RATE),
        **{key: value for key, value in trial.params.items() if key != MUTATION_RATE},
    }
