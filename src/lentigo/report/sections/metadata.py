"""What `evaluation.json` says of answers with and without metadata in; what the section shows out."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from lentigo.data.taxonomy import full_name
from lentigo.evaluation.metrics import metric_title
from lentigo.report.drawing.differences import (
    DifferenceRow,
    differences_height,
    paint_differences,
    signed_range,
    signed_text,
)
from lentigo.report.drawing.figures import Picture, draw
from lentigo.report.drawing.numbers import is_defined

Evaluation = Mapping[str, Any]

WIDTH = 640
MAIN = ("balanced_accuracy", "accuracy", "macro_f1", "malignant_roc_auc")
"""Between 0 and 1, more being better, so that they stand in one picture with the classes."""
NAMES = ("with metadata", "image alone")


def metadata_content(evaluation: Evaluation) -> dict[str, Any] | None:
    """The picture, the rows of the table, and how many classes surely gain and lose; None without figures."""
    found = evaluation.get("metadata")
    if not found:
        return None
    rows = [*_rows(found["figures"], is_main=True), *_rows(found["recall"], is_main=False)]
    sure = [row for row in rows if not row["is_main"] and row["is_sure"]]
    return {
        "picture": _picture(rows, bool(evaluation.get("leaked"))),
        "rows": rows,
        "agreement": found["agreement"],
        "gaining": [row["title"] for row in sure if row["figure"]["difference"]["value"] > 0],
        "losing": [row["title"] for row in sure if row["figure"]["difference"]["value"] < 0],
    }


def _rows(figures: Mapping[str, Any], is_main: bool) -> list[dict[str, Any]]:
    return [
        {
            "title": metric_title(name) if is_main else full_name(name),
            "is_main": is_main,
            "is_drawn": not is_main or name in MAIN,
            "is_sure": _is_sure(figure["difference"]),
            "figure": figure,
            "difference": signed_text(figure["difference"]["value"]),
            "range": signed_range(figure["difference"], 2),
        }
        for name, figure in figures.items()
    ]


def _is_sure(difference: Mapping[str, Any]) -> bool:
    low, high = difference.get("low"), difference.get("high")
    return is_defined(low) and is_defined(high) and low * high > 0


def _picture(rows: list[dict[str, Any]], leaked: bool) -> Picture:
    drawn = [
        DifferenceRow(
            row["title"] if row["is_main"] else f"recall of {row['title']}",
            row["figure"]["difference"],
            is_main=row["is_main"],
        )
        for row in rows
        if row["is_drawn"]
    ]
    words = "; ".join(f"{row.label} {signed_text(row.interval['value'])}" for row in drawn)
    painter = partial(paint_differences, rows=drawn, names=NAMES)
    size = (WIDTH, differences_height(len(drawn)))
    return draw(painter, size, f"with metadata less the image alone: {words}", leaked)
