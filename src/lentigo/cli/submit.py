"""`lentigo submit`: a run's answers as a submission file of ISIC 2018 or 2019."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from lentigo.cli import output


def submit(
    run: Annotated[Path, typer.Argument(help="A run directory.")],
    out: Annotated[Path, typer.Option(help="The CSV to write.")],
    part: Annotated[
        Literal["train", "validation", "test"], typer.Option(help="A part of the run's split.")
    ] = "test",
    images: Annotated[Path | None, typer.Option(help="A folder of images instead of a part.")] = None,
    challenge: Annotated[
        Literal["2018", "2019"], typer.Option(help="Whose columns; 2018 has AKIEC = AK + SCC.")
    ] = "2019",
    manifest: Annotated[
        Path | None, typer.Option(help="Where the run's manifest is now, if it has moved.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Answer images and write a submission that the official scorer accepts."""
    from lentigo.api.submitting import submit as write_answers

    output.notice()
    with output.progress("answering") as advance:
        found = write_answers(
            run, out, part=part, images=images, challenge=challenge, manifest=manifest, progress=advance
        )
    text = f"{found['submission']}: {found['n_images']} images, ISIC {challenge}, checked"
    if found["never_answered"]:
        text += (
            f"\n{', '.join(found['never_answered'])}: 0.0 for every image, because the run has no such class"
        )
    output.result(text, found, json)
    output.next_command(f"lentigo score {out} --truth GroundTruth.csv --run {run}")
