"""`lentigo data cache`: what was decoded and computed once, and how to be rid of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lentigo.cli import output


def data_cache(
    manifest: Annotated[Path, typer.Argument(help="manifest.csv, or its folder.")],
    clear: Annotated[bool, typer.Option("--clear", help="Delete all of it; it is made again.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Show decoded pixels and stored activations beside a manifest, or delete them."""
    from lentigo.api.data.caching import cached, clear_cache

    found = clear_cache(manifest) if clear else cached(manifest)
    lines = [f"{entry['bytes'] / 2**20:>10,.1f} MiB  {entry['kind']:<12} {entry['path']}" for entry in found]
    total = sum(entry["bytes"] for entry in found) / 2**20
    lines.append(f"{total:>10,.1f} MiB  {'deleted' if clear else 'in all'}")
    output.result("\n".join(lines), {"deleted": clear, "folders": found}, json)
