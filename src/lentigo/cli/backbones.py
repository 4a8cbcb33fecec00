"""`lentigo backbones`: what a recipe may call its backbone, how large it is, and where its weights are."""

from __future__ import annotations

from typing import Annotated

import typer

from lentigo.cli import output


def backbones(
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """List the networks that a recipe may build on: size, parameters, scaling, where weights come from."""
    from lentigo.api import catalogues

    rows = catalogues.backbones()
    lines = [f"{'model.backbone':<22}{'px':>4}{'parameters':>13}  {'input.scaling':<14}imagenet weights"]
    for row in rows:
        size = f"{row['parameters'] / 1e6:.1f} M" if row["parameters"] else ""
        lines.append(
            f"{row['backbone']:<22}{row['pixels']:>4}{size:>13}  {row['scaling']:<14}{row['weights']}"
        )
    output.result("\n".join(lines), {"backbones": rows}, json)
