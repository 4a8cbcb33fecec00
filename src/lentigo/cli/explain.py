"""`lentigo explain`: where the network looked."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from lentigo.cli import output


def explain(
    run: Annotated[Path, typer.Argument(help="A run directory.")],
    images: Annotated[list[Path] | None, typer.Argument(help="Images; default: some of the part.")] = None,
    part: Annotated[Literal["validation", "test"], typer.Option(help="Where to take images.")] = "validation",
    count: Annotated[int, typer.Option(min=1, help="How many images of the part, spread over classes.")] = 24,
    out: Annotated[Path | None, typer.Option(help="Folder; default: RUN/saliency.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Draw Grad-CAM overlays of the predicted class, one file an image, and a contact sheet."""
    from lentigo import api

    output.notice()
    with output.progress("explaining") as advance:
        drawn = api.explain(run, images=images or (), part=part, count=count, out=out, progress=advance)
    output.result(f"{len(drawn['overlays'])} overlays and {drawn['sheet']}", drawn, json)
