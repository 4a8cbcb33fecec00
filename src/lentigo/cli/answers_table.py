"""Predictions as a person at a terminal reads them: one line an image, what matters of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from lentigo.cli import output


def print_answers(rows: list[dict[str, Any]]) -> None:
    """Print rows of `api.predict` as a table on stdout, as wide as the terminal."""
    decides = any(row["malignant_at_operating_point"] is not None for row in rows)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("image", "class"):
        table.add_column(name, overflow="fold")
    for name in ("probability", "malignant", *(["called"] if decides else [])):
        table.add_column(name, justify="right")
    table.add_column("remarks", overflow="fold")
    for row in rows:
        called = [_called(row["malignant_at_operating_point"])] if decides else []
        cells = [
            Path(row["image"]).name,
            row["class"],
            _share(row.get(row["class"])),
            _share(row["malignant_probability"]),
        ]
        table.add_row(*(Text(output.printable(cell)) for cell in (*cells, *called, _remarks(row))))
    Console(markup=False, highlight=False, emoji=False).print(table)


def _share(value: Any) -> str:
    return "" if value is None or isinstance(value, str) else f"{value:.3f}"


def _called(is_malignant: bool | None) -> str:
    return "" if is_malignant is None else "malignant" if is_malignant else "benign"


def _remarks(row: dict[str, Any]) -> str:
    """What speaks against the answer, and what else it may be."""
    if row["error"]:
        return f"error: {row['error']}"
    others = [name for name in row["prediction_set"] or () if name != row["class"]]
    found = [row["abstain_reason"] or "", f"or {', '.join(others)}" if others else ""]
    found.append(f"told {', '.join(row['metadata'])}" if row.get("metadata") else "")
    found.append("was trained on this file" if row["seen_in_training"] else "")
    return "; ".join(part for part in found if part)
