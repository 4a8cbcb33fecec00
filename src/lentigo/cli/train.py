"""`lentigo train`: one recipe, one manifest, one split: one run directory, or one a seed."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lentigo.cli import output
from lentigo.cli.curve import learning_curves
from lentigo.cli.executing import LogTo, On, executing

if TYPE_CHECKING:
    from lentigo.experiments.seeding.seeds import Seeding


def train(
    recipe: Annotated[str, typer.Argument(help="Name of a recipe that comes with lentigo, or a TOML file.")],
    manifest: Annotated[Path, typer.Option(help="manifest.csv, or its folder.")],
    out: Annotated[
        Path, typer.Option(file_okay=False, help="The run directory; the same command again resumes.")
    ],
    split: Annotated[Path | None, typer.Option(help="Default: split.csv beside the manifest.")] = None,
    set_: Annotated[list[str] | None, typer.Option("--set", help="Override a setting: key=value.")] = None,
    seeds: Annotated[
        int, typer.Option(min=1, help="Train so often, each with a seed of its own, into OUT/seed-...")
    ] = 1,
    on: On = "local",
    log: LogTo = "",
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Train a classifier. A killed run goes on where it was when the same command is given again.

    With --seeds, seeds.json says how far the figures on validation lie apart that differ by the seed alone.
    """
    start = time.monotonic()
    output.notice()
    job = _job(recipe, set_ or [], (manifest, split, out), seeds)
    if seeds > 1:
        _train_seeds(job, (on, log), json)
        return
    record = _train_one(job, (on, log))
    text = f"trained {record['name']} into {out} in {output.seconds_since(start)}"
    output.result(text, {"run": str(out), **record}, json)
    output.next_command(f"lentigo evaluate {out}")


def _job(recipe: str, settings: list[str], places: tuple[Path, Path | None, Path], seeds: int) -> Seeding:
    """Read the recipe with its settings, the images and the split."""
    from lentigo.data.manifest import load_manifest
    from lentigo.data.split import load_split, split_beside
    from lentigo.experiments.seeding.seeds import Seeding
    from lentigo.settings.toml import load_recipe

    manifest, split, out = places
    loaded = load_recipe(recipe, settings)
    images = load_manifest(manifest.resolve())
    return Seeding(loaded, images, load_split(split or split_beside(manifest)), out, seeds)


def _train_one(job: Seeding, where: tuple[str, str]) -> dict[str, Any]:
    """Train with the recipe's own seed; returns `run.json`."""
    from lentigo.api.training_tasks import training_tasks
    from lentigo.cluster.executor import run_all
    from lentigo.settings.run import RunDirectory

    on, log = where
    with executing(on, 1, log) as (executor, progress):
        make = training_tasks(executor, job.manifest, progress)
        run_all(executor, [make("training", job.recipe, job.split, job.out)])
    run = RunDirectory(job.out)
    if curves := learning_curves(run.history()):
        output.advise(curves)
    return run.record()


def _train_seeds(job: Seeding, where: tuple[str, str], as_json: bool) -> None:
    from lentigo.experiments.seeding.seeds import train_seeds
    from lentigo.experiments.study.study import Watch

    on, log = where
    with executing(on, job.num_seeds, log) as (executor, progress):
        found = train_seeds(job, Watch(output.advise, progress), executor)
    output.result(spread_text(found), found, as_json)
    runs = " ".join(str(job.run_path(seed)) for seed in job.seeds())
    output.next_command(f"lentigo ensemble {runs} --out ENSEMBLE")


def spread_text(found: dict[str, Any]) -> str:
    """Each seed's figures and how far they lie apart, for people."""
    names = list(found["spread"])
    lines = [f"{'seed':<12}" + "".join(f"{name.replace('_', ' '):<26}" for name in names)]
    for row in found["seeds"]:
        lines.append(f"{row['seed']:<12}" + "".join(f"{output.number(row[name]):<26}" for name in names))
    for kind in ("mean", "standard_deviation", "least", "largest"):
        values = (found["spread"][name][kind] for name in names)
        shown = ("undefined" if value is None else f"{value:.3f}" for value in values)
        lines.append(f"{kind.replace('_deviation', ' dev.'):<12}" + "".join(f"{one:<26}" for one in shown))
    return "\n".join(lines)
