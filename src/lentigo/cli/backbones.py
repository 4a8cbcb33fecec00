"""`lentigo backbones`: what a recipe may call its backbone, how large it is, and where its weights are."""

from __future__ import annotations

from typing import Annotated

import typer

from lentigo.cli import output


def backbones(
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """List the networks that a recipe may build on: size, parameters, scaling, where weights come from."""
    from lentigo.models.backbones import BACKBONES

    rows = list(BACKBONES.values())
    facts = [
        {
            "backbone": row.name,
            "pixels": row.side,
            "parameters": row.num_parameters or None,
            "scaling": row.scaling,
            "weights": row.weights_at_hand(),
            "blocks": row.family.blocks,
        }
        for row in rows
    ]
    lines = [f"{'model.backbone':<22}{'px':>4}{'parameters':>13}  {'input.scaling':<14}imagenet weights"]
    for row in rows:
        size = f"{row.num_parameters / 1e6:.1f} M" if row.num_parameters else ""
        lines.append(f"{row.name:<22}{row.side:>4}{size:>13}  {row.scaling:<14}{row.weights_at_hand()}")
    output.result("\n".join(lines), {"backbones": facts}, json)
