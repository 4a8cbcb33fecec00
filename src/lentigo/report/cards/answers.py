"""Answers and their images in, one picture with bars of the probable classes for each out.

For a base install: no picture of matplotlib is needed here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lentigo.report.cards.frame import framed
from lentigo.report.drawing.images import jpeg_uri
from lentigo.report.drawing.numbers import percent_text

MOST_SHOWN = 12
MOST_BARS = 4
SIDE = 224

Row = Mapping[str, Any]


@dataclass(frozen=True)
class ShownAnswer:
    """One answer, as `Prediction.row` gives it."""

    row: Row
    class_names: Sequence[str]
    picture: NDArray[np.uint8] | None
    """(H, W, 3); None where the image cannot be shown."""


def answers_card(answers: Sequence[ShownAnswer], num_more: int = 0) -> str:
    """Pictures with bars; of more answers than these only the number is told."""
    return framed("answers.html.j2", {"answers": [_shown(one) for one in answers], "num_more": num_more})


def _shown(answer: ShownAnswer) -> dict[str, Any]:
    row = answer.row
    shares = [(name, float(row[name])) for name in answer.class_names if row.get(name) is not None]
    return {
        "picture": None if answer.picture is None else jpeg_uri(answer.picture, SIDE),
        "name": Path(row["image"]).name or "an image in memory",
        "error": row["error"],
        "reason": row["abstain_reason"] or "",
        "bars": sorted(shares, key=lambda share: -share[1])[:MOST_BARS],
        "facts": list(_facts(row)),
    }


def _facts(row: Row) -> list[str]:
    """What stands below the bars."""
    facts = []
    if row.get("malignant_probability") is not None:
        facts.append(f"malignant classes together {percent_text(row['malignant_probability'])}")
    if row.get("malignant_at_operating_point") is not None:
        side = "malignant" if row["malignant_at_operating_point"] else "benign"
        facts.append(f"called {side} at the operating point ({row['operating_point']})")
    if row.get("prediction_set"):
        facts.append(f"set: {', '.join(row['prediction_set'])}")
    if row.get("seen_in_training"):
        facts.append("this very file was trained on")
    return facts
