"""The result of an audit and its worst pairs in, `audit.html` out: one file that needs nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lentigo.evaluation.checks.table import CHAPTERS
from lentigo.report.drawing.html import page_environment, page_style
from lentigo.report.drawing.images import jpeg_uri
from lentigo.report.pages.page import TILE_SIDE
from lentigo.report.pages.pair_sheet import KIND_TITLES, PairTile, difference
from lentigo.settings.files import write_text

TONE = {"error": "bad", "warning": "unclear", "notice": "plain"}


@dataclass(frozen=True)
class AuditReport:
    """Everything the page shows."""

    result: Mapping[str, Any]
    """`audit.json`."""
    tiles: Sequence[PairTile] = ()
    """The worst pairs."""
    num_pairs: int = 0
    """Pairs found in all."""


def write_audit_page(path: Path, report: AuditReport) -> Path:
    """Write the page to `path`, atomically; returns `path`."""
    template = page_environment().get_template("audit.html.j2")
    write_text(Path(path), template.render(_context(report)))
    return Path(path)


def _context(report: AuditReport) -> dict[str, Any]:
    result = report.result
    return {
        "result": result,
        "headline": headline(result),
        "tone": {"error": "bad", "warning": "unclear"}.get(result["worst"], "good"),
        "tones": TONE,
        "sections": _sections(result["checks"]),
        "exposed": [entry for entry in result["exposure"] if entry["n_images"]],
        "tiles": [_tile(tile) for tile in report.tiles],
        "has_classes": any(result["class_counts"].values()),
        "num_pairs": report.num_pairs,
        "kinds": KIND_TITLES,
        "css": page_style(),
    }


def _sections(checks: Sequence[Mapping[str, Any]]) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """Title and checks of each letter; an older audit may hold letters that are no chapter any more."""
    found: dict[str, list[Mapping[str, Any]]] = {letter: [] for letter in CHAPTERS}
    for check in checks:
        found.setdefault(check["code"][0], []).append(check)
    return [(CHAPTERS[letter].title if letter in CHAPTERS else letter, own) for letter, own in found.items()]


def headline(result: Mapping[str, Any]) -> str:
    """What the audit says, in one sentence."""
    counts = result["counts"]
    told = [
        f"{counts[name]} {name}{'' if counts[name] == 1 else 's'}"
        for name in ("error", "warning", "notice")
        if counts[name]
    ]
    if not told:
        return f"Nothing found in {counts['passed']} checks"
    return " and ".join([", ".join(told[:-1]), told[-1]]) if len(told) > 1 else told[0]


def _tile(tile: PairTile) -> dict[str, Any]:
    return {
        "row": tile.row,
        "title": tile.title,
        "is_across": tile.is_across,
        "difference": difference(tile.row),
        "first": jpeg_uri(tile.first, TILE_SIDE),
        "second": jpeg_uri(tile.second, TILE_SIDE),
    }
