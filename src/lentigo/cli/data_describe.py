"""`lentigo data describe`: what a manifest holds, in counts and pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from lentigo.cli import output


def data_describe(
    manifest: Annotated[Path, typer.Argument(help="manifest.csv, or its folder.")],
    split: Annotated[Path | None, typer.Option(help="Count by part of this split.csv.")] = None,
    out: Annotated[
        Path | None, typer.Option(file_okay=False, help="Folder; default: description/ beside it.")
    ] = None,
    per_class: Annotated[int, typer.Option(min=1, max=40, help="Images a class on the sheet.")] = 6,
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Count images, groups and classes; draw the counts and a sheet of images of each class."""
    from lentigo.api.data.describing import describe

    with output.phases() as advance:
        facts = describe(manifest, split, out, per_class, advance)
    output.result(_text(facts), facts, json)


def _text(facts: dict[str, Any]) -> str:
    largest = facts["largest_group"]
    lines = [
        f"{facts['n_images']:,} images, {facts['n_groups']:,} groups (largest: {largest['n_images']} images)"
    ]
    parts = facts["class_counts"]
    lines.append(f"  {'':<8}" + "".join(f"{part:>12}" for part in parts))
    for name in next(iter(parts.values())):
        lines.append(f"  {name:<8}" + "".join(f"{counts[name]:>12,}" for counts in parts.values()))
    lines.append("known: " + ", ".join(f"{name} {share:.0%}" for name, share in facts["known"].items()))
    return "\n".join([*lines, *facts["pictures"]])
