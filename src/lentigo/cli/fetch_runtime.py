"""`lentigo fetch-runtime`: what runs networks in a browser, brought here once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lentigo.cli import output


def fetch_runtime(
    out: Annotated[
        Path | None,
        typer.Option(file_okay=False, help="Where to leave it; default: where `lentigo export --web` looks."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Have npm fetch onnxruntime-web (33 MB), which `lentigo export --web` needs.

    It uses the network: it runs `npm pack` as npm is set up here, and keeps six files once they
    are the ones that were tried (SHA-256).
    """
    from lentigo.web import runtime

    output.advise(f"fetching {runtime.PACKAGE} by npm")
    folder = runtime.fetch(out)
    result = {"runtime": str(folder), "version": runtime.VERSION, "files": list(runtime.FILES)}
    output.result(f"runtime: {folder} (onnxruntime-web {runtime.VERSION}, MIT)", result, json)
    option = "" if out is None else f" --runtime {folder}"
    output.next_command(f"lentigo export RUN --web FOLDER{option}")
