"""TOML in, `Recipe` out, and back: strict, and every mistake named at once with its key path.

A recipe is found by name among the package's own (`lentigo/recipes/*.toml`) or by path.
"""

from __future__ import annotations

import dataclasses
import reprlib
import types
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import tomli_w

from lentigo.settings.bounds import Within
from lentigo.settings.checking.rules import broken_rules
from lentigo.settings.errors import SettingsError, several
from lentigo.settings.keys import keys_meant
from lentigo.settings.reading import Document, parse_toml, parse_toml_value, read_text
from lentigo.settings.recipe import POOLED_HEAD, Recipe

DEEPEST_KEY = 8
"""Parts of a key path; the recipe has four at most."""
LONGEST_SHOWN = 120
"""Of what somebody wrote, in messages."""
_SHOWN = reprlib.Repr()
_SHOWN.maxstring = _SHOWN.maxother = LONGEST_SHOWN
RECIPE_REMEDY = "see docs/how-to/write-a-recipe.md"


def recipe_names() -> list[str]:
    """Names of the recipes that come with the package, sorted."""
    folder = resources.files("lentigo") / "recipes"
    return sorted(item.name.removesuffix(".toml") for item in folder.iterdir() if item.name.endswith(".toml"))


def recipe_text(name_or_path: str | Path) -> tuple[str, str]:
    """Find a recipe by name or path; returns (what to call it in messages, its TOML text).

    Raises:
        SettingsError: no such recipe; names the nearest one and lists all.
    """
    path = Path(name_or_path)
    if path.is_file():
        return str(path), read_text(path, Document(path, SettingsError, RECIPE_REMEDY))
    names = recipe_names()
    if str(name_or_path) in names:
        packaged = resources.files("lentigo") / "recipes" / f"{name_or_path}.toml"
        return str(name_or_path), packaged.read_text(encoding="utf-8")
    hint = did_you_mean(str(name_or_path), names)
    raise SettingsError(f"no recipe and no file called {name_or_path!s}{hint}; recipes: {', '.join(names)}")


def recipe_comment(name_or_path: str | Path) -> list[str]:
    """The lines of a recipe's opening comment: the command that uses it, what it is, what it measured.

    Raises:
        SettingsError: no such recipe.
    """
    lines = []
    for line in recipe_text(name_or_path)[1].splitlines():
        if not line.startswith("#"):
            break
        lines.append(line.lstrip("#").strip())
    return lines


def load_recipe(name_or_path: str | Path, overrides: Sequence[str] = ()) -> Recipe:
    """Read a recipe by name or path and apply `--set key=value` overrides.

    Args:
        name_or_path: the name of a packaged recipe, or the path of a TOML file.
        overrides: texts such as `training.batch_size=64` or `stages.0.epochs=2`; the value is TOML, a bare
            word is taken as text.

    Raises:
        SettingsError: lists every mistake: syntax, unknown keys (with the nearest known one), types, ranges.
    """
    title, text = recipe_text(name_or_path)
    return parse_recipe(text, title, overrides)


def parse_recipe(text: str, title: str = "recipe", overrides: Sequence[str] = ()) -> Recipe:
    """Turn TOML text into a `Recipe`; see `load_recipe`."""
    raw = parse_toml(text, Document(title, SettingsError, RECIPE_REMEDY))
    problems: list[str] = []
    for override in overrides:
        _override(raw, override, problems)
    return _checked(raw, title, problems)


def _checked(raw: dict[str, Any], title: str, problems: list[str]) -> Recipe:
    """Turn raw TOML into a recipe, or raise with all problems, those found before included."""
    recipe = _read(Recipe, raw, "", problems)
    if not problems:
        problems = broken_rules(recipe)
    if problems:
        raise SettingsError(several(f"{title} cannot be used:", problems))
    assert isinstance(recipe, Recipe)
    return recipe


def with_values(recipe: Recipe, values: Mapping[str, Any]) -> Recipe:
    """A copy of the recipe with some keys changed, checked like a file.

    Args:
        recipe: not changed itself.
        values: key path, such as `model.head.2.units`, -> value.

    Raises:
        SettingsError: lists unknown keys, wrong types and broken rules.
    """
    raw: dict[str, Any] = _plain(recipe)
    problems: list[str] = []
    for key, value in values.items():
        _put(raw, key, value, problems, key)
    return _checked(raw, recipe.name, problems)


def dump_recipe(recipe: Recipe) -> str:
    """Write a recipe as TOML, every key spelled out; `parse_recipe` gives the same recipe back."""
    return tomli_w.dumps(_plain(recipe))


def did_you_mean(word: str, known: Sequence[str]) -> str:
    """The text `; did you mean ...?` for the nearest known word, or nothing."""
    by_lower = {name.lower(): name for name in known}
    near = get_close_matches(word[:LONGEST_SHOWN].lower(), by_lower, n=1, cutoff=0.5)
    return f"; did you mean {by_lower[near[0]]}?" if near else ""


def _plain(value: Any) -> Any:
    """Dataclasses to tables, tuples to lists; keys that are None are left out (TOML has no null)."""
    if dataclasses.is_dataclass(value):
        pairs = ((item.name, getattr(value, item.name)) for item in dataclasses.fields(value))
        return {name: _plain(inner) for name, inner in pairs if inner is not None}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


def _read(kind: Any, raw: Any, path: str, problems: list[str]) -> Any:
    """Turn a TOML value into `kind`; appends to `problems` and returns None where that fails."""
    if dataclasses.is_dataclass(kind):
        return _read_table(kind, raw, path, problems)
    origin = get_origin(kind)
    if origin is Annotated:
        inner, bounds = get_args(kind)
        return _bounded(bounds, _read_scalar(inner, raw, path, problems), path, problems)
    if origin is tuple:
        return _read_list(get_args(kind)[0], raw, path, problems)
    if origin in (Union, types.UnionType):
        return _read(get_args(kind)[0], raw, path, problems)
    if origin is Literal:
        return _read_choice(get_args(kind), raw, path, problems)
    return _read_scalar(kind, raw, path, problems)


def _read_table(kind: Any, raw: Any, path: str, problems: list[str]) -> Any:
    if not isinstance(raw, Mapping):
        problems.append(f"{path}: expected a table, found {_SHOWN.repr(raw)}")
        return None
    hints = _hints(kind)
    known = [item.name for item in dataclasses.fields(kind)]
    values = {}
    for key, inner in raw.items():
        where = f"{path}.{key}" if path else key
        if key not in known:
            problems.append(f"{where}: unknown key{_hint(where, known)}")
        elif where == "model.head" and inner == "pooled":
            values[key] = POOLED_HEAD
        else:
            # a count may be written as a number; the key also takes words, so it is kept as text
            inner_value = str(inner) if where == "balance.resample_to" else inner
            values[key] = _read(hints[key], inner_value, where, problems)
    missing = [item.name for item in dataclasses.fields(kind) if _is_required(item) and item.name not in raw]
    problems.extend(f"{path}.{name}".lstrip(".") + ": missing" for name in missing)
    return None if problems else kind(**values)


def _hint(path: str, known: Sequence[str]) -> str:
    """What somebody may have meant who typed a key that there is not: one of that meaning, or like it."""
    if meant := keys_meant(path):
        return f"; did you mean {' or '.join(meant[:3])}?"
    return did_you_mean(path.rpartition(".")[2], known) or "; `lentigo keys` lists all"


@lru_cache
def _hints(kind: Any) -> dict[str, Any]:
    """Types of a table's keys, with their bounds."""
    return get_type_hints(kind, include_extras=True)


def _is_required(item: dataclasses.Field[Any]) -> bool:
    return item.default is dataclasses.MISSING and item.default_factory is dataclasses.MISSING


def _read_list(kind: Any, raw: Any, path: str, problems: list[str]) -> Any:
    if isinstance(raw, str) and (kind is str or get_origin(kind) is Literal):
        raw = [raw]
    if not isinstance(raw, list):
        problems.append(f"{path}: expected a list, found {_SHOWN.repr(raw)}")
        return None
    return tuple(_read(kind, item, f"{path}.{index}", problems) for index, item in enumerate(raw))


def _read_choice(choices: Sequence[Any], raw: Any, path: str, problems: list[str]) -> Any:
    if raw in choices:
        return raw
    hint = did_you_mean(str(raw), [str(choice) for choice in choices])
    problems.append(f"{path}: {_SHOWN.repr(raw)} is not one of {', '.join(map(repr, choices))}{hint}")
    return None


def _bounded(bounds: Within, value: Any, path: str, problems: list[str]) -> Any:
    """The value, once it has been found to be of its kind."""
    if value is not None and (problem := bounds.problem(value)):
        problems.append(f"{path}: {problem}")
    return value


def _read_scalar(kind: type, raw: Any, path: str, problems: list[str]) -> Any:
    if kind is float and isinstance(raw, int) and not isinstance(raw, bool):
        return float(raw)
    # bool is a subclass of int: `true` for a count is a mistake, not 1
    if isinstance(raw, kind) and not (kind is int and isinstance(raw, bool)):
        return raw
    problems.append(f"{path}: expected {_KIND_NAMES[kind]}, found {_SHOWN.repr(raw)}")
    return None


_KIND_NAMES = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}


def _override(raw: dict[str, Any], override: str, problems: list[str]) -> None:
    """Apply one `key=value` to the raw TOML, in place."""
    key, equals, text = override.partition("=")
    if not equals or not key.strip():
        problems.append(f"--set {override[:LONGEST_SHOWN]}: expected key=value")
        return
    title = f"--set {override[:LONGEST_SHOWN]}"
    try:
        value = parse_toml_value(text, Document(title, SettingsError, RECIPE_REMEDY))
    except SettingsError as error:
        problems.append(str(error))
    else:
        _put(raw, key.strip(), value, problems, title)


def _put(raw: dict[str, Any], key: str, value: Any, problems: list[str], title: str) -> None:
    """Set the value at a key path of raw TOML, in place."""
    *parents, last = key.split(".")
    target: Any = raw if len(parents) < DEEPEST_KEY else None
    for name in parents:
        target = _descend(target, name)
    if isinstance(target, dict):
        target[last] = value
    elif isinstance(target, list) and last in _places(target):
        target[int(last)] = value
    else:
        problems.append(f"{title}: there is no such key{_hint(key[:LONGEST_SHOWN], ())}")


def _descend(target: Any, name: str) -> Any:
    if isinstance(target, dict):
        return target.setdefault(name, {})
    if isinstance(target, list) and name in _places(target):
        return target[int(name)]
    return None


def _places(values: list[Any]) -> list[str]:
    """How the places of a list are written in a key path."""
    return [str(place) for place in range(len(values))]
