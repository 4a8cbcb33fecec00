"""`lentigo recipes`: what can be trained by name, and one recipe whole."""

from __future__ import annotations

from typing import Annotated

import typer

from lentigo.cli import output


def recipes(
    ctx: typer.Context,
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """List the recipes that come with lentigo: what each is, and what it has measured."""
    if ctx.invoked_subcommand:
        return
    from lentigo.api import catalogues

    facts = catalogues.recipes()
    parts = [f"{recipe['name']}\n{output.indented(recipe['about'])}" for recipe in facts]
    output.result("\n".join(parts), {"recipes": facts}, json)
    output.next_command("lentigo recipes show NAME")


def show(
    name: Annotated[str, typer.Argument(help="Name of a recipe that comes with lentigo, or a TOML file.")],
    json: Annotated[bool, typer.Option("--json", help="Every key with its value, as JSON.")] = False,
) -> None:
    """Show a recipe whole, as a TOML file that may be changed and trained."""
    import tomllib

    from lentigo.settings.toml import dump_recipe, load_recipe, recipe_text

    recipe = load_recipe(name)
    output.result(recipe_text(name)[1].rstrip("\n"), tomllib.loads(dump_recipe(recipe)), json)
    output.next_command(f"lentigo recipes show {name} > my.toml")
