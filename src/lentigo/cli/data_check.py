"""`lentigo data check`: are the images behind a manifest still there, whole, and what was imported?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lentigo.cli import output

FINDING = 1
SHOWN = 20


def data_check(
    manifest: Annotated[Path, typer.Argument(help="manifest.csv, or its folder.")],
    root: Annotated[Path | None, typer.Option(help="The image root, if the images have moved.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Read every image again and compare its bytes with the manifest; exit code 1 if anything is found."""
    from lentigo.data.checking import check_images
    from lentigo.data.manifest import load_manifest

    loaded = load_manifest(manifest, root=root)
    with output.progress("checking") as advance:
        findings = check_images(loaded, progress=advance)
    rows = findings.to_dict(orient="records")
    lines = [
        f"{row['severity']:<8} {row['image_id']}  {row['path']}: {row['finding']}" for row in rows[:SHOWN]
    ]
    if len(rows) > SHOWN:
        lines.append(f"... and {len(rows) - SHOWN} more (--json lists all)")
    errors = int((findings["severity"] == "error").sum())
    lines.append(f"{len(loaded.table)} images, {errors} errors, {len(rows) - errors} warnings")
    output.result("\n".join(lines), {"images": len(loaded.table), "findings": rows}, json)
    if rows:
        raise typer.Exit(FINDING)
