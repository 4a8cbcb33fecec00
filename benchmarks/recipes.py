"""Recipes read by our own few functions, by pydantic and by msgspec: messages, time to start, time to read.

    python benchmarks/recipes.py

Recipes that come with the package are changed at random, and what the two readers say is wrong with each is
compared. msgspec is left out where it is not installed.
"""

from __future__ import annotations

import copy
import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any

from opponents import pydantic_recipes

from lentigo.settings import toml
from lentigo.settings.recipe import Recipe

CHANGED = 2000
ROUNDS = 7
VALUES: list[Any] = [
    3,
    -1,
    2.5,
    True,
    "x",
    "adam",
    "pooled",
    [],
    ["a"],
    {},
    {"layer": "pool"},
    [{"layer": "pol"}],
]
BOUNDS = ("at least", "at most", "not between", "is not in ")
"""Words of ours that the other reader was not given the bounds for."""
STARTS = {
    "ours": "import lentigo.settings.toml",
    "pydantic": "import lentigo.settings.toml; from opponents.pydantic_recipes import reader; reader()",
    "msgspec": "import lentigo.settings.toml, msgspec",
}


def ours(raw: dict[str, Any], problems: list[str]) -> Any:
    return toml._read(Recipe, raw, "", problems)


def places(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every key path of a document."""
    keys = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield (*place, key)
        yield from places(value[key], (*place, key))


def changed(draw: random.Random, raw: dict[str, Any]) -> dict[str, Any]:
    """One to four keys misspelt, gone, or of another value."""
    for _ in range(draw.choice((1, 2, 4))):
        *parents, key = draw.choice([*places(raw)])
        target: Any = raw
        for parent in parents:
            target = target[parent]
        way = draw.randrange(3)
        if way == 0:
            target[key] = copy.deepcopy(draw.choice(VALUES))
        elif way == 1 and isinstance(key, str):
            target[key[:-1] or "x"] = target.pop(key)
        else:
            del target[key]
    return raw


def compare(recipes: list[dict[str, Any]]) -> None:
    draw, same = random.Random(0), 0
    for _ in range(CHANGED):
        raw = changed(draw, copy.deepcopy(draw.choice(recipes)))
        first: list[str] = []
        second: list[str] = []
        ours(copy.deepcopy(raw), first)
        pydantic_recipes.read(copy.deepcopy(raw), second)
        same += sorted(one for one in first if not any(word in one for word in BOUNDS)) == sorted(second)
    print(
        f"messages: ours and pydantic's (without bounds) are the same for {same} of {CHANGED} changed recipes"
    )
    if find_spec("msgspec"):
        import msgspec

        wrong = {"name": 3, "input": {"hieght": 3, "width": "x"}}
        try:
            msgspec.convert(wrong, Recipe)
        except msgspec.ValidationError as error:
            print(f"messages: msgspec says of three mistakes: {error}")


def read_time(read: Callable[[dict[str, Any], list[str]], Any], raw: dict[str, Any]) -> float:
    """Microseconds a recipe."""
    began = time.perf_counter()
    for _ in range(200):
        read(raw, [])
    return (time.perf_counter() - began) / 200 * 1e6


def processor_seconds(program: str) -> float:
    """Of a Python that runs one line."""
    import resource

    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    subprocess.run([sys.executable, "-c", program], check=True, cwd=Path(__file__).parent)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before


def main() -> None:
    recipes = [json.loads(json.dumps(toml._plain(toml.load_recipe(name)))) for name in toml.recipe_names()]
    compare(recipes)
    for name, read in (("ours", ours), ("pydantic", pydantic_recipes.read)):
        print(
            f"reading: {name}: {median(read_time(read, recipes[0]) for _ in range(ROUNDS)):.0f} us a recipe"
        )
    starts = {name: program for name, program in STARTS.items() if name == "ours" or find_spec(name)}
    taken: dict[str, list[float]] = {name: [] for name in starts}
    for _ in range(ROUNDS):
        for name, program in starts.items():
            taken[name].append(processor_seconds(program))
    for name, seconds in taken.items():
        print(f"starting: {name}: {1000 * median(seconds):.0f} ms of processors")


if __name__ == "__main__":
    main()
