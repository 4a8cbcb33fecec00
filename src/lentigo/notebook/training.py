"""The verbs of training and of whole experiments: train, search, cross-validate, put together, compare."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lentigo import api
from lentigo.api import catalogues
from lentigo.api.logs.known import listening
from lentigo.experiments.comparing.comparing import compare as compare_sides
from lentigo.experiments.crossvalidating.crossvalidation import cross_validate, open_job
from lentigo.experiments.ensembling.ensembles import EnsembleOptions
from lentigo.experiments.ensembling.table_ensembles import put_together
from lentigo.experiments.leaking.leak_page import write_pair_files
from lentigo.experiments.leaking.leaked import leak_pair as run_pair
from lentigo.experiments.leaking.leaked import open_pair
from lentigo.experiments.listing.listing import list_runs
from lentigo.experiments.study.rows import choose_rows
from lentigo.experiments.study.study import Watch, open_study, run_study
from lentigo.notebook import screen
from lentigo.notebook.results import Evaluation, Run
from lentigo.notebook.shown import Result, Rows
from lentigo.notebook.verb import options_of, verb
from lentigo.settings.recipe import Recipe
from lentigo.settings.run import RunDirectory
from lentigo.settings.toml import load_recipe, recipe_text

if TYPE_CHECKING:
    from lentigo.training.progress import TrainingProgress

Place = str | Path
Say = Callable[[str], None]


def _quiet(_text: str) -> None:
    """Nobody is told."""


def _crossvalidate(  # noqa: PLR0913 - options of one verb
    recipe: Recipe | Place,
    manifest: Place,
    out: Place,
    *,
    split: Place | None = None,
    folds: int = 0,
    seed: int = 0,
    overrides: Sequence[str] = (),
    allow_leak: bool = False,
    say: Say = _quiet,
    progress: TrainingProgress | None = None,
    log: str = "",
) -> dict[str, Any]:
    """Cross-validate a recipe: one run a fold, out-of-fold answers with intervals by group.

    Args:
        recipe: a `Recipe`, the name of one that comes with the package, or a TOML file.
        manifest: `manifest.csv` or its folder.
        out: where folds and figures go; the same call again resumes.
        split: its test part is kept aside; default: 15 % of the images are.
        folds: how many; 0: those of the split, or 5.
        seed: of the folds that are dealt here.
        overrides: `key=value` settings of a recipe given by name or path.
        allow_leak: go on although images or groups are in two folds; stamps LEAKED.
        say: told what happens, in lines.
        progress: told about the trainings.
        log: as of `train`.
    """
    loaded = recipe if isinstance(recipe, Recipe) else load_recipe(recipe, overrides)
    job = open_job(loaded, manifest, split, out, (folds, seed))
    return cross_validate(job, Watch(say, listening(progress, log)), allow_leak)


def _study(  # noqa: PLR0913 - options of one verb
    out: Place,
    manifest: Place | None = None,
    split: Place | None = None,
    *,
    rows: Sequence[str] = (),
    say: Say = _quiet,
    progress: TrainingProgress | None = None,
    log: str = "",
    **settings: Any,
) -> list[dict[str, Any]]:
    """Run any or all rows of the study into one table; what is finished is not repeated.

    Args:
        out: the study's folder.
        manifest: the images; default: drawn ones.
        split: default: one that is made once, by group.
        rows: ids such as `S2`; default: all.
        say: told what happens, in lines.
        progress: told about the trainings.
        log: as of `train`.
        settings: fields of `StudyJob`: scale, weights, seed, overrides.
    """
    job = open_study(out, manifest, split, **settings)
    return run_study(job, choose_rows(list(rows)), Watch(say, listening(progress, log)))


def _leak_pair(  # noqa: PLR0913 - options of one verb
    out: Place,
    recipe: Place = "baseline",
    manifest: Place | None = None,
    *,
    overrides: Sequence[str] = (),
    seed: int = 0,
    say: Say = _quiet,
    progress: TrainingProgress | None = None,
    log: str = "",
) -> dict[str, Any]:
    """The same recipe validated by group, per image and on a set drawn again: what a leak does.

    Args:
        out: where both runs go; the same call again resumes.
        recipe: of two classes.
        manifest: the images; default: drawn ones.
        overrides: `key=value` settings.
        seed: of both splits.
        say: told what happens, in lines.
        progress: told about the trainings.
        log: as of `train`.
    """
    job = open_pair(out, recipe, manifest, overrides, seed)
    facts = run_pair(job, Watch(say, listening(progress, log)))
    write_pair_files(job.out, facts)
    return facts


def _ensemble(
    members: Sequence[Place], out: Place, *, truth: Place | None = None, **options: Any
) -> dict[str, Any]:
    """Put runs, or tables of predictions, together as one.

    Args:
        members: two or more.
        out: the ensemble's directory.
        truth: of tables, the classes of their images.
        options: fields of `EnsembleOptions`: method, mean, manifest, allow_leak.
    """
    return put_together(members, out, options_of(EnsembleOptions, options), truth)


def _runs(folder: Place) -> list[dict[str, Any]]:
    """Every run below a folder with figures, intervals, and the settings that set it apart."""
    found: list[dict[str, Any]] = list_runs(folder)["runs"]
    return found


def recipes_show(name: Place) -> str:
    """A recipe whole, as TOML that may be changed and trained."""
    return recipe_text(name)[1]


def keys(part: str = "") -> Rows:
    """Every key of a recipe with `part` in its path: meaning, default, range."""
    return Rows(asdict(key) for key in catalogues.keys(part))


def _as_run(run: RunDirectory) -> Run:
    return Run(run.path)


train = verb(api.train, _as_run, screen.training)
search = verb(api.search, Result, screen.training)
crossvalidate = verb(_crossvalidate, Evaluation, screen.training)
ensemble = verb(_ensemble, Result)
compare = verb(compare_sides, Result)
study = verb(_study, Rows, screen.training)
leak_pair = verb(_leak_pair, Result, screen.training)
runs = verb(_runs, Rows)
recipes = verb(catalogues.recipes, Rows)
backbones = verb(catalogues.backbones, Rows)
demo = verb(api.demo, Evaluation, screen.training)
