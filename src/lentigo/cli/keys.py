"""`lentigo keys`: every key of a recipe, with meaning, default and range."""

from __future__ import annotations

import dataclasses
from typing import Annotated

import typer

from lentigo.cli import output


def keys(
    part: Annotated[
        str, typer.Argument(help="Only keys with this in their path, such as training or stages.0.lr.")
    ] = "",
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """List every key of a recipe: meaning, default, range.

    `--set KEY=VALUE` changes one for a training.
    """
    from lentigo.api.catalogues import keys as keys_called
    from lentigo.settings.keys import Key

    def text(key: Key) -> str:
        head = f"{key.path}  {key.kind}, {key.default}".replace("`", "")
        return "\n".join([head, output.indented(key.meaning.replace("`", "'"))])

    found = keys_called(part)
    output.result("\n".join(map(text, found)), {"keys": [dataclasses.asdict(key) for key in found]}, json)
