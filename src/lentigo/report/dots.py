"""Named figures with intervals in, a dot-and-interval picture out: a row each, always on the scale 0 to 1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lentigo.explanation.captions import shorten
from lentigo.report.figures import SMALL, Theme
from lentigo.report.numbers import is_defined, range_text, value_text

ROW_HEIGHT, FRAME_HEIGHT = 34, 54


@dataclass(frozen=True)
class DotRow:
    """One row of the picture."""

    label: str
    interval: Mapping[str, Any] | None
    """`value`, `low`, `high`; None is undefined."""
    colour: str | None = None
    """A colour that `Theme.shade` takes; None is muted."""
    is_main: bool = False


def dots_height(num_rows: int) -> int:
    """Height in CSS pixels that a picture of so many rows needs."""
    return FRAME_HEIGHT + ROW_HEIGHT * max(1, num_rows)


def paint_dots(
    figure: Figure, theme: Theme, rows: Sequence[DotRow], reference: tuple[float, str] | None = None
) -> None:
    """Paint the rows from top to bottom.

    Args:
        figure: empty.
        theme: colours.
        rows: what to show; an undefined figure is written out in its row and gets no dot.
        reference: a value marked by a dashed line, and its name ("chance").
    """
    axes = figure.subplots()
    axes.set_xlim(0, 1)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "0.25", "0.5", "0.75", "1"])
    axes.set_yticks(range(len(rows)), [shorten(row.label, 30) for row in rows])
    axes.tick_params(length=0, pad=6)
    axes.grid(axis="x", color=theme.line, linewidth=1)
    axes.set_axisbelow(True)
    axes.spines[["left", "bottom"]].set_visible(False)
    if reference is not None:
        _mark(axes, theme, *reference)
    for place, row in enumerate(rows):
        _paint_row(axes, theme, place, row)
        if row.is_main:
            axes.get_yticklabels()[place].set(color=theme.ink, weight="bold")


def _paint_row(axes: Axes, theme: Theme, place: int, row: DotRow) -> None:
    interval = row.interval or {}
    value, low, high = (interval.get(key) for key in ("value", "low", "high"))
    colour = theme.shade(row.colour) if row.colour else theme.muted
    if is_defined(low) and is_defined(high):
        axes.plot([low, high], [place, place], color=colour, linewidth=5, alpha=0.45, solid_capstyle="round")
    if is_defined(value):
        size = 9.5 if row.is_main else 8
        axes.plot(
            [value], [place], "o", color=colour, markersize=size, mec=theme.paper, mew=1.2, clip_on=False
        )
    axes.annotate(
        value_text(row.interval), (1, place), (12, 0), xycoords=("axes fraction", "data"),
        textcoords="offset points", va="center", color=theme.ink if row.is_main else theme.muted,
        weight="bold" if row.is_main else "normal", annotation_clip=False,
    )  # fmt: skip
    axes.annotate(
        range_text(row.interval), (1, place), (46, 0), xycoords=("axes fraction", "data"),
        textcoords="offset points", va="center", color=theme.muted, size=SMALL, annotation_clip=False,
    )  # fmt: skip


def _mark(axes: Axes, theme: Theme, value: float, name: str) -> None:
    axes.axvline(value, color=theme.muted, linewidth=1.2, linestyle=(0, (3, 3)), zorder=1)
    axes.annotate(
        name, (value, 1), (0, 4), xycoords=("data", "axes fraction"), textcoords="offset points",
        ha="center", color=theme.muted, size=SMALL,
    )  # fmt: skip
