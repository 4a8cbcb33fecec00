"""Named figures with intervals in, a dot-and-interval picture out: a row each, always on the scale 0 to 1.

The name stands above its line, not beside it, so the line has the whole width, on a phone too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lentigo.explanation.captions import shorten
from lentigo.report.drawing.figures import BODY, SMALL
from lentigo.report.drawing.numbers import is_defined, range_text, value_text
from lentigo.report.drawing.themes import Theme

ROW_HEIGHT, FRAME_HEIGHT = 50, 34


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
    axes.set_ylim(len(rows) - 0.6, -0.75)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "0.25", "0.5", "0.75", "1"])
    axes.set_yticks([])
    axes.tick_params(length=0, pad=5)
    axes.spines[["left", "bottom"]].set_visible(False)
    for place, row in enumerate(rows):
        _write(axes, theme, place, row)
        _paint(axes, theme, place, row)
    if reference is not None:
        _mark(axes, theme, len(rows), reference)


def _write(axes: Axes, theme: Theme, place: int, row: DotRow) -> None:
    """Name at the left, figure and interval at the right, above the line."""
    ink, weight = (theme.ink, "bold") if row.is_main else (theme.ink, "normal")
    above, beside = place - 0.35, _ends(row.interval)
    axes.text(0, above, shorten(row.label, 48), va="center", color=ink, weight=weight, size=SMALL)
    axes.annotate(
        value_text(row.interval), (1, above), (-66 if beside else 0, 0),
        textcoords="offset points", ha="right", va="center", color=ink, weight=weight, size=BODY,
    )  # fmt: skip
    axes.text(1, above, beside, ha="right", va="center", color=theme.muted, size=SMALL)


def _ends(interval: Mapping[str, Any] | None) -> str:
    """`0.70 to 0.78`, in words that fit the room there is; nothing where the figure is undefined."""
    ends = [(interval or {}).get(key) for key in ("low", "high")]
    is_bare = is_defined((interval or {}).get("value")) and not all(map(is_defined, ends))
    return "no interval" if is_bare else range_text(interval, 2)


def _paint(axes: Axes, theme: Theme, place: int, row: DotRow) -> None:
    """The line from 0 to 1, the interval on it, the dot on that."""
    interval = row.interval or {}
    value, low, high = (interval.get(key) for key in ("value", "low", "high"))
    colour = theme.shade(row.colour) if row.colour else theme.muted
    axes.plot([0, 1], [place, place], color=theme.line, linewidth=1.2, solid_capstyle="butt", zorder=1)
    for end in (0, 0.25, 0.5, 0.75, 1):
        axes.plot([end, end], [place - 0.06, place + 0.06], color=theme.line, linewidth=1.2, zorder=1)
    if is_defined(low) and is_defined(high):
        axes.plot(
            [low, high],
            [place, place],
            color=colour,
            linewidth=6,
            alpha=0.42,
            solid_capstyle="butt",
            zorder=2,
        )
    if is_defined(value):
        axes.plot(
            [value],
            [place],
            "o",
            color=colour,
            markersize=6.8,
            mec=theme.paper,
            mew=1.2,
            clip_on=False,
            zorder=3,
        )


def _mark(axes: Axes, theme: Theme, num_rows: int, reference: tuple[float, str]) -> None:
    """A dashed tick on every line, named below the last one."""
    value, name = reference
    for place in range(num_rows):
        axes.plot(
            [value, value], [place - 0.11, place + 0.11], color=theme.ink, linewidth=1.4,
            linestyle=(0, (2, 1.5)), zorder=2.5,
        )  # fmt: skip
    axes.annotate(
        name, (value, num_rows - 0.78), (0, -2), textcoords="offset points", ha="center", va="top",
        color=theme.muted, size=SMALL - 0.6,
    )  # fmt: skip
