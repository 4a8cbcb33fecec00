"""Points of ROC, precision-recall and reliability curves in, small multiples out: one panel a class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lentigo.explanation.captions import shorten
from lentigo.report.figures import SMALL, Theme
from lentigo.report.numbers import is_defined

COLUMNS = 3
PANEL = 164


@dataclass(frozen=True)
class Panel:
    """One curve: its title, `x` and `y` (None where the curve is undefined), its colour and a note below."""

    title: str
    x: Sequence[float] | None
    y: Sequence[float] | None
    colour: str
    note: str
    chance: float | None = None
    """Height of the line of a model that guesses; None draws the diagonal."""


def panels_size(num_panels: int) -> tuple[int, int]:
    """Width and height in CSS pixels for so many panels."""
    columns = min(COLUMNS, max(1, num_panels))
    return max(2, columns) * PANEL + 26, -(-max(1, num_panels) // columns) * (PANEL + 24) + 20


def paint_panels(figure: Figure, theme: Theme, panels: Sequence[Panel], labels: tuple[str, str]) -> None:
    """Paint each curve in a panel of its own, the others behind it in grey, so that all can be compared.

    Args:
        figure: empty.
        theme: colours.
        panels: left to right, then down.
        labels: of the x and of the y axis.
    """
    columns = min(COLUMNS, max(1, len(panels)))
    rows = -(-max(1, len(panels)) // columns)
    grid = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    for index, axes in enumerate(grid.flat):
        if index >= len(panels):
            axes.set_visible(False)
            continue
        _frame(axes, theme)
        for other in panels:
            if other.x is not None and other.y is not None and other is not panels[index]:
                axes.plot(other.x, other.y, color=theme.line, linewidth=1, zorder=1)
        _paint_panel(axes, theme, panels[index])
        # the last panel of each column carries the ticks, also where the last row is not full
        axes.tick_params(labelbottom=index + columns >= len(panels))
    figure.supxlabel(labels[0], color=theme.muted, size=SMALL)
    figure.supylabel(labels[1], color=theme.muted, size=SMALL)


def _paint_panel(axes: Axes, theme: Theme, panel: Panel) -> None:
    axes.set_title(shorten(panel.title, 22), loc="left", color=theme.ink, size=SMALL, pad=5)
    if panel.chance is None:
        axes.plot([0, 1], [0, 1], color=theme.muted, linewidth=1, linestyle=(0, (2, 3)))
    else:
        axes.axhline(panel.chance, color=theme.muted, linewidth=1, linestyle=(0, (2, 3)))
    if panel.x is not None and panel.y is not None:
        axes.plot(panel.x, panel.y, color=theme.shade(panel.colour), linewidth=2.2, zorder=3, clip_on=False)
    left = panel.chance is not None
    axes.text(
        0.05 if left else 0.96, 0.07, panel.note, transform=axes.transAxes, color=theme.ink, size=SMALL - 0.4,
        ha="left" if left else "right", va="bottom", zorder=4,
        bbox={"facecolor": theme.paper, "edgecolor": "none", "alpha": 0.78, "pad": 1.5},
    )  # fmt: skip


def _frame(axes: Axes, theme: Theme) -> None:
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    axes.set_aspect("equal")
    axes.set_xticks([0, 0.5, 1], ["0", "0.5", "1"])
    axes.set_yticks([0, 0.5, 1], ["0", "0.5", "1"])
    axes.tick_params(length=0, labelsize=SMALL - 0.4)
    axes.grid(color=theme.line, linewidth=0.8, alpha=0.6)
    axes.spines[["left", "bottom"]].set_color(theme.line)


RELIABILITY_SIZE = (500, 500)


def paint_reliability(figure: Figure, theme: Theme, bins: Sequence[Mapping[str, Any]]) -> None:
    """Paint accuracy against stated confidence, bin by bin, above the number of images in each bin.

    Args:
        figure: empty.
        theme: colours.
        bins: each with `low`, `high`, `confidence` (mean) and `accuracy`, an interval with `n`.
    """
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=[4, 1])
    upper.plot([0, 1], [0, 1], color=theme.muted, linewidth=1.2, linestyle=(0, (3, 3)))
    upper.annotate(
        "as good as its word",
        (0.05, 0.075),
        rotation=45,
        rotation_mode="anchor",
        color=theme.muted,
        size=SMALL,
    )
    for row in bins:
        _paint_bin(upper, theme, row)
    upper.set_xlim(0, 1)
    upper.set_ylim(0, 1)
    upper.set_ylabel("share that is right")
    _paint_counts(lower, theme, bins)
    for axes in (upper, lower):
        axes.tick_params(length=0)
        axes.grid(color=theme.line, linewidth=0.8, alpha=0.6)
        axes.set_axisbelow(True)


def _paint_bin(axes: Axes, theme: Theme, row: Mapping[str, Any]) -> None:
    figure = row.get("accuracy") or {}
    value, low, high = (figure.get(key) for key in ("value", "low", "high"))
    confidence = row.get("confidence")
    if not (is_defined(value) and is_defined(confidence)):
        return
    if is_defined(low) and is_defined(high):
        ends = [confidence, confidence]
        axes.plot(ends, [low, high], color=theme.accent, linewidth=5, alpha=0.4, solid_capstyle="round")
    axes.plot(
        [confidence], [value], "o", color=theme.accent, markersize=8, mec=theme.paper, mew=1.2, clip_on=False
    )


def _paint_counts(axes: Axes, theme: Theme, bins: Sequence[Mapping[str, Any]]) -> None:
    lows = np.array([row["low"] for row in bins], dtype=float)
    highs = np.array([row["high"] for row in bins], dtype=float)
    counts = [(row.get("accuracy") or {}).get("n") or 0 for row in bins]
    axes.bar(lows + 0.004, counts, highs - lows - 0.008, align="edge", color=theme.accent, alpha=0.55)
    axes.set_xlabel("confidence: the largest probability")
    axes.set_ylabel("images")
    axes.locator_params(axis="y", nbins=2, integer=True)
