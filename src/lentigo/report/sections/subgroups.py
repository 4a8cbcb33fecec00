"""The JSON of one part in; pictures and rows of its subgroups, and of its probes for shortcuts, out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from lentigo.report.drawing.dots import DotRow, dots_height, paint_dots
from lentigo.report.drawing.figures import Picture, draw
from lentigo.report.drawing.numbers import value_text

Evaluation = Mapping[str, Any]

WIDTH = 440
SUBGROUP_TITLES = {
    "malignant_roc_auc": "Malignant versus benign, ROC AUC",
    "balanced_accuracy": "Balanced accuracy",
    "sensitivity": "Sensitivity for malignant",
    "specificity": "Specificity",
}
PROBES = {
    "metadata": "age, sex and site alone",
    "origin": "source, size and missing metadata alone",
    "border": "colours of the border alone",
}
NETWORK = {"border_only": "this model, on the border alone", "centre_only": "this model, without the border"}


def subgroup_content(evaluation: Evaluation) -> dict[str, Any] | None:
    """Of every attribute its title, a picture and its rows; None where no subgroups were measured."""
    found = evaluation.get("subgroups")
    if not found:
        return None
    metric = _main_metric(found)
    attributes = [
        {
            "title": found["titles"].get(name, name),
            "picture": _subgroup_picture(name, rows, metric, bool(evaluation.get("leaked"))),
            "rows": rows,
        }
        for name, rows in found["attributes"].items()
    ]
    shown = {key: title for key, title in SUBGROUP_TITLES.items() if _has(found, key)}
    return {
        "attributes": attributes,
        "metric": SUBGROUP_TITLES[metric],
        "metrics": shown,
        "smallest": found["smallest"],
        "num_gaps": found["num_gaps"],
        "beyond": found["num_gaps_beyond_chance"],
    }


def _main_metric(found: Mapping[str, Any]) -> str:
    return next(metric for metric in SUBGROUP_TITLES if _has(found, metric))


def _has(found: Mapping[str, Any], metric: str) -> bool:
    return any(metric in row["figures"] for rows in found["attributes"].values() for row in rows)


def _subgroup_picture(name: str, rows: Sequence[Mapping[str, Any]], metric: str, leaked: bool) -> Picture:
    dots = [
        DotRow(_label(row), row["figures"].get(metric), None if row["is_small"] else "accent") for row in rows
    ]
    words = "; ".join(f"{dot.label} {value_text(dot.interval)}" for dot in dots)
    painter = partial(paint_dots, rows=dots)
    return draw(painter, (WIDTH, dots_height(len(dots))), f"{metric} by {name}: {words}", leaked)


def _label(row: Mapping[str, Any]) -> str:
    few = ", too few to say" if row["is_small"] else ""
    return f"{row['name']}, {row['n']:,} images{few}"


def shortcut_content(evaluation: Evaluation) -> dict[str, Any] | None:
    """Pictures of the probes and of leaving one source out; None where nothing was probed."""
    found = evaluation.get("shortcuts")
    if not found:
        return None
    leaked = bool(evaluation.get("leaked"))
    rows = [DotRow("this model", found["model"], "accent", is_main=True)]
    rows += [
        DotRow(title, found["network"][key]["balanced_accuracy"], "accent") for key, title in NETWORK.items()
    ]
    rows += [DotRow(title, found["probes"][key]) for key, title in PROBES.items()]
    return {
        "probes": _dots_picture(rows, leaked, (found["chance"], "chance"), "what does without the lesion"),
        "sources": _sources_picture(found["sources"], leaked) if found["sources"] else None,
        "source_rows": found["sources"],
    }


def _sources_picture(sources: Sequence[Mapping[str, Any]], leaked: bool) -> Picture:
    rows = []
    for one in sources:
        name = f"{one['source'] or 'unknown'}, {one['n']:,} images, {one['classes']} classes"
        rows.append(DotRow(f"{name}: trained with it", one["with_it"], "accent"))
        rows.append(DotRow("trained without it", one["without_it"]))
    return _dots_picture(rows, leaked, None, "images of one source, trained with and without that source")


def _dots_picture(
    rows: Sequence[DotRow], leaked: bool, reference: tuple[float, str] | None, about: str
) -> Picture:
    words = "; ".join(f"{row.label} {value_text(row.interval)}" for row in rows)
    painter = partial(paint_dots, rows=rows, reference=reference)
    return draw(painter, (WIDTH, dots_height(len(rows))), f"balanced accuracy, {about}: {words}", leaked)
