"""Named differences with intervals in, a picture out: a row each, on a scale that has 0 in its middle.

The name stands above its line, as in `dots`, so that the line has the whole width.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lentigo.explanation.captions import shorten
from lentigo.report.drawing.figures import SMALL
from lentigo.report.drawing.numbers import UNDEFINED, is_defined
from lentigo.report.drawing.themes import Theme

ROW_HEIGHT, FRAME_HEIGHT = 46, 58
NICE_ENDS = (0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0)


@dataclass(frozen=True)
class DifferenceRow:
    """One row of the picture."""

    label: str
    interval: Mapping[str, Any]
    """`value`, `low`, `high` of a difference of two figures between 0 and 1; None is undefined."""
    is_main: bool = False


def differences_height(num_rows: int) -> int:
    """Height in CSS pixels that a picture of so many rows needs."""
    return FRAME_HEIGHT + ROW_HEIGHT * max(1, num_rows)


def signed_text(value: Any, digits: int = 3) -> str:
    """`+0.034`, `-0.010` with a real minus sign, or "undefined"."""
    return f"{value:+.{digits}f}".replace("-", "\u2212") if is_defined(value) else UNDEFINED


def signed_range(interval: Mapping[str, Any], digits: int = 3) -> str:
    """`-0.010 to +0.078`; nothing where it is undefined."""
    low, high = interval.get("low"), interval.get("high")
    if not (is_defined(low) and is_defined(high)):
        return ""
    return f"{signed_text(low, digits)} to {signed_text(high, digits)}"


def scale_end(rows: Sequence[DifferenceRow]) -> float:
    """How far the scale reaches to either side: a round number that holds every interval."""
    ends = [abs(row.interval[key]) for row in rows for key in ("value", "low", "high")
            if is_defined(row.interval.get(key))]  # fmt: skip
    largest = max(ends, default=0.0)
    return next((end for end in NICE_ENDS if largest <= end), 1.0)


def paint_differences(
    figure: Figure, theme: Theme, rows: Sequence[DifferenceRow], names: tuple[str, str]
) -> None:
    """Paint the rows from top to bottom.

    Args:
        figure: empty.
        theme: colours.
        rows: what to show; right of 0 the first model is better.
        names: what to call the first and the second model.
    """
    axes, end = figure.subplots(), scale_end(rows)
    axes.set_xlim(-end, end)
    axes.set_ylim(len(rows) - 0.55, -0.85)
    ticks = [-end, -end / 2, 0, end / 2, end]
    digits = 2 if math.isclose(end / 2, round(end / 2, 2)) else 3
    axes.set_xticks(ticks, [signed_text(tick, digits) if tick else "0" for tick in ticks])
    axes.set_yticks([])
    axes.tick_params(length=0, pad=5)
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.axvline(0, color=theme.ink, linewidth=1.2, zorder=1.5)
    for place, row in enumerate(rows):
        _paint(axes, theme, place, row)
    better = f"\u2190 {shorten(names[1], 28)} better  |  {shorten(names[0], 28)} better \u2192"
    axes.set_xlabel(better, color=theme.muted, size=SMALL)


def _paint(axes: Axes, theme: Theme, place: int, row: DifferenceRow) -> None:
    value, low, high = (row.interval.get(key) for key in ("value", "low", "high"))
    left, right = axes.get_xlim()
    weight, above = ("bold" if row.is_main else "normal"), place - 0.36
    axes.text(left, above, shorten(row.label, 40), va="center", color=theme.ink, weight=weight, size=SMALL)
    told = signed_text(value) + (f" [{interval}]" if (interval := signed_range(row.interval, 2)) else "")
    axes.text(right, above, told, ha="right", va="center", color=theme.ink, weight=weight, size=SMALL)
    axes.plot([left, right], [place, place], color=theme.line, linewidth=1.2, zorder=1)
    is_sure = is_defined(low) and is_defined(high) and low * high > 0
    colour = theme.accent if is_sure else theme.muted
    if is_defined(low) and is_defined(high):
        axes.plot([low, high], [place, place], color=colour, linewidth=6, alpha=0.42, solid_capstyle="butt")
    if is_defined(value):
        axes.plot([value], [place], "o", color=colour, markersize=6.8, mec=theme.paper, mew=1.2, zorder=3)
