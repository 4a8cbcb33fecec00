"""The record and history of a run in, its learning curves out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lentigo.report.cards.frame import framed
from lentigo.report.drawing.learning import stage_starts
from lentigo.report.pages.pictures import learning_pictures


def run_card(record: Mapping[str, Any], history: Sequence[Mapping[str, Any]], path: str) -> str:
    """What a run is called, how far it is, and its learning curves."""
    return framed(
        "run.html.j2",
        {
            "name": record.get("name", "run"),
            "status": record.get("status", "not begun"),
            "seconds": record.get("seconds"),
            "history": history,
            "stages": stage_starts(history),
            "path": path,
            "pictures": learning_pictures(history, False),
        },
    )
