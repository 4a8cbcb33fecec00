"""Points of ROC or precision-recall curves in, small multiples out: one panel a class."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lentigo.explanation.captions import shorten
from lentigo.report.drawing.figures import SMALL
from lentigo.report.drawing.themes import Theme

COLUMNS = 3
PANEL = 142
TITLE_WIDTH = 20
"""Letters on a line above a panel."""


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
    return max(2, columns) * PANEL + 26, -(-max(1, num_panels) // columns) * (PANEL + 30) + 20


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
    axes.set_title(_title(panel), loc="left", color=theme.ink, size=SMALL - 0.4, pad=5)
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


def _title(panel: Panel) -> str:
    """The title on one line, or on two if it is wider than its panel."""
    return "\n".join(textwrap.wrap(shorten(panel.title, 38), TITLE_WIDTH)[:2])


def _frame(axes: Axes, theme: Theme) -> None:
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    axes.set_aspect("equal")
    axes.set_xticks([0, 0.5, 1], ["0", "0.5", "1"])
    axes.set_yticks([0, 0.5, 1], ["0", "0.5", "1"])
    axes.tick_params(length=0, labelsize=SMALL - 0.4)
    axes.grid(color=theme.line, linewidth=0.8, alpha=0.6)
    axes.spines[["left", "bottom"]].set_color(theme.line)
