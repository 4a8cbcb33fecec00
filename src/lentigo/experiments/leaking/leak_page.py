"""The facts of the LEAKED/honest pair in; `leak.json`, `leak.csv`, `leak.html`, `leak.png` and text out."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from lentigo.data.tables import write_table
from lentigo.experiments.pages import render
from lentigo.experiments.study.facts import Json
from lentigo.report.drawing.dots import DotRow, dots_height, paint_dots
from lentigo.report.drawing.figures import draw, save_png
from lentigo.report.drawing.numbers import number_text, range_text, value_text
from lentigo.settings.files import write_json, write_text

WIDTH = 640
NOT_TRAINED = (
    "not trained: the network is no better on its training images than the commonest class, so nothing was "
    "memorised and these figures say nothing; train longer, such as with --set stages.0.epochs=60"
)


def write_pair_files(out: Path, facts: Json) -> None:
    """Write what is known of the pair into `out`."""
    write_json(out / "leak.json", facts)
    write_table(out / "leak.csv", pd.DataFrame(csv_rows(facts)))
    write_text(out / "leak.html", pair_page(facts))
    save_png(out / "leak.png", partial(paint_dots, rows=dot_rows(facts)), _size(facts))


def csv_rows(facts: Json) -> list[dict[str, object]]:
    """Rows of `leak.csv`: three figures and the prediction, those from a leak with the mark first."""
    rows: list[dict[str, object]] = []
    for figure in facts["figures"]:
        rows.append(
            {
                "mark": figure["mark"],
                "figure": figure["name"],
                **{
                    f"{name}{suffix}": (figure[name] or {}).get(key)
                    for name in ("balanced", "accuracy")
                    for suffix, key in (("", "value"), ("_low", "low"), ("_high", "high"))
                },
                "n_images": figure["n_images"],
                "n_groups": figure["n_groups"],
                "split_hash": figure["split_hash"],
                "why": figure["why"],
            }
        )
    empty = dict.fromkeys(rows[0])
    expected = {"mark": facts["prediction_mark"], "figure": "prediction", "balanced": facts["prediction"]}
    return [*rows, {**empty, **expected, "why": arithmetic(facts)}]


def arithmetic(facts: Mapping[str, Any]) -> str:
    """The prediction written out: `0.833 x 1.000 + 0.167 x 0.720 = 0.953`."""
    share = facts["share_trained"]
    per_image = next(figure for figure in facts["figures"] if figure["name"] == "per_image")
    return (
        f"{number_text(share)} x {value_text(facts['training_accuracy'])} + "
        f"{number_text(1 - share)} x {value_text(per_image['balanced'])} = {number_text(facts['prediction'])}"
    )


def marked(figure: Mapping[str, Any]) -> str:
    """The title of a figure, after its mark."""
    return f"{figure['mark']} {figure['title']}" if figure["mark"] else f"honest, {figure['title']}"


def pair_text(facts: Json) -> str:
    """The pair in a few lines for people."""
    lines = [f"{facts['recipe']}: accuracy with both classes weighted equally"]
    for figure in facts["figures"]:
        interval = figure["balanced"]
        lines.append(f"{marked(figure):<52} {value_text(interval)} [{range_text(interval)}]")
        if figure["why"]:
            lines.append(f"    {figure['why']}")
    lines.append(f"{facts['prediction_mark']} predicted for the re-split: {arithmetic(facts)}")
    if not facts["is_trained"]:
        lines.append(NOT_TRAINED)
    return "\n".join(lines)


def dot_rows(facts: Json) -> list[DotRow]:
    """Rows of the picture: the three figures, and the prediction without an interval."""
    rows = [
        DotRow(
            marked(figure),
            figure["balanced"],
            None if figure["mark"] else "accent",
            is_main=not figure["mark"],
        )
        for figure in facts["figures"]
    ]
    predicted = {"value": facts["prediction"], "low": None, "high": None}
    return [*rows, DotRow(f"{facts['prediction_mark']} predicted from the share trained on", predicted)]


def pair_page(facts: Json) -> str:
    """The page as text."""
    words = "; ".join(f"{row.label} {value_text(row.interval)}" for row in dot_rows(facts))
    picture = draw(partial(paint_dots, rows=dot_rows(facts)), _size(facts), words)
    figures = [{**figure, "marked": marked(figure)} for figure in facts["figures"]]
    values = {"title": "LEAKED and honest", "facts": facts, "figures": figures, "picture": picture}
    return render("leak.html.j2", {**values, "arithmetic": arithmetic(facts), "not_trained": NOT_TRAINED})


def _size(facts: Json) -> tuple[int, int]:
    return WIDTH, dots_height(len(facts["figures"]) + 1)
