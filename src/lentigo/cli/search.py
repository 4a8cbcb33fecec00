"""`lentigo search`: many trainings of one recipe, the best of them, and a recipe of it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Any

import typer

from lentigo.cli import output
from lentigo.cli.executing import LogTo, On, executing

Recipe = Annotated[
    str, typer.Argument(help="Name of a recipe with a table [search], such as genetic, or a TOML file.")
]
Out = Annotated[
    Path, typer.Option(file_okay=False, help="The search directory; the same command again resumes.")
]
Split = Annotated[
    Path | None,
    typer.Option(help="Fitness is measured on its validation part. Default: split.csv beside the manifest."),
]


def search(
    recipe: Recipe,
    manifest: Annotated[Path, typer.Option(help="manifest.csv, or its folder.")],
    out: Out,
    split: Split = None,
    budget: Annotated[str, typer.Option(help="20 (trainings), or 30m, 2h (of training).")] = "20",
    sampler: Annotated[str, typer.Option(help="genetic, random or tpe.")] = "genetic",
    confirm: Annotated[bool, typer.Option(help="Look at the test part once, with the winner.")] = False,
    beside: Annotated[list[Path] | None, typer.Option(help="Another search to show beside this one.")] = None,
    set_: Annotated[list[str] | None, typer.Option("--set", help="Override a setting: key=value.")] = None,
    on: On = "local",
    log: LogTo = "",
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Search for the best settings by a genetic algorithm, at random, or by TPE. A killed search goes on."""
    from lentigo.api.searching import search as run_search
    from lentigo.data.split import split_beside
    from lentigo.searching.budget import parse_budget

    start = time.monotonic()
    output.notice()
    split = split or split_beside(manifest)
    with executing(on, parse_budget(budget).trials or 0, log) as (executor, progress):
        record = run_search(
            recipe,
            manifest,
            split,
            out,
            budget=budget,
            sampler=sampler,
            overrides=set_ or (),
            confirm=confirm,
            beside=beside or (),
            say=output.advise,
            progress=progress,
            executor=executor,
        )
    output.result(_text(record, out, output.seconds_since(start)), record, json)
    output.next_command(
        f"lentigo train {out / 'winner.toml'} --manifest {manifest} --split {split} --out RUN"
    )


def _text(record: dict[str, Any], out: Path, took: str) -> str:
    """What a person reads."""
    winner = record["winner"]
    known = ("number", "generation", "index", "parent", "fitness", "failed", "seconds", "run")
    genes = [
        f"  {key} = {value:.4g}" for key, value in winner.items() if key not in known and value is not None
    ]
    lines = [
        f"{record['num_trials']} trainings ({record['num_failed']} failed) in {took}: {out / 'search.html'}",
        f"winner: trial {winner['number']}, {record['fitness']} {winner['fitness']:.4f} (chosen by it)",
        *_nothing_learnt(record),
        *genes,
    ]
    confirmations = record.get("confirmations", [])
    if confirmations:
        last = confirmations[-1]
        lines += [
            f"{last['metric']} on validation: {output.number(last['validation'])}",
            f"{last['metric']} on test:       {output.number(last['test'])}",
            f"selection optimism (validation minus test): {output.number(last['optimism'])}",
        ]
    return "\n".join(lines)


def _nothing_learnt(record: dict[str, Any]) -> list[str]:
    """A warning where nothing shows that the winner does better than always answering the commonest class."""
    if record["beats_floor"]:
        return []
    remedy = (
        "; --set training.monitor=val_balanced_accuracy --set balance.draw_power=1 weighs classes equally"
        if record["fitness"] == "val_accuracy"
        else ""
    )
    nothing = f"answering the commonest class for every image ({record['floor']:.4f})"
    return [f"not shown to be better than {nothing}{remedy}"]
