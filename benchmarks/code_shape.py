"""Prints lengths of functions and files, and for every level its files, floors, imports and circles.

python benchmarks/code_shape.py

A level is a folder; its boxes are the files and folders in it. An import counts at the level where the two
files part. Floors: boxes of the first import nothing beside them, those of the next only boxes below.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from graphlib import CycleError, TopologicalSorter
from itertools import takewhile
from pathlib import Path

import numpy as np

SOURCES = Path(__file__).resolve().parents[1] / "src" / "lentigo"
Place = tuple[str, ...]
Level = dict[str, set[str]]


def main() -> None:
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(SOURCES.rglob("*.py"))}
    print_lengths(trees)
    print("\nlevel: files, boxes, floors, imports between boxes, circles")
    levels = imports_by_level(trees)
    for folder in sorted({path.parent for path in trees}):
        place = folder.relative_to(SOURCES).parts
        files = len(list(folder.glob("*.py")))
        folders = sum((inner / "__init__.py").is_file() for inner in folder.iterdir())
        level = levels.get(place, {})
        floors, circle = floors_of(level)
        count = sum(map(len, level.values()))
        name = "/".join(place) or "lentigo"
        print(f"{name}: {files}, {files + folders}, {floors}, {count}, {circle or 'none'}")
    print("\nroom -> rooms that it imports")
    for room, others in sorted(levels[()].items()):
        print(f"{room} -> {', '.join(sorted(others)) or 'nothing'}")


def print_lengths(trees: dict[Path, ast.Module]) -> None:
    files = [len(path.read_text(encoding="utf-8").splitlines()) for path in trees]
    functions = [
        (node.end_lineno or node.lineno) - node.lineno + 1
        for tree in trees.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    for title, lengths in (("functions", functions), ("files", files)):
        middle, high = np.percentile(lengths, (50, 95))
        shape = f"median {middle:.0f}, 95th percentile {high:.0f}, most {max(lengths)}"
        print(f"{title}: {len(lengths)}; lines: {shape}, together {sum(lengths)}")


def imports_by_level(trees: dict[Path, ast.Module]) -> dict[Place, Level]:
    places = {dotted(path): path.relative_to(SOURCES).with_suffix("").parts for path in trees}
    levels: dict[Place, Level] = defaultdict(lambda: defaultdict(set))
    for path, tree in trees.items():
        here = path.relative_to(SOURCES).with_suffix("").parts
        for name in imported(tree, set(places)):
            there = places[name]
            shared = shared_length(here, there)
            if shared < min(len(here), len(there)):
                levels[here[:shared]][here[shared]].add(there[shared])
    return levels


def shared_length(here: tuple[str, ...], there: tuple[str, ...]) -> int:
    """How many folders two places share before they part."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(here, there, strict=False)))


def imported(tree: ast.Module, known: set[str]) -> set[str]:
    """Modules of ours that one imports; of `from package import module`, the module."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                name = f"{node.module}.{alias.name}"
                found.add(name if name in known else str(node.module))
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found & known


def dotted(path: Path) -> str:
    parts = path.relative_to(SOURCES).with_suffix("").parts
    return ".".join(("lentigo", *parts)).removesuffix(".__init__")


def floors_of(level: Level) -> tuple[int, str]:
    """How many floors a level has, and its circle in words; "" where it has none."""
    sorter = TopologicalSorter(level)
    try:
        sorter.prepare()
    except CycleError as error:
        return 0, " -> ".join(error.args[1])
    floors = 0
    while sorter.is_active():
        ready = sorter.get_ready()
        sorter.done(*ready)
        floors += 1
    return floors, ""


if __name__ == "__main__":
    main()
