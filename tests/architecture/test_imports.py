"""Imports point one way: the table in docs/concepts/rooms.md, read and enforced."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
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
NEVER = {"pickle", "albumentations", "ultralytics", "torchvision", "gradio", "hydra"}


def allowed_imports() -> dict[str, set[str]]:
    rows = re.findall(
        r"^\| `([\w/]+)` \|[^|]*\| ([^|]*) \|$", (ROOT / "docs/concepts/rooms.md").read_text(), re.M
    )
    return {
        room: set() if may == "nothing" else {name.strip() for name in may.split(",")} for room, may in rows
    }


def modules() -> list[Path]:
    return sorted(SOURCES.rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room_of(path: Path) -> str:
    return path.relative_to(SOURCES).parts[0].removesuffix(".py")


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


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(SOURCES)))
def test_the_training_framework_stays_behind_its_fence(path: Path) -> None:
    place = str(path.relative_to(SOURCES))
    roots = {name.split(".")[0] for name in imported(path)}
    assert not roots & NEVER
    if not place.startswith(FRAMEWORK_PLACES):
        assert not roots & FRAMEWORKS, f"{place} imports a training framework"
