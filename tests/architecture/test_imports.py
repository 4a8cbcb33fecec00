"""Imports point one way: the table in docs/concepts/rooms.md, read and enforced."""

from __future__ import annotations

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from itertools import takewhile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "src" / "lentigo"
FRAMEWORKS = {"keras", "tensorflow", "jax", "torch"}
FRAMEWORK_PLACES = (
    "models/",
    "training/",
    "explanation/gradcam.py",
    "explanation/randomisation.py",
    "bundle/export.py",
)
RUNS = ("lentigo.api.answers.runs", "lentigo.settings.members", "lentigo.data.split")
"""What those who judge answers do not ask: where the answers come from, and how images were divided."""
NEVER = {"pickle", "albumentations", "ultralytics", "torchvision", "gradio", "hydra"}


PAGE, INNER = (ROOT / "docs/concepts/rooms.md").read_text(encoding="utf-8").split("## Rooms in rooms")


def allowed_imports(text: str = PAGE) -> dict[str, set[str]]:
    rows = re.findall(r"^\| `([\w/]+)` \|[^|]*\| ([^|]*) \|$", text, re.M)
    return {
        room: set() if may == "nothing" else {name.strip() for name in may.split(",")} for room, may in rows
    }


@cache
def modules() -> list[Path]:
    return sorted(SOURCES.rglob("*.py"))


@cache
def imported(path: Path) -> frozenset[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found |= {node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)}
    return frozenset(found)


def room_of(path: Path) -> str:
    return path.relative_to(SOURCES).parts[0].removesuffix(".py")


def rooms_in_rooms() -> set[str]:
    """Every package below a room, such as `api/answers`."""
    packages = (path.parent.relative_to(SOURCES).as_posix() for path in SOURCES.rglob("__init__.py"))
    return {package for package in packages if "/" in package}


def module_places() -> dict[str, tuple[str, ...]]:
    """Module name -> its place below `src/lentigo`, such as ("api", "answers", "baselines")."""
    places = {}
    for path in modules():
        parts = path.relative_to(SOURCES).with_suffix("").parts
        places[".".join(("lentigo", *parts)).removesuffix(".__init__")] = parts
    return places


def imports_between() -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Place of each module and the place of each module of ours that it imports."""
    places = module_places()
    for path in modules():
        here = path.relative_to(SOURCES).with_suffix("").parts
        names = imported(path) & set(places)
        # `from lentigo.a import b` names both the package and its module: the module is meant
        for name in names - {name.rpartition(".")[0] for name in names}:
            if places[name] != here:
                yield here, places[name]


def shared_length(here: tuple[str, ...], there: tuple[str, ...]) -> int:
    """How many folders two places share before they part."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(here, there, strict=False)))


@cache
def imports_beside() -> dict[tuple[str, ...], dict[str, set[str]]]:
    """Level (the path of a folder) -> box in it (a file or a folder) -> boxes beside it that it imports."""
    levels: dict[tuple[str, ...], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for here, there in imports_between():
        shared = shared_length(here, there)
        if shared < min(len(here), len(there)):
            levels[here[:shared]][here[shared]].add(there[shared])
    return levels


def test_the_table_names_exactly_the_rooms_there_are() -> None:
    rooms = {room_of(path) for path in modules()} - {"__init__", "__main__"}
    assert rooms == {row for row in allowed_imports() if "/" not in row}


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(SOURCES)))
def test_a_module_imports_only_what_its_room_may(path: Path) -> None:
    room = room_of(path)
    if room in ("__init__", "__main__"):
        return
    rows = allowed_imports()
    place = path.relative_to(SOURCES).with_suffix("").as_posix()
    allowed = rows[place if place in rows else room] | {room}
    ours = {name.split(".")[1] for name in imported(path) if name.startswith("lentigo.")}
    assert ours <= allowed, f"{room} may not import {sorted(ours - allowed)}"


def test_the_second_table_names_exactly_the_rooms_in_rooms() -> None:
    assert set(allowed_imports(INNER)) == rooms_in_rooms()


@pytest.mark.parametrize("room", sorted(rooms_in_rooms()))
def test_a_room_in_a_room_imports_beside_it_only_what_it_may(room: str) -> None:
    *level, name = room.split("/")
    found = imports_beside().get(tuple(level), {}).get(name, set())
    assert found <= allowed_imports(INNER)[room]


def test_nothing_imports_in_a_circle() -> None:
    for level, beside in imports_beside().items():
        try:
            tuple(TopologicalSorter(beside).static_order())
        except CycleError as error:
            pytest.fail(f"a circle in {'/'.join(level) or 'lentigo'}: {error.args[1]}")


def test_only_a_source_of_answers_knows_runs() -> None:
    """Whoever judges answers takes those of a stranger's table as well as those of a run."""
    judges = [path for room in ("judging", "measures") for path in (SOURCES / "api" / room).rglob("*.py")]
    for path in judges:
        names = imported(path)
        known = {name for name in names if name.startswith(RUNS)} | names & {
            "lentigo.settings.run.RunDirectory"
        }
        assert not known, f"{path.relative_to(SOURCES)} knows runs: {', '.join(sorted(known))}"
    for path in (SOURCES / "api" / "answers").glob("*.py"):
        assert "RunDirectory" not in path.read_text(encoding="utf-8"), f"{path.name} knows runs"


def test_a_level_holds_about_a_dozen_files() -> None:
    folders = Counter(path.parent.relative_to(SOURCES).as_posix() for path in modules())
    assert {folder: count for folder, count in folders.items() if count > 14 and folder != "cli"} == {}


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(SOURCES)))
def test_the_training_framework_stays_behind_its_fence(path: Path) -> None:
    place = str(path.relative_to(SOURCES))
    roots = {name.split(".")[0] for name in imported(path)}
    assert not roots & NEVER
    if not place.startswith(FRAMEWORK_PLACES):
        assert not roots & FRAMEWORKS, f"{place} imports a training framework"
