"""`lentigo keys`: every key of a recipe, with meaning, default and range."""

from __future__ import annotations

import dataclasses
from typing import Annotated

import typer

from lentigo.cli import output
from lentigo.settings.errors import SettingsError


def keys(
    part: Annotated[
        str, typer.Argument(help="Only keys with this in their path, such as training or stages.0.lr.")
    ] = "",
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """List every key of a recipe: meaning, default, range.

    `--set KEY=VALUE` changes one for a training.
    """
    from lentigo.settings.keys import Key, keys_meant, recipe_keys

    def text(key: Key) -> str:
        head = f"{key.path}  {key.kind}, {key.default}".replace("`", "")
        return "\n".join([head, output.indented(key.meaning.replace("`", "'"))])

    found = [key for key in recipe_keys() if part.lower() in key.path]
    found = found or [key for key in recipe_keys() if key.path in keys_meant(part)]
    if not found:
        raise SettingsError(f"no key of a recipe has {part!r} in its path; `lentigo keys` lists all")
    output.result("\n".join(map(text, found)), {"keys": [dataclasses.asdict(key) for key in found]}, json)
