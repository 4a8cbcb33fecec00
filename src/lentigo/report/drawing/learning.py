"""The rows of a history in, one learning curve out: training against validation, stages marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from lentigo.report.drawing.figures import SMALL
from lentigo.report.drawing.numbers import is_defined
from lentigo.report.drawing.themes import Theme

LEARNING_SIZE = (360, 270)

Row = Mapping[str, Any]


def stage_starts(history: Sequence[Row]) -> list[tuple[int, str]]:
    """Where each stage begins: (number of its first epoch, counted from 1 over all stages; its name)."""
    starts = [(1, _stage_name(history[0]))] if history else []
    for number, (before, row) in enumerate(pairwise(history), start=2):
        if row.get("stage") != before.get("stage"):
            starts.append((number, _stage_name(row)))
    return starts


def paint_learning(figure: Figure, theme: Theme, history: Sequence[Row], name: str) -> None:
    """Paint one figure over the epochs.

    Args:
        figure: empty.
        theme: colours.
        history: one row an epoch, in order; figures that are None leave a gap.
        name: key of the training figure; the validation one is `val_` and the same.
    """
    axes = figure.subplots()
    epochs = np.arange(1, len(history) + 1)
    lines = (("training", name, theme.muted, 1.6), ("validation", f"val_{name}", theme.accent, 2.4))
    for label, key, colour, width in lines:
        values = _series(history, key)
        marker = "o" if len(history) < 16 else ""
        axes.plot(epochs, values, marker=marker, markersize=4, color=colour, linewidth=width, label=label)
    if name != "loss":
        axes.set_ylim(0, 1)
    axes.set_xlim(0.5, max(len(history), 1) + 0.5)
    axes.locator_params(axis="x", integer=True)
    axes.set_xlabel("epoch")
    axes.grid(axis="y", color=theme.line, linewidth=0.8)
    axes.tick_params(length=0)
    _mark_stages(axes, theme, stage_starts(history))
    axes.legend(
        loc="lower left",
        bbox_to_anchor=(0, 1.1),
        ncols=2,
        labelcolor="linecolor",
        borderaxespad=0,
        handlelength=1.4,
    )


def _series(history: Sequence[Row], key: str) -> NDArray[np.float64]:
    return np.array([row[key] if is_defined(row.get(key)) else np.nan for row in history], dtype=np.float64)


def _stage_name(row: Row) -> str:
    return str(row.get("stage_name") or row.get("stage") or "")


def _mark_stages(axes: Axes, theme: Theme, starts: Sequence[tuple[int, str]]) -> None:
    """Number the stages at the top; their names are in the caption, where there is room for them."""
    if len(starts) < 2:
        return
    for number, (epoch, _) in enumerate(starts, start=1):
        if number > 1:
            axes.axvline(epoch - 0.5, color=theme.muted, linewidth=1, linestyle=(0, (2, 3)))
        axes.annotate(
            f"stage {number}" if number == 1 else str(number), (epoch - 0.5, 1), (4, 4),
            xycoords=("data", "axes fraction"), textcoords="offset points",
            color=theme.muted, size=SMALL - 0.4,
        )  # fmt: skip
