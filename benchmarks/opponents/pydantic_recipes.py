"""Raw TOML in, `Recipe` out, read by pydantic; every mistake in our words. For benchmarks/recipes.py.

Bounds are left out; they would take a few lines more.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, get_args, get_origin, get_type_hints

from lentigo.settings import recipe as page
from lentigo.settings.recipe import POOLED_HEAD, Recipe
from lentigo.settings.toml import did_you_mean

EXPECTED = {
    "string_type": "a text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dataclass_type": "a table",
}


@lru_cache
def reader() -> Any:
    """What reads recipes, built once."""
    from pydantic import TypeAdapter

    for kind in vars(page).values():
        if dataclasses.is_dataclass(kind):
            kind.__pydantic_config__ = {"extra": "forbid", "strict": True}
    return TypeAdapter(Recipe)


def read(raw: dict[str, Any], problems: list[str]) -> Any:
    """A recipe, or None and what is wrong with it."""
    from pydantic import ValidationError

    _lengthen(raw)
    try:
        return reader().validate_json(json.dumps(raw, default=str), strict=True)
    except ValidationError as error:
        problems += [_problem(one) for one in error.errors(include_url=False)]
    return None


def _lengthen(raw: dict[str, Any]) -> None:
    """Write out what may be written short, in place."""
    model, balance, stages = raw.get("model"), raw.get("balance"), raw.get("stages")
    if isinstance(model, dict) and model.get("head") == "pooled":
        model["head"] = [dataclasses.asdict(layer) for layer in POOLED_HEAD]
    if isinstance(balance, dict) and "resample_to" in balance:
        balance["resample_to"] = str(balance["resample_to"])
    tables = [
        (raw.get("task"), "malignant"),
        (raw.get("augmentation"), "shape_operations"),
    ]
    tables += [(raw.get("augmentation"), "colour_operations")]
    tables += [(stage, "learn") for stage in stages] if isinstance(stages, list) else []
    for table, key in tables:
        if isinstance(table, dict) and isinstance(table.get(key), str):
            table[key] = [table[key]]


def _problem(error: Any) -> str:
    where, kind, found = ".".join(map(str, error["loc"])), error["type"], error["input"]
    *parents, last = error["loc"]
    if kind == "missing":
        return f"{where}: missing"
    if kind == "unexpected_keyword_argument":
        known = [item.name for item in dataclasses.fields(_hint_at(parents))]
        return f"{where}: unknown key{did_you_mean(str(last), known)}"
    if kind in EXPECTED:
        return f"{where}: expected {EXPECTED[kind]}, found {found!r}"
    hint = _hint_at(error["loc"])
    if kind == "literal_error":
        choices = get_args(hint)
        listed = ", ".join(map(repr, choices))
        return f"{where}: {found!r} is not one of {listed}{did_you_mean(str(found), choices)}"
    return f"{where}: {error['msg']}"


def _hint_at(path: Sequence[str | int]) -> Any:
    kind: Any = Recipe
    for key in path:
        inner = get_args(kind)[0] if isinstance(key, int) else get_type_hints(kind)[key]
        kind = next((one for one in get_args(inner) if dataclasses.is_dataclass(one)), inner)
        kind = inner if get_origin(inner) is tuple else kind
    return kind
