"""What `evaluation.json` says of lesions with several photographs in; what the section shows out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lentigo.evaluation.metrics import told_figures

Evaluation = Mapping[str, Any]


def lesions_content(evaluation: Evaluation) -> dict[str, Any] | None:
    """A row a figure, of lesions and of their images; None without figures."""
    found = evaluation.get("lesions")
    if not found:
        return None
    images = evaluation["metrics"]
    pairs = zip(told_figures(found["metrics"]), told_figures(images), strict=True)
    rows = [{"title": title, "lesions": figure, "images": beside} for (title, figure), (_, beside) in pairs]
    return {
        "rows": rows,
        "n_lesions": found["n_lesions"],
        "n_several": found["n_several"],
        "views": [f"{number:,} {name}" for name, number in found["views"].items()],
    }
