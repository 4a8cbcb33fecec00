"""What can be named in a recipe or on the command line, out: recipes, keys, backbones."""

from __future__ import annotations

from typing import Any

from lentigo.settings.errors import SettingsError
from lentigo.settings.keys import Key, keys_meant, recipe_keys
from lentigo.settings.toml import recipe_comment, recipe_names


def recipes() -> list[dict[str, Any]]:
    """Recipes that come with lentigo: name, command, about (what each is, and what it has measured)."""
    found = {name: recipe_comment(name) for name in recipe_names()}
    return [
        {"name": name, "command": comment[0], "about": " ".join(comment[1:]).strip()}
        for name, comment in found.items()
    ]


def keys(part: str = "") -> list[Key]:
    """Keys of a recipe with `part` in their path, or that somebody may mean by it.

    Raises:
        SettingsError: there is none.
    """
    found = [key for key in recipe_keys() if part.lower() in key.path]
    found = found or [key for key in recipe_keys() if key.path in keys_meant(part)]
    if not found:
        raise SettingsError(f"no key of a recipe has {part!r} in its path; `lentigo keys` lists all")
    return found


def backbones() -> list[dict[str, Any]]:
    """Networks that a recipe may build on: size, parameters, scaling, where weights come from."""
    from lentigo.models.backbones import BACKBONES

    return [
        {
            "backbone": row.name,
            "pixels": row.side,
            "parameters": row.num_parameters or None,
            "scaling": row.scaling,
            "weights": row.weights_at_hand(),
            "blocks": row.family.blocks,
        }
        for row in BACKBONES.values()
    ]
