"""`lentigo leak-pair`: one recipe validated honestly and with a leak, and why the two differ."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lentigo.cli import output
from lentigo.cli.executing import LogTo


def leak_pair(
    out: Annotated[
        Path, typer.Option(file_okay=False, help="Where both runs go; the same command again resumes.")
    ],
    recipe: Annotated[
        str, typer.Argument(help="Name of a recipe that comes with lentigo, or a TOML file.")
    ] = "baseline",
    manifest: Annotated[
        Path | None, typer.Option(help="manifest.csv, or its folder; default: drawn images.")
    ] = None,
    set_: Annotated[list[str] | None, typer.Option("--set", help="Override a setting: key=value.")] = None,
    seed: Annotated[int, typer.Option(help="Of both splits.")] = 0,
    log: LogTo = "",
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Show what a leak does: the same recipe by group, per image, and on a set drawn again from all images.

    Benign against malignant. Every figure from a leak is marked LEAKED, in leak.html, .csv and .json too.
    """
    from lentigo.api.logs.known import listening
    from lentigo.cli.training_progress import training_progress
    from lentigo.experiments.leaking.leak_page import pair_text, write_pair_files
    from lentigo.experiments.leaking.leaked import leak_pair as run_pair
    from lentigo.experiments.leaking.leaked import open_pair
    from lentigo.experiments.study.study import Watch

    output.notice()
    job = open_pair(out, recipe, manifest, set_ or [], seed)
    with training_progress() as progress:
        facts = run_pair(job, Watch(output.advise, listening(progress, log)))
    write_pair_files(out, facts)
    output.result(pair_text(facts), facts, json)
    output.advise(f"page: {out / 'leak.html'}")
