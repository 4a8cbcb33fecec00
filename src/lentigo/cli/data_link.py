"""`lentigo data link`: images that a table calls one photograph belong together from now on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lentigo.cli import output


def data_link(
    manifest: Annotated[Path, typer.Argument(help="manifest.csv, or its folder.")],
    tables: Annotated[
        list[Path], typer.Argument(help="pairs.csv of an audit; image,duplicate_group or pairs.")
    ],
    out: Annotated[
        Path | None,
        typer.Option(file_okay=False, help="A folder for the manifest with the links; default: in place."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Join near-duplicates that tables tell of, so that splits keep them on one side. No image is read.

    Runs that were trained before know the old manifest only: keep it for them with --out.
    """
    from lentigo.api.data.remedies import split_command
    from lentigo.data.copies.linking import link_images

    found = link_images(manifest, tables, out)
    path = Path(str(found.manifest.path))
    facts = {
        "manifest": str(path),
        "images": len(found.manifest.table),
        "groups_before": found.groups_before,
        "groups": found.groups,
    }
    text = f"{facts['images']:,} images: {found.groups_before:,} groups became {found.groups:,}\n  -> {path}"
    output.result(text, facts, json)
    output.next_command(split_command(path.parent))
