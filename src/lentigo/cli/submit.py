"""`lentigo submit`: a run's answers as a submission file of an ISIC challenge."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from lentigo.cli import output


def submit(
    run: Annotated[Path, typer.Argument(help="A run directory.")],
    out: Annotated[Path, typer.Option(dir_okay=False, help="The CSV to write.")],
    part: Annotated[
        Literal["train", "validation", "test"], typer.Option(help="A part of the run's split.")
    ] = "test",
    images: Annotated[Path | None, typer.Option(help="A folder of images instead of a part.")] = None,
    challenge: Annotated[
        Literal["2018", "2019", "milk10k"],
        typer.Option(help="Whose columns; 2018 has AKIEC = AK + SCC, milk10k answers lesions."),
    ] = "2019",
    manifest: Annotated[
        Path | None, typer.Option(help="Where the run's manifest is now, if it has moved.")
    ] = None,
    unknown: Annotated[
        bool, typer.Option(help="Fill UNK by the run's score for unknown images, where it has one.")
    ] = True,
    metadata: Annotated[
        Path | None,
        typer.Option(
            help="Table of --images: age, sex and site, for a run that takes them; lesion and view."
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Answer images and write a submission that the official scorer accepts."""
    from lentigo.api.challenges.submitting import submit as write_answers

    output.notice()
    with output.progress("answering") as advance:
        asked: dict[str, Any] = {"part": part, "images": images, "challenge": challenge, "metadata": metadata}
        found = write_answers(run, out, **asked, manifest=manifest, with_unknown=unknown, progress=advance)
    output.result(in_words(found), found, json)
    whose = "" if challenge == "2019" else f" --challenge {challenge}"
    output.next_command(f"lentigo score {out} --truth GroundTruth.csv --run {run}{whose}")


def in_words(found: dict[str, Any]) -> str:
    """How many images were answered, which categories never, and what UNK means."""
    title = found["challenge"] if found["challenge"] == "milk10k" else f"ISIC {found['challenge']}"
    lines = [f"{found['submission']}: {found['n_images']} {found['answered']}s, {title}, checked"]
    if "n_without_yes" in found:
        lines.append(
            f"a category counts from 0.5 on: {found['n_without_yes']} lesions have none, "
            f"{found['n_several_yes']} several"
        )
    without = [name for name in found["never_answered"] if name != "UNK"]
    if without:
        lines.append(f"{', '.join(without)}: 0.0 in every row, because the run has no such class")
    if unknown := found["unknown"]:
        lines.append(f"UNK: {_unknown_text(unknown, found['n_images'])}")
    return "\n".join(lines)


def _unknown_text(unknown: dict[str, Any], num_images: int) -> str:
    if unknown["reason"]:
        return f"0.0 for every image: {unknown['reason']}"
    return (
        f"the answer to {unknown['n_images']} of {num_images} images, by {unknown['title']}; "
        f"{unknown['false_alarm']:.0%} of images of known classes are meant to be; 0.0 with --no-unknown"
    )
