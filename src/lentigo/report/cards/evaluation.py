"""An entry of `evaluation.json` in, its verdict and main figures out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lentigo.report.cards.frame import framed
from lentigo.report.drawing.numbers import count_text
from lentigo.report.sections.verdict import all_figures, main_figures, verdict


def evaluation_card(evaluation: Mapping[str, Any]) -> str:
    """The verdict strip of the report, and all figures folded below it."""
    counts = (count_text(evaluation[name]) for name in ("n_images", "n_groups"))
    images, groups = counts
    return framed(
        "evaluation.html.j2",
        {
            "title": f"{evaluation['part']}: {images} images in {groups} groups",
            "verdict": verdict(evaluation),
            "main_figures": main_figures(evaluation),
            "all_figures": all_figures(evaluation),
            "is_leaked": bool(evaluation.get("leaked")),
        },
    )
