"""`lentigo predict`: probabilities for image files; a bad file becomes a row with its error."""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import Annotated

import typer

from lentigo.cli import output

FINDING = 1


def predict(
    run: Annotated[Path, typer.Argument(help="A run directory.")],
    images: Annotated[list[Path], typer.Argument(help="Image files or folders of them.")],
    json: Annotated[bool, typer.Option("--json", help="Print the rows as JSON.")] = False,
) -> None:
    """Classify images; prints CSV. Exit code 1 when a file could not be used."""
    from lentigo import api

    output.notice()
    with output.progress("predicting") as advance:
        rows = list(api.predict(run, images, progress=advance))
    if json:
        output.result("", {"predictions": rows}, as_json=True)
    else:
        _print_csv(rows)
    failed = sum(1 for row in rows if row["error"])
    if failed:
        output.advise(f"{failed} of {len(rows)} files could not be used; see the column `error`")
        raise typer.Exit(FINDING)


def _print_csv(rows: list[dict[str, object]]) -> None:
    names = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(sys.stdout, names, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: output.printable(str(row.get(name, ""))) for name in names})
