"""Prints the median and 95th percentile of function and file length, and which room imports which.

python benchmarks/code_shape.py
"""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

import numpy as np

SOURCES = Path(__file__).resolve().parents[1] / "src" / "lentigo"


def main() -> None:
    functions: list[int] = []
    files: list[int] = []
    imports: dict[str, set[str]] = defaultdict(set)
    for path in SOURCES.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        files.append(len(path.read_text(encoding="utf-8").splitlines()))
        room = path.relative_to(SOURCES).parts[0].removesuffix(".py")
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                functions.append((node.end_lineno or node.lineno) - node.lineno + 1)
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("lentigo."):
                imports[room].add(str(node.module).split(".")[1])
    for title, lengths in (("functions", functions), ("files", files)):
        middle, high = np.percentile(lengths, (50, 95))
        shape = f"median {middle:.0f}, 95th percentile {high:.0f}, most {max(lengths)}"
        print(f"{title}: {len(lengths)}; lines: {shape}")
    for room, others in sorted(imports.items()):
        print(f"{room} -> {', '.join(sorted(others - {room})) or 'nothing'}")


if __name__ == "__main__":
    main()
