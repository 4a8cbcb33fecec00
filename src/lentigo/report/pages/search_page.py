"""The record and trials of a search in, `search.html` out: one file that needs nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from lentigo.report.drawing.figures import Picture, draw
from lentigo.report.drawing.html import page_environment, page_style
from lentigo.report.pages import search_pictures as pictures
from lentigo.report.pages.search_pictures import Row
from lentigo.settings.files import write_text
from lentigo.settings.recipe import Gene


@dataclass(frozen=True)
class SearchReport:
    """Everything the page shows."""

    record: Mapping[str, Any]
    """`search.json`."""
    rows: Sequence[Row]
    """The search's trials, see `search_pictures`."""
    genes: Sequence[Gene]
    others: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    """Name -> trials of other searches on the same data."""


def write_search_report(path: Path, report: SearchReport) -> Path:
    """Write the page to `path`, atomically; returns `path`."""
    template = page_environment().get_template("search.html.j2")
    write_text(Path(path), template.render(_context(report)))
    return Path(path)


def _context(report: SearchReport) -> dict[str, Any]:
    record = report.record
    confirmations = record.get("confirmations") or []
    return {
        "record": record,
        "winner": record["winner"],
        "genes": [gene.key for gene in report.genes],
        "rows": sorted(report.rows, key=lambda row: (bool(row["failed"]), -row["fitness"], row["number"])),
        "confirmation": confirmations[-1] if confirmations else None,
        "num_confirmations": len(confirmations),
        "pictures": _pictures(report),
        "parallel": _parallel(report),
        "css": page_style(),
    }


def _pictures(report: SearchReport) -> list[tuple[str, Picture]]:
    """(title, picture), those that have something to show."""
    winner, importance = report.record["winner"]["number"], report.record.get("importance")
    searches = {str(report.record["sampler"]): report.rows, **report.others}
    painter = partial(pictures.paint_best_so_far, searches=searches)
    words = "; ".join(f"{name}: {_last(rows)}" for name, rows in searches.items())
    found = [("Best so far", draw(painter, pictures.BEST_SIZE, f"Best fitness after each trial. {words}"))]
    if any(row["parent"] is not None for row in report.rows):
        painter = partial(pictures.paint_lineage, rows=report.rows, winner=winner)
        words = f"Individuals by generation and fitness, joined to their parents; trial {winner} won"
        found.append(("Lineage", draw(painter, pictures.LINEAGE_SIZE, words)))
    if importance:
        painter = partial(pictures.paint_importance, importance=importance)
        words = ", ".join(f"{key} {value:.2f}" for key, value in importance.items())
        size = pictures.importance_size(len(importance))
        found.append(("Which gene decides", draw(painter, size, f"Importance: {words}")))
    return found


def _parallel(report: SearchReport) -> Picture:
    winner = report.record["winner"]["number"]
    painter = partial(pictures.paint_parallel, rows=report.rows, genes=report.genes, winner=winner)
    words = "Every trial as a line over the genes, ending at its fitness"
    return draw(painter, pictures.PARALLEL_SIZE, words)


def _last(rows: Sequence[Row]) -> str:
    """`0.7900 after 20 trials`."""
    steps = pictures.best_so_far(rows)
    return f"{steps[-1]:.4f} after {len(steps)} trials" if steps else "no trials"
