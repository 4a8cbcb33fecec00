"""`lentigo compare`: two runs, or tables of predictions, on the same images, and whether one is better."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from lentigo.cli import output


def compare(
    first: Annotated[Path, typer.Argument(help="A run, an ensemble, a cross-validation or a table: A.")],
    second: Annotated[Path, typer.Argument(help="Another on the same split, or a table: B.")],
    part: Annotated[
        Literal["validation", "test", "out-of-fold"] | None,
        typer.Option(
            help="Default: validation, or out-of-fold of cross-validations. A look at test is logged in both."
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(file_okay=False, help="Folder for the results; default: one inside the first run."),
    ] = None,
    manifest: Annotated[Path | None, typer.Option(help="Where the manifest is now, if it has moved.")] = None,
    truth: Annotated[
        Path | None,
        typer.Option(help="Of two tables: the classes of their images; default: the first's own."),
    ] = None,
    allow_leak: Annotated[
        bool, typer.Option(help="Go on although images or groups were trained on; stamps LEAKED.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Compare two runs with paired intervals; writes compare.json, compare.html and compare.png."""
    from lentigo.experiments.comparing.comparing import compare as compare_runs
    from lentigo.experiments.comparing.comparison_page import comparison_text

    output.notice()
    where = {"out": out, "manifest": manifest, "truth": truth}
    facts = compare_runs(first, second, part=part or "", allow_leak=allow_leak, **where)
    output.result(comparison_text(facts), facts, json)
    if facts["part"] == "test" and facts["split_hash"]:  # tables have neither split nor log
        output.advise("this look at the test part has been logged in the runs")
    output.advise(f"page: {Path(facts['folder']) / 'compare.html'}")
