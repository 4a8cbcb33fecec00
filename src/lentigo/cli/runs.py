"""`lentigo runs`: every run of a folder in one table, and what sets each apart."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lentigo.cli import output


def runs(
    folder: Annotated[Path, typer.Argument(help="Where runs lie, at any depth.")],
    out: Annotated[
        Path | None, typer.Option(help="Also write the table as a page, such as runs.html.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """List all runs below a folder with their figures and intervals, and the settings that differ."""
    from lentigo.experiments.listing.listing import list_runs
    from lentigo.experiments.listing.listing_page import runs_page, runs_text
    from lentigo.settings.files import write_text

    found = list_runs(folder)
    output.result(runs_text(found), found, json)
    if out is not None:
        write_text(out, runs_page(found))
        output.advise(f"page: {out}")
    finished = [run["path"] for run in found["runs"] if run["parts"]]
    if len(finished) > 1:
        output.next_command(f"lentigo compare {folder / finished[0]} {folder / finished[1]}")
