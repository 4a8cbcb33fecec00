"""Facts of rows in; the study's table as CSV, JSON, one self-contained HTML page and one picture out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

from lentigo.data.tables import write_table
from lentigo.experiments.pages import render
from lentigo.experiments.study.facts import Json
from lentigo.report.drawing.figures import BODY, SMALL, draw, save_png
from lentigo.report.drawing.images import jpeg_uri
from lentigo.report.drawing.numbers import is_defined, value_text
from lentigo.report.drawing.themes import Theme
from lentigo.settings.files import write_json, write_text
from lentigo.settings.run import NOTICE

SCHEMA_VERSION = 1
SPARKLINE_SIZE = (150, 62)
OVERVIEW_WIDTH, ROW_HEIGHT, FRAME_HEIGHT = 1040, 30, 92
SHEET_SIDE = 1200


def write_table_files(out: Path, rows: Sequence[Json]) -> None:
    """Write `study.csv`, `study.json`, `study.html` and `study.png` into `out`; without rows, nothing."""
    if not rows:
        return
    write_table(out / "study.csv", pd.DataFrame([csv_row(row) for row in rows]))
    write_json(out / "study.json", {"schema_version": SCHEMA_VERSION, "notice": NOTICE, "rows": list(rows)})
    write_text(out / "study.html", study_page(rows))
    save_png(out / "study.png", partial(paint_overview, rows=rows), overview_size(len(rows)))


def csv_row(row: Json) -> dict[str, object]:
    """One row of `study.csv`; what does not exist is empty, a leak is said in a column of its own."""
    flat: dict[str, object] = {"row": row["id"], "recipe": row["recipe"], "title": row["title"]}
    for name in ("unbalanced", "balanced"):
        flat[f"reported_{name}"] = " / ".join(f"{figure:.4f}" for figure in row["reported"][name])
    flat["reported_words"] = row["reported"]["words"]
    ours, training = row.get("ours") or {}, row.get("training") or {}
    for name in ("accuracy", "balanced"):
        interval = ours.get(name) or {}
        flat |= {f"{name}{suffix}": interval.get(key) for suffix, key in _SUFFIXES}
    for name in ("unbalanced", "balanced"):
        figures = [stage[name] for stage in ours.get("stages") or []]
        flat[f"stages_{name}"] = " / ".join(
            f"{figure:.4f}" if is_defined(figure) else "" for figure in figures
        )
    flat |= {
        "training_accuracy": training.get("accuracy"),
        "majority_share": training.get("majority_share"),
        "training_balanced_accuracy": training.get("balanced_accuracy"),
        "status": status(row),
        "mark": "LEAKED" if row.get("leaked") else "",
    }
    return flat | _csv_scale(row)


_SUFFIXES = (("", "value"), ("_low", "low"), ("_high", "high"), ("_n", "n"), ("_n_groups", "n_groups"))


def _csv_scale(row: Json) -> dict[str, object]:
    scale = row.get("scale") or {}
    images = scale.get("images") or {}
    return {
        "scale": scale.get("name"),
        **{f"{part}_images": images.get(part) for part in ("train", "validation", "test")},
        "height": scale.get("height"),
        "width": scale.get("width"),
        "upsampled": "upsampled" if scale.get("is_upsampled") else "",
        "epochs": " + ".join(map(str, scale.get("epochs") or [])),
        "trainings": (row.get("search") or {}).get("num_trials", 1),
        "weights": scale.get("weights"),
        "seconds": row.get("seconds"),
        "split_hash": row.get("split_hash"),
        "command": row.get("command"),
        "error": row["error"],
    }


def status(row: Json) -> str:
    """`trained`, `not trained` (no better on training images than a constant answer) or `failed`."""
    if row["error"]:
        return "failed"
    return "trained" if row["is_trained"] else "not trained"


def study_page(rows: Sequence[Json]) -> str:
    """The page as text."""
    shown = [{"leaked": False, "validation": None, "search": None, **row, **_pictures(row)} for row in rows]
    description = "; ".join(
        f"{row['id']} {value_text((row.get('ours') or {}).get('accuracy'))}" for row in rows
    )
    overview = draw(
        partial(paint_overview, rows=rows), overview_size(len(rows)), f"accuracy by row: {description}"
    )
    is_smoke = any((row.get("scale") or {}).get("name") == "smoke" for row in rows)
    values = {"title": "Lentigo study", "rows": shown, "overview": overview, "is_smoke": is_smoke}
    return render("study.html.j2", values)


def _pictures(row: Json) -> dict[str, Any]:
    """The learning curves in small, and the sheet of saliency maps where the row has one."""
    if row["error"]:
        return {"sparkline": None, "picture": None}
    history = row["history"]
    words = f"accuracy of training and validation over {len(history)} epochs of {row['recipe']}"
    sparkline = draw(partial(paint_sparkline, history=history), SPARKLINE_SIZE, words, row["leaked"])
    sheet = row.get("saliency")
    picture = None
    if sheet and Path(sheet).is_file():
        with Image.open(sheet) as opened:
            picture = jpeg_uri(np.asarray(opened.convert("RGB")), SHEET_SIDE, row["leaked"])
    return {"sparkline": sparkline, "picture": picture}


def paint_sparkline(figure: Figure, theme: Theme, history: Sequence[Mapping[str, Any]]) -> None:
    """Accuracy over all epochs without any scale: training thin, validation strong, from 0 to 1."""
    axes = figure.subplots()
    for key, colour, width in (("accuracy", theme.muted, 1.2), ("val_accuracy", theme.accent, 2.0)):
        values = [row[key] if is_defined(row.get(key)) else np.nan for row in history]
        marker = "o" if len(values) == 1 else ""
        axes.plot(range(len(values)), values, color=colour, linewidth=width, marker=marker, markersize=3)
    axes.set_ylim(0, 1)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[:].set_visible(False)
    axes.axhline(0, color=theme.line, linewidth=1)
    axes.axhline(1, color=theme.line, linewidth=1)


def overview_size(num_rows: int) -> tuple[int, int]:
    """Width and height in CSS pixels that the overview of so many rows needs."""
    return OVERVIEW_WIDTH, FRAME_HEIGHT + ROW_HEIGHT * num_rows


@dataclass(frozen=True)
class _Panel:
    """One of the two figures of the overview."""

    title: str
    ours: str
    reported: str
    """Keys of a row's `ours` and `reported`."""


_PANELS = (
    _Panel("accuracy", "accuracy", "unbalanced"),
    _Panel("accuracy with every class weighted equally", "balanced", "balanced"),
)


def paint_overview(figure: Figure, theme: Theme, rows: Sequence[Json]) -> None:
    """One line a row in two panels: ours filled with its interval, reported an open diamond.

    A tick is what the commonest class alone would score. A reported figure that a leak explains is red.
    """
    left, right = figure.subplots(1, 2, sharey=True)
    for axes, panel in zip((left, right), _PANELS, strict=True):
        _frame(axes, theme, len(rows))
        axes.set_title(panel.title, loc="left", color=theme.ink, size=BODY)
        for place, row in enumerate(rows):
            _paint_row(axes, theme, place, row, panel)
    left.set_yticks(range(len(rows)), [f"{row['id']}  {row['title']}" for row in rows])
    left.set_xlabel("filled: ours on the test part, 95 % interval")
    right.set_xlabel("open: reported; red: explained by a leak")
    for place, row in enumerate(rows):
        right.text(1.03, place, _note(row), color=theme.warning, size=SMALL, va="center", clip_on=False)


def _frame(axes: Axes, theme: Theme, num_rows: int) -> None:
    axes.set_xlim(0, 1)
    axes.set_ylim(num_rows - 0.4, -0.6)
    axes.grid(axis="x", color=theme.line, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(length=0)
    axes.spines[["left", "bottom"]].set_visible(False)


def _paint_row(axes: Axes, theme: Theme, place: int, row: Json, panel: _Panel) -> None:
    reported = row["reported"][panel.reported]
    if reported:
        is_explained = panel.reported == "balanced" and row["reported"]["is_leak"]
        edge = theme.warning if is_explained else theme.muted
        axes.plot(
            reported[-1], place, marker="D", markersize=6, markerfacecolor="none", color=edge, clip_on=False
        )
    if row["error"]:
        return
    figure, colour = row["ours"][panel.ours], theme.accent if row["is_trained"] else theme.warning
    axes.plot(_commonest(row, panel), place, marker="|", markersize=13, color=theme.muted, linewidth=0)
    if is_defined(figure.get("low")) and is_defined(figure.get("high")):
        axes.plot([figure["low"], figure["high"]], [place, place], color=colour, linewidth=5, alpha=0.35)
    if is_defined(figure.get("value")):
        axes.plot(figure["value"], place, marker="o", markersize=6, color=colour)


def _commonest(row: Json, panel: _Panel) -> float:
    """What answering the commonest class for every image scores."""
    if panel.ours == "balanced":
        return 1 / int(row["num_classes"])
    return float(row["training"]["majority_share"])


def _note(row: Json) -> str:
    if row["error"]:
        return "failed"
    return ", ".join(
        [*(["LEAKED"] if row["leaked"] else []), *([] if row["is_trained"] else ["not trained"])]
    )
