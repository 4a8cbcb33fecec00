"""`lentigo predict`: probabilities for image files; a bad file becomes a row with its error."""

from __future__ import annotations

import csv
import io
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from lentigo.cli import output
from lentigo.cli.answers_table import print_answers
from lentigo.cli.executing import On, executing
from lentigo.data.cells import harmless

FINDING = 1
STANDARD_INPUT = Path("-")


Images = Annotated[
    list[Path], typer.Argument(help="Image files or folders; - takes a list of them, one a line.")
]
Out = Annotated[
    Path | None,
    typer.Option(help="Write the rows into this file instead; with --on, a folder: shards, then the rows."),
]
Overlays = Annotated[
    Path | None,
    typer.Option(file_okay=False, help="Folder for pictures of where it looked, one an image."),
]
Prior = Annotated[
    str, typer.Option(help="Mix of classes to answer for: uniform, train, or malignant=0.02,...")
]
Calibrated = Annotated[
    bool, typer.Option(help="Or the network's own probabilities; decisions stay the same.")
]
Metadata = Annotated[
    Path | None, typer.Option(help="Table of age, sex and site by image, for a model that takes them.")
]


def predict(
    model: Annotated[Path, typer.Argument(help="A bundle (starts fast) or a run directory.")],
    images: Images,
    out: Out = None,
    overlays: Overlays = None,
    prior: Prior = "",
    calibrated: Calibrated = True,
    metadata: Metadata = None,
    age: Annotated[str, typer.Option(help="In years, of the person in all the images.")] = "",
    sex: Annotated[str, typer.Option(help="female or male, of the same.")] = "",
    site: Annotated[str, typer.Option(help="Where the lesion is, in a word that the model knows.")] = "",
    on: On = "local",
    json: Annotated[bool, typer.Option("--json", help="JSON instead.")] = False,
) -> None:
    """Classify images; prints a table on a terminal, CSV into a pipe.

    Exit code 1 when a file could not be used.
    """
    from lentigo import api
    from lentigo.data.metadata.encoding import known_from_texts
    from lentigo.settings.errors import SettingsError

    output.notice()
    options: dict[str, Any] = {
        "prior": prior,
        "is_calibrated": calibrated,
        "known": known_from_texts(age, sex, site),
        "metadata": metadata,
    }
    if on.strip() != "local":
        if out is None or overlays is not None:
            raise SettingsError("--on needs --out FOLDER for its shards, and draws no --overlays")
        rows = _on_workers(on, (model, _listed(images), out), options)
        out /= "predictions.json" if json else "predictions.csv"
    else:
        with output.progress("predicting") as advance:
            rows = list(api.predict(model, _listed(images), advance, overlays=overlays, **options))
    _give_out(rows, out, json)
    failed = sum(1 for row in rows if row["error"])
    if failed:
        output.advise(f"{failed} of {len(rows)} files could not be used; see the column `error`")
        raise typer.Exit(FINDING)


def _on_workers(
    on: str, places: tuple[Path, list[Path], Path], options: dict[str, Any]
) -> list[dict[str, Any]]:
    """Have shards of the images answered elsewhere; all rows in order."""
    from lentigo.api.bundling.sharding import predict_shards

    with executing(on, 0) as (executor, _):
        return list(predict_shards(*places, executor, **options))


def _give_out(rows: list[dict[str, Any]], out: Path | None, as_json: bool) -> None:
    """Into the file; else a table where a person reads, CSV or JSON where a program does."""
    from lentigo.settings.files import write_text

    text = _as_json(rows) if as_json else _as_csv(rows)
    if out is not None:
        write_text(out, text)
        output.advise(f"{len(rows)} rows in {out}")
    elif sys.stdout and sys.stdout.isatty() and not as_json:
        print_answers(rows)
    else:
        output.write(text)


def _listed(images: list[Path]) -> list[Path]:
    """The paths as given, with those on standard input in the place of `-`."""
    found: list[Path] = []
    for path in images:
        if path == STANDARD_INPUT:  # as bytes: names need not be UTF-8
            lines = sys.stdin.buffer.read().split(b"\n")
            found += [Path(os.fsdecode(line.rstrip(b"\r"))) for line in lines if line.strip()]
        else:
            found.append(path)
    return found


def _as_json(rows: list[dict[str, Any]]) -> str:
    return output.as_json_text({"predictions": rows})


def _as_csv(rows: list[dict[str, Any]]) -> str:
    text = io.StringIO()
    names = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(map(_cell, names))
    writer.writerows([_cell(row.get(name)) for name in names] for row in rows)
    return text.getvalue()


def _cell(value: Any) -> str:
    """Nothing where a value is not known; lists as one text; text that cannot disguise itself nor be run."""
    if isinstance(value, list):
        value = "; ".join(map(str, value))
    return "" if value is None else harmless(output.printable(str(value)))
