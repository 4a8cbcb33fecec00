"""`lentigo explain`: where the network looked, and whether its maps can be believed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from lentigo.cli import output

Method = Literal["gradcam", "gradcam++", "layercam", "cam", "occlusion"]
Target = Literal["predicted", "truth", "all"]


def explain(
    run: Annotated[Path, typer.Argument(help="A run directory.")],
    images: Annotated[list[Path] | None, typer.Argument(help="Images; default: some of the part.")] = None,
    part: Annotated[Literal["validation", "test"], typer.Option(help="Where to take images.")] = "validation",
    count: Annotated[int, typer.Option(min=1, help="How many images of the part, spread over classes.")] = 24,
    method: Annotated[Method, typer.Option(help="How a map is made.")] = "gradcam",
    target: Annotated[
        Target, typer.Option(help="Which class to explain; all: a map for each.")
    ] = "predicted",
    out: Annotated[Path | None, typer.Option(help="Folder; default: RUN/saliency.")] = None,
    manifest: Annotated[Path | None, typer.Option(help="Where the manifest is now, if it has moved.")] = None,
    masks: Annotated[
        Path | None, typer.Option(help="Folder of lesion masks; default: those of drawn images.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Draw saliency overlays, contact sheets by class, and explanation.json with figures of each map."""
    from lentigo import api

    output.notice()
    with output.progress("explaining") as advance:
        drawn = api.explain(
            run, images=images or (), part=part, count=count, method=method, target=target, out=out,
            manifest=manifest, masks=masks, progress=advance,
        )  # fmt: skip
    for warning in drawn["warnings"]:
        output.advise(f"warning: {warning}")
    output.result(f"{len(drawn['overlays'])} overlays and {drawn['sheet']}", drawn, json)
