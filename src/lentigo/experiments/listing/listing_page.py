"""What `list_runs` found in; a table for the terminal and a page out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lentigo.experiments.pages import render
from lentigo.report.drawing.numbers import range_text, seconds_text, value_text

COLUMNS = (
    ("validation", "balanced_accuracy", "balanced accuracy, validation"),
    ("test", "balanced_accuracy", "balanced accuracy, test"),
    ("test", "malignant_roc_auc", "malignant AUC, test"),
)
"""(part, figure, heading); of a cross-validation its out-of-fold answers stand in validation's place."""
MOST_DIFFERENCES = 8
"""Shown of a run on the page; the JSON has them all."""


def runs_text(found: Mapping[str, Any]) -> str:
    """A line a run: status, figures with intervals, then what is its own; for a terminal."""
    runs = found["runs"]
    widest = max(len(run["path"]) for run in runs)
    heads = "".join(f"{heading:<32}" for _, _, heading in COLUMNS)
    lines = [f"{'run':<{widest}}  {heads}".rstrip()]
    for run in runs:
        cells = "".join(f"{_cell(run, part, name):<32}" for part, name, _ in COLUMNS)
        told = cells.rstrip() or run["error"] or run["status"]
        lines.append(f"{run['path']:<{widest}}  {told}")
        lines += [
            f"{'':<{widest}}    {key} = {value}"
            for key, value in list(run["differs"].items())[:MOST_DIFFERENCES]
        ]
    return "\n".join([*lines, *_remarks(found)])


def runs_page(found: Mapping[str, Any]) -> str:
    """The page as text."""
    rows = [
        {
            **run,
            "took": seconds_text(run["seconds"]),
            "cells": [_figure(run, part, name) for part, name, _ in COLUMNS],
            "own": list(run["differs"].items())[:MOST_DIFFERENCES],
            "more": max(0, len(run["differs"]) - MOST_DIFFERENCES),
        }
        for run in found["runs"]
    ]
    heads = [heading for _, _, heading in COLUMNS]
    values = {"title": f"Runs in {found['folder']}", "heads": heads, "rows": rows, "remarks": _remarks(found)}
    return render("runs.html.j2", {**values, "folder": found["folder"]})


def _figure(run: Mapping[str, Any], part: str, name: str) -> dict[str, Any]:
    """A figure and whether it is from a leak."""
    figures = (
        run["parts"].get(part) or (run["parts"].get("out-of-fold") if part == "validation" else None) or {}
    )
    return {
        "interval": figures.get(name),
        "leaked": figures.get("leaked", False),
        "is_there": name in figures,
    }


def _cell(run: Mapping[str, Any], part: str, name: str) -> str:
    figure = _figure(run, part, name)
    if not figure["is_there"]:
        return ""
    mark = "LEAKED " if figure["leaked"] else ""
    return f"{mark}{value_text(figure['interval'])} {range_text(figure['interval'])}".rstrip()


def _remarks(found: Mapping[str, Any]) -> list[str]:
    """What keeps the figures of the table from being compared as they stand."""
    remarks = []
    if found["split_hashes"] > 1:
        remarks.append(
            f"these runs have {found['split_hashes']} different splits: figures of different splits are of "
            "different images"
        )
    looked = sum(1 for run in found["runs"] if run["test_looks"])
    if looked > 1:
        remarks.append(
            f"{looked} runs have been looked at on test: choose by validation, or the best of them is "
            "flattered by the choice"
        )
    return remarks
