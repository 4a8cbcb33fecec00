"""A learning curve in one line of text, for the end of a training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

BARS = "▁▂▃▄▅▆▇█"
MOST = 60
"""Epochs shown; of more, every second, third ... one."""
CURVES = (
    ("loss", "training loss"),
    ("val_loss", "validation loss"),
    ("val_balanced_accuracy", "balanced accuracy"),
)


def learning_curves(history: Sequence[dict[str, Any]]) -> str:
    """Rows of `history.jsonl` as lines: `validation loss  █▅▂▁  1.902 -> 0.871, best 0.871 at epoch 4`.

    A curve that was not measured in every epoch is left out, as is everything of a single epoch.
    """
    if len(history) < 2:
        return ""
    columns: dict[str, list[Any]] = {title: [row.get(name) for row in history] for name, title in CURVES}
    widest = max(map(len, columns))
    return "\n".join(
        f"{title:<{widest}}  {_line(values, min if 'loss' in title else max)}"
        for title, values in columns.items()
        if all(value is not None for value in values)
    )


def _line(values: Sequence[float], best_of: Any) -> str:
    best = best_of(values)
    ends = f"{values[0]:.3f} -> {values[-1]:.3f}"
    return f"{bars(values)}  {ends}, best {best:.3f} at epoch {list(values).index(best) + 1}"


def bars(values: Sequence[float]) -> str:
    """Each value as a bar, the smallest as the lowest one and the largest as the highest."""
    shown = values[:: -(-len(values) // MOST)]
    low, span = min(shown), max(shown) - min(shown)
    return "".join(BARS[round((value - low) / span * 7) if span else 0] for value in shown)
