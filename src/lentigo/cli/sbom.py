"""`lentigo sbom`: the components of what serves, for whoever keeps track of them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lentigo.cli import output


def sbom(
    out: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Write it into this file instead of printing it.")
    ] = None,
) -> None:
    """List the components of the base install with versions and licences (SBOM, CycloneDX 1.6 JSON)."""
    from lentigo.api.bundling.components import bill_of_materials
    from lentigo.settings.files import write_json

    found = bill_of_materials()
    if out is None:
        output.write(output.as_json_text(found))
    else:
        write_json(out, found)
        output.advise(f"{len(found['components'])} components in {out}")
