"""`lentigo train`: one recipe, one manifest, one split: one run directory."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from lentigo.cli import output
from lentigo.cli.curve import learning_curves


def train(
    recipe: Annotated[str, typer.Argument(help="Name of a recipe that comes with lentigo, or a TOML file.")],
    manifest: Annotated[Path, typer.Option(help="manifest.csv, or its folder.")],
    out: Annotated[
        Path, typer.Option(file_okay=False, help="The run directory; the same command again resumes.")
    ],
    split: Annotated[Path | None, typer.Option(help="Default: split.csv beside the manifest.")] = None,
    set_: Annotated[list[str] | None, typer.Option("--set", help="Override a setting: key=value.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Train a classifier. A killed run goes on where it was when the same command is given again."""
    from lentigo import api
    from lentigo.cli.training_progress import training_progress
    from lentigo.data.split import split_beside

    start = time.monotonic()
    output.notice()
    with training_progress() as progress:
        run = api.train(
            recipe, manifest, split or split_beside(manifest), out, overrides=set_ or (), progress=progress
        )
    record = run.record()
    text = f"trained {record['name']} into {run.path} in {output.seconds_since(start)}"
    if curves := learning_curves(run.history()):
        output.advise(curves)
    output.result(text, {"run": str(run.path), **record}, json)
    output.next_command(f"lentigo evaluate {run.path}")
