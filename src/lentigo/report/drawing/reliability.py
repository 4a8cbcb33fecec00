"""Bins of stated probability in, a reliability picture out: of the images given 80 %, are 80 % so?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lentigo.report.drawing.numbers import is_defined
from lentigo.report.drawing.themes import Theme

Bin = Mapping[str, Any]

RELIABILITY_SIZE = (440, 430)


def paint_reliability(figure: Figure, theme: Theme, bins: Sequence[Bin], labels: tuple[str, str]) -> None:
    """Paint what came true against what was stated, bin by bin, above the number of images in each bin.

    Args:
        figure: empty.
        theme: colours.
        bins: each with `low`, `high`, `confidence` (mean) and `accuracy`, an interval with `n`.
        labels: of the x and of the y axis.
    """
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=[4, 1])
    upper.plot([0, 1], [0, 1], color=theme.muted, linewidth=1.2, linestyle=(0, (3, 3)))
    for row in bins:
        _paint_bin(upper, theme, row)
    upper.set_xlim(0, 1)
    upper.set_ylim(0, 1)
    upper.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0", "0.25", "0.5", "0.75", "1"])
    upper.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "0.25", "0.5", "0.75", "1"])
    upper.set_ylabel(labels[1])
    _paint_counts(lower, theme, bins)
    lower.set_xlabel(labels[0])
    for axes in (upper, lower):
        axes.tick_params(length=0)
        axes.grid(color=theme.line, linewidth=0.8, alpha=0.6)
        axes.set_axisbelow(True)


def _paint_bin(axes: Axes, theme: Theme, row: Bin) -> None:
    figure = row.get("accuracy") or {}
    value, low, high = (figure.get(key) for key in ("value", "low", "high"))
    confidence = row.get("confidence")
    if not (is_defined(value) and is_defined(confidence)):
        return
    if is_defined(low) and is_defined(high):
        ends = [confidence, confidence]
        axes.plot(ends, [low, high], color=theme.accent, linewidth=7, alpha=0.42, solid_capstyle="butt")
    axes.plot(
        [confidence], [value], "o", color=theme.accent, markersize=8, mec=theme.paper, mew=1.2, clip_on=False
    )


def _paint_counts(axes: Axes, theme: Theme, bins: Sequence[Bin]) -> None:
    lows = np.array([row["low"] for row in bins], dtype=float)
    highs = np.array([row["high"] for row in bins], dtype=float)
    counts = [(row.get("accuracy") or {}).get("n") or 0 for row in bins]
    axes.bar(lows + 0.004, counts, highs - lows - 0.008, align="edge", color=theme.accent, alpha=0.55)
    axes.set_ylabel("images")
    axes.locator_params(axis="y", nbins=2, integer=True)
