"""`lentigo predict`: probabilities for image files; a bad file becomes a row with its error."""

from __future__ import annotations

import csv
import io
import json as json_format
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from lentigo.cli import output
from lentigo.cli.answers_table import print_answers

FINDING = 1
STANDARD_INPUT = Path("-")


def predict(
    model: Annotated[Path, typer.Argument(help="A bundle (starts fast) or a run directory.")],
    images: Annotated[
        list[Path], typer.Argument(help="Image files or folders; - takes a list of them, one a line.")
    ],
    out: Annotated[Path | None, typer.Option(help="Write the rows into this file instead.")] = None,
    overlays: Annotated[
        Path | None, typer.Option(help="Folder for pictures of where it looked, one an image.")
    ] = None,
    prior: Annotated[
        str, typer.Option(help="Mix of classes to answer for: uniform, train, or malignant=0.02,...")
    ] = "",
    calibrated: Annotated[
        bool, typer.Option(help="Or the network's own probabilities; decisions stay the same.")
    ] = True,
    json: Annotated[bool, typer.Option("--json", help="JSON instead.")] = False,
) -> None:
    """Classify images; prints a table on a terminal, CSV into a pipe.

    Exit code 1 when a file could not be used.
    """
    from lentigo import api
    from lentigo.settings.files import write_text

    output.notice()
    with output.progress("predicting") as advance:
        found = api.predict(
            model, _listed(images), advance, overlays=overlays, prior=prior, is_calibrated=calibrated
        )
        rows = list(found)
    text = _as_json(rows) if json else _as_csv(rows)
    if out is None and sys.stdout.isatty() and not json:
        print_answers(rows)
    elif out is None:
        print(text, end="")
    else:
        write_text(out, text)
        output.advise(f"{len(rows)} rows in {out}")
    failed = sum(1 for row in rows if row["error"])
    if failed:
        output.advise(f"{failed} of {len(rows)} files could not be used; see the column `error`")
        raise typer.Exit(FINDING)


def _listed(images: list[Path]) -> list[Path]:
    """The paths as given, with those on standard input in the place of `-`."""
    found: list[Path] = []
    for path in images:
        if path == STANDARD_INPUT:
            found += [Path(line) for line in sys.stdin.read().splitlines() if line.strip()]
        else:
            found.append(path)
    return found


def _as_json(rows: list[dict[str, Any]]) -> str:
    return json_format.dumps({"predictions": rows}, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _as_csv(rows: list[dict[str, Any]]) -> str:
    text = io.StringIO()
    names = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(text, names, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _cell(row.get(name)) for name in names})
    return text.getvalue()


def _cell(value: Any) -> str:
    """Nothing where a value is not known; lists as one text; text that cannot disguise itself."""
    if isinstance(value, list):
        value = "; ".join(map(str, value))
    return "" if value is None else output.printable(str(value))
