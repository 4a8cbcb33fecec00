"""The facts of an ensemble in; `ensemble.json`, `ensemble.html`, `ensemble.png` and text out."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from lentigo.experiments.comparing.comparison_page import (
    differences_picture,
    p_text,
    told_difference,
    told_figures,
)
from lentigo.experiments.pages import render
from lentigo.report.drawing.dots import DotRow, dots_height, paint_dots
from lentigo.report.drawing.figures import Picture, draw, save_png
from lentigo.report.drawing.numbers import number_text, range_text, value_text
from lentigo.settings.files import write_json, write_text

WIDTH = 640
NAMES = ("ensemble", "best member")


def write_ensemble(folder: Path, facts: Mapping[str, Any]) -> None:
    """Write what is known of an ensemble into its folder."""
    write_json(folder / "ensemble.json", facts)
    write_text(folder / "ensemble.html", ensemble_page(facts))
    rows = dot_rows(facts)
    save_png(
        folder / "ensemble.png", partial(paint_dots, rows=rows), (WIDTH, dots_height(len(rows))),
        bool(facts["leaked"]),
    )  # fmt: skip


def dot_rows(facts: Mapping[str, Any]) -> list[DotRow]:
    """The ensemble's balanced accuracy, then each member's with its weight."""
    mark = "LEAKED " if facts["leaked"] else ""
    whole = DotRow(f"{mark}ensemble", facts["balanced_accuracy"], "accent", is_main=True)
    members = [
        DotRow(f"{mark}{entry['name']}, weight {entry['weight']:.2f}", entry["balanced_accuracy"])
        for entry in facts["members"]
    ]
    return [whole, *members]


def ensemble_text(facts: Mapping[str, Any]) -> str:
    """The ensemble in a few lines for people."""
    mark = "LEAKED " if facts["leaked"] else ""
    best = facts["members"][facts["best_member"]]
    difference = facts["against_best"]["figures"]["balanced_accuracy"]["difference"]
    lines = [
        f"{mark}{facts['part']}: {facts['n_images']} images, {facts['n_groups']} groups, "
        f"split {facts['split_hash'][:12]}",
        f"{facts['mean']} mean, weights by {facts['method']}",
        f"{'weight':<8}{'balanced accuracy':<26}",
    ]
    for entry in facts["members"]:
        told = _interval(entry["balanced_accuracy"])
        lines.append(f"{entry['weight']:<8.3f}{mark}{told:<26}{entry['name']} ({entry['path']})")
    whole = _interval(facts["balanced_accuracy"])
    lines.append(f"{'':<8}{mark}{whole:<26}ensemble, each image with weights chosen without its group")
    told = f"{told_difference(difference)} {p_text(difference)}".rstrip()
    lines.append(f"{mark}against the best member ({best['name']}): {told}")
    return "\n".join(lines)


def ensemble_page(facts: Mapping[str, Any]) -> str:
    """The page as text."""
    against = {**facts["against_best"], "leaked": facts["leaked"]}
    too_good = facts["in_sample_balanced_accuracy"] - facts["balanced_accuracy"]["value"]
    values = {
        "title": f"ensemble of {len(facts['members'])}",
        "facts": facts,
        "compared": told_figures(against),
        "dots": _dots(facts),
        "differences": differences_picture(against, "ensemble minus best member", NAMES),
        "optimism": number_text(too_good, 4),
    }
    return render("ensemble.html.j2", values)


def _interval(interval: Mapping[str, Any]) -> str:
    return f"{value_text(interval)} [{range_text(interval) or 'undefined'}]"


def _dots(facts: Mapping[str, Any]) -> Picture:
    rows = dot_rows(facts)
    words = "; ".join(f"{row.label} {value_text(row.interval)}" for row in rows)
    size = (WIDTH, dots_height(len(rows)))
    return draw(partial(paint_dots, rows=rows), size, f"balanced accuracy: {words}", bool(facts["leaked"]))
