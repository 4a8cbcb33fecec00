"""The long tail: no function over 45 lines, no file over 400, and the medians stay short."""

from __future__ import annotations

import ast
from pathlib import Path
from statistics import median

SOURCES = Path(__file__).resolve().parents[2] / "src" / "lentigo"
LONGEST_FUNCTION, LONGEST_FILE = 45, 400


def function_lengths() -> dict[str, int]:
    lengths = {}
    for path in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                name = f"{path.relative_to(SOURCES)}:{node.lineno} {node.name}"
                lengths[name] = (node.end_lineno or node.lineno) - node.lineno + 1
    return lengths


def file_lengths() -> dict[str, int]:
    return {
        str(path.relative_to(SOURCES)): len(path.read_text(encoding="utf-8").splitlines())
        for path in SOURCES.rglob("*.py")
    }


def test_no_function_is_too_long() -> None:
    assert {name: lines for name, lines in function_lengths().items() if lines > LONGEST_FUNCTION} == {}


def test_no_file_is_too_long() -> None:
    assert {name: lines for name, lines in file_lengths().items() if lines > LONGEST_FILE} == {}


def test_the_median_function_is_short() -> None:
    assert median(function_lengths().values()) <= 15
