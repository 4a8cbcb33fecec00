"""A recipe and a number of seeds in; one run a seed, and how far their figures lie apart, out.

    OUT/seed-0/ ...   ordinary runs that differ in `training.seed` alone
    OUT/seeds.json    figures of each on validation, with intervals by group, and their spread
    OUT/seeds.csv     the same as a table

What two recipes differ by says little where it is no more than what seeds differ by.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from lentigo.api.answers.runs.source import RunSource
from lentigo.api.training_tasks import training_tasks
from lentigo.cluster.executor import Executor, LocalExecutor, run_all
from lentigo.data.manifest import Manifest
from lentigo.data.split import Split
from lentigo.data.tables import write_table
from lentigo.evaluation.ensembles.folds import FIGURES, fold_figures, spread
from lentigo.evaluation.scores import Json
from lentigo.experiments.held_out import hold_out
from lentigo.experiments.study.study import Watch
from lentigo.settings.errors import RunError, SettingsError, SplitError
from lentigo.settings.files import make_folder
from lentigo.settings.recipe import Recipe
from lentigo.settings.run import NOTICE, RunDirectory, command_line, now
from lentigo.settings.sealing import write_sealed

PART = "validation"


@dataclass(frozen=True)
class Seeding:
    """What is trained how often, and where."""

    recipe: Recipe
    manifest: Manifest
    split: Split
    out: Path
    num_seeds: int

    def seeds(self) -> list[int]:
        """`training.seed` of each run: the recipe's, and those that follow."""
        return [self.recipe.training.seed + number for number in range(self.num_seeds)]

    def run_path(self, seed: int) -> Path:
        """Where the run of a seed lies."""
        return self.out / f"seed-{seed}"


def train_seeds(job: Seeding, watch: Watch | None = None, executor: Executor | None = None) -> Json:
    """Train one network a seed, and say how far their figures lie apart; the same call again resumes.

    Args:
        job: what is trained, and where.
        watch: told what happens.
        executor: where the trainings run; by default here, one after the other.

    Returns:
        What `seeds.json` says: `seeds` (figures of each run on validation) and `spread`.

    Raises:
        SettingsError: fewer than two seeds, or the recipe is one of a search.
        InUseError: another command works in `out`.
        SplitError: there is no validation part to measure them on.
    """
    _check(job)
    seen, where = watch or Watch(), executor or LocalExecutor()
    make_folder(job.out)
    with RunDirectory(job.out).locked():
        make = training_tasks(where, job.manifest, seen.progress)
        tasks = [
            make(f"seed {seed}", _seeded(job, seed), job.split, job.run_path(seed)) for seed in job.seeds()
        ]
        run_all(where, tasks, seen.say)
        return _write(job, [_figures(job, seed) for seed in job.seeds()])


def _check(job: Seeding) -> None:
    if job.num_seeds < 2:
        raise SettingsError(f"--seeds {job.num_seeds}: a spread needs at least two")
    if job.recipe.search:
        raise SettingsError(f"{job.recipe.name} is a recipe for a search; take out its table [search]")
    if (job.out / "run.json").is_file():
        raise RunError(f"{job.out} is a run; give another folder for the runs of several seeds")
    if not len(job.split.rows(job.manifest, PART)):
        raise SplitError("the split has no validation images to measure seeds on; make one with some")


def _seeded(job: Seeding, seed: int) -> Recipe:
    return replace(job.recipe, training=replace(job.recipe.training, seed=seed))


def _figures(job: Seeding, seed: int) -> Json:
    """The figures of one run on validation."""
    source = RunSource(RunDirectory(job.run_path(seed)), job.manifest, job.split)
    answers = hold_out(source, PART)
    predictions = answers.predictions
    alone = replace(predictions, fold=np.zeros(len(predictions.image_ids), dtype=np.int64))
    (row,) = fold_figures(alone, answers.groups, source.malignant)
    run = source.run.record()
    known = {"seed": seed, "run": job.run_path(seed).name, "seconds": run["seconds"]}
    return {**known, **{key: value for key, value in row.items() if key != "fold"}}


def _write(job: Seeding, rows: Sequence[Json]) -> Json:
    """Put down what came out."""
    found: Json = {
        "notice": NOTICE,
        "name": job.recipe.name,
        "command": command_line(),
        "finished": now(),
        "manifest": {"sha256": job.manifest.sha256},
        "split": {"hash": job.split.hash},
        "part": PART,
        "seeds": list(rows),
        "spread": spread(rows),
    }
    write_sealed(job.out / "seeds.json", found)
    write_table(job.out / "seeds.csv", pd.DataFrame([_flat(row) for row in rows]))
    return found


def _flat(row: Json) -> dict[str, Any]:
    flat = {key: row[key] for key in ("seed", "run", "seconds", "n_images", "n_groups")}
    for name in FIGURES:
        interval = row[name] or {}
        flat |= {
            name: interval.get("value"),
            **{f"{name}_{end}": interval.get(end) for end in ("low", "high")},
        }
    return flat
