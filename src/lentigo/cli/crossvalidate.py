"""`lentigo crossvalidate`: one recipe, every image judged by a network that has not learnt it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from lentigo.cli import output
from lentigo.cli.executing import LogTo, On, executing

AllowLeak = Annotated[
    bool, typer.Option(help="Go on although images or groups are in two folds; stamps LEAKED.")
]


def crossvalidate(
    recipe: Annotated[str, typer.Argument(help="Name of a recipe that comes with lentigo, or a TOML file.")],
    manifest: Annotated[Path, typer.Option(help="manifest.csv, or its folder.")],
    out: Annotated[
        Path,
        typer.Option(file_okay=False, help="Where folds and figures go; the same command again resumes."),
    ],
    split: Annotated[
        Path | None,
        typer.Option(help="split.csv: its test part is kept aside. Default: 15 % of the images are."),
    ] = None,
    folds: Annotated[int, typer.Option(help="How many, dealt by group; 0: those of the split, or 5.")] = 0,
    fold: Annotated[
        int | None, typer.Option(help="Train only this fold, such as on a machine of its own.")
    ] = None,
    set_: Annotated[list[str] | None, typer.Option("--set", help="Override a setting: key=value.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of the folds that are dealt here.")] = 0,
    allow_leak: AllowLeak = False,
    on: On = "local",
    log: LogTo = "",
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Cross-validate a recipe: one run a fold, out-of-fold answers with intervals by group.

    Folds are made of the images outside the test part, which is never looked at here. The folder may be
    compared, put into an ensemble, or evaluated on the test part: its folds then answer by their mean.
    """
    from lentigo.experiments.crossvalidating.crossvalidation import cross_validate, open_job, run_folds
    from lentigo.experiments.crossvalidating.crossvalidation_page import folds_text
    from lentigo.experiments.study.study import Watch
    from lentigo.settings.toml import load_recipe

    start = time.monotonic()
    output.notice()
    job = open_job(load_recipe(recipe, set_ or []), manifest, split, out, (folds, seed))
    with executing(on, 1 if fold is not None else job.split.num_folds, log) as (executor, progress):
        watch = Watch(output.advise, progress)
        if fold is not None:
            (run,) = run_folds(job, [fold], watch, executor)
            output.result(f"trained fold {fold} into {run.path}", {"run": str(run.path)}, json)
            return
        result = cross_validate(job, watch, allow_leak, executor)
    output.result(folds_text(result), result, json)
    output.advise(f"took {output.seconds_since(start)}; page: {out / 'crossvalidation.html'}")
