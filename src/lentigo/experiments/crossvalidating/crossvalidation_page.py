"""The figures of a cross-validation in; `crossvalidation.html`, `.png`, `folds.csv` and text out."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import pandas as pd

from lentigo.data.tables import write_table
from lentigo.evaluation.ensembles.folds import FIGURES
from lentigo.evaluation.metrics import metric_title
from lentigo.experiments.pages import render
from lentigo.report.drawing.dots import DotRow, dots_height, paint_dots
from lentigo.report.drawing.figures import Picture, draw, save_png
from lentigo.report.drawing.numbers import number_text, range_text, value_text
from lentigo.settings.files import write_text
from lentigo.settings.run import RunDirectory

WIDTH = 640


def write_folds(directory: RunDirectory, result: Mapping[str, Any]) -> None:
    """Write what is known of the folds into the directory of a cross-validation."""
    write_table(directory.path / "folds.csv", pd.DataFrame(csv_rows(result)))
    write_text(directory.path / "crossvalidation.html", folds_page(directory.record(), result))
    rows = dot_rows(result, FIGURES[0])
    painter = partial(paint_dots, rows=rows)
    size = (WIDTH, dots_height(len(rows)))
    save_png(directory.path / "crossvalidation.png", painter, size, bool(result["leaked"]))


def pooled(result: Mapping[str, Any]) -> dict[str, Any]:
    """The figures of all out-of-fold answers together, by the names of `FIGURES`."""
    binary = result["malignant_vs_benign"]
    metrics = result["metrics"]
    return {
        "balanced_accuracy": metrics["balanced_accuracy"],
        "accuracy": metrics["accuracy"],
        "malignant_roc_auc": binary and binary["metrics"]["roc_auc"],
    }


def csv_rows(result: Mapping[str, Any]) -> list[dict[str, object]]:
    """Rows of `folds.csv`: one a fold, then all together; a leak is said in a column of its own."""
    counts = {"n_images": result["n_images"], "n_groups": result["n_groups"]}
    rows = [*result["folds"], {"fold": "all", **counts, **pooled(result)}]
    return [
        {
            "mark": "LEAKED" if result["leaked"] else "",
            **{name: row[name] for name in ("fold", "n_images", "n_groups")},
            **{
                f"{figure}{suffix}": (row[figure] or {}).get(key)
                for figure in FIGURES
                for suffix, key in (("", "value"), ("_low", "low"), ("_high", "high"))
            },
        }
        for row in rows
    ]


def dot_rows(result: Mapping[str, Any], figure: str) -> list[DotRow]:
    """All out-of-fold answers, then each fold."""
    mark = "LEAKED " if result["leaked"] else ""
    whole = DotRow(f"{mark}all out-of-fold answers", pooled(result)[figure], "accent", is_main=True)
    folds = [DotRow(f"{mark}fold {row['fold']}", row[figure]) for row in result["folds"]]
    return [whole, *folds]


def folds_text(result: Mapping[str, Any]) -> str:
    """The cross-validation in a few lines for people."""
    mark = "LEAKED " if result["leaked"] else ""
    lines = [
        f"{mark}out-of-fold: {result['n_images']} images, {result['n_groups']} groups, "
        f"{len(result['folds'])} folds, split {result['split_hash'][:12]}"
    ]
    for figure in FIGURES:
        whole, spread = pooled(result)[figure], result["spread"][figure]
        folds = (
            f"folds {number_text(spread['least'])} to {number_text(spread['largest'])}, mean "
            f"{number_text(spread['mean'])}, standard deviation {number_text(spread['standard_deviation'])}"
        )
        told = f"{value_text(whole)} [{range_text(whole) or 'undefined'}]"
        lines.append(f"{mark}{metric_title(figure):<20}{told:<26}  {folds}")
    return "\n".join(lines)


def folds_page(record: Mapping[str, Any], result: Mapping[str, Any]) -> str:
    """The page as text."""
    pictures = [
        (metric_title(figure), _picture(result, figure)) for figure in FIGURES if pooled(result)[figure]
    ]
    values = {
        "title": record["name"],
        "record": record,
        "result": result,
        "figures": [(figure, metric_title(figure)) for figure in FIGURES],
        "pooled": pooled(result),
        "pictures": pictures,
    }
    return render("crossvalidation.html.j2", values)


def _picture(result: Mapping[str, Any], figure: str) -> Picture:
    rows = dot_rows(result, figure)
    words = "; ".join(f"{row.label} {value_text(row.interval)}" for row in rows)
    size = (WIDTH, dots_height(len(rows)))
    return draw(
        partial(paint_dots, rows=rows), size, f"{metric_title(figure)}: {words}", bool(result["leaked"])
    )
