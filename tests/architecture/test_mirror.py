"""Tests mirror sources: every module with code of its own has its test file at the same place."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "src" / "lentigo"
TOGETHER = dict.fromkeys(
    ("data/synthesis/keratin.py", "data/synthesis/pigment.py", "data/synthesis/vessels.py"),
    "test_structures.py",
)
"""Modules of one kind that one file tests together."""


def modules_with_code() -> list[Path]:
    found = []
    for path in sorted(SOURCES.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        has_code = any(isinstance(node, ast.FunctionDef | ast.ClassDef) for node in tree.body)
        is_only_settings = path.name in ("recipe.py", "errors.py") and path.parent.name == "settings"
        if has_code and not is_only_settings and path.name not in ("__init__.py", "__main__.py"):
            found.append(path.relative_to(SOURCES))
    return found


@pytest.mark.parametrize("module", modules_with_code(), ids=str)
def test_a_module_has_its_test(module: Path) -> None:
    name = TOGETHER.get(module.as_posix(), f"test_{module.name}")
    assert (ROOT / "tests" / module.parent / name).is_file()
