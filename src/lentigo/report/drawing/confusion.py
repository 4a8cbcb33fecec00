"""A confusion matrix of counts (K, K), rows = truth, in; a picture of counts and row percent out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from lentigo.data.taxonomy import colour_of, full_name
from lentigo.explanation.captions import shorten
from lentigo.report.drawing.figures import SMALL
from lentigo.report.drawing.themes import Theme

CELL_WIDTH, CELL_HEIGHT = 76, 50
LABEL_WIDTH, FRAME_HEIGHT = 190, 84


def confusion_size(num_classes: int) -> tuple[int, int]:
    """Width and height in CSS pixels for K classes."""
    stretch = 1.5 if num_classes < 4 else 1.0
    width = LABEL_WIDTH + round(CELL_WIDTH * stretch) * num_classes
    return width, FRAME_HEIGHT + round(CELL_HEIGHT * stretch) * num_classes


def paint_confusion(
    figure: Figure, theme: Theme, counts: Sequence[Sequence[int]], class_names: Sequence[str]
) -> None:
    """Paint each row in its class's colour, the deeper the larger its share of the row.

    A row without images shows no shares: they are undefined.
    """
    matrix = np.asarray(counts, dtype=np.float64)
    num_classes = len(class_names)
    axes = figure.subplots()
    axes.set_xlim(-0.5, num_classes - 0.5)
    axes.set_ylim(num_classes - 0.5, -0.5)
    for row, name in enumerate(class_names):
        total = matrix[row].sum()
        for column in range(num_classes):
            share = matrix[row, column] / total if total else None
            _paint_cell(
                axes, theme, (row, column), (int(matrix[row, column]), share), theme.shade(colour_of(name))
            )
    _label(axes, theme, class_names)


def _paint_cell(
    axes: Axes, theme: Theme, place: tuple[int, int], figures: tuple[int, float | None], colour: str
) -> None:
    row, column = place
    count, share = figures
    fill = theme.tint(colour, 0.06 + 0.94 * share) if share else theme.line
    opacity = 1.0 if share else 0.35
    axes.add_patch(
        FancyBboxPatch(
            (column - 0.46, row - 0.45), 0.92, 0.9, boxstyle="round,pad=0,rounding_size=0.06",
            facecolor=fill, edgecolor="none", alpha=opacity, mutation_aspect=1.3,
        )
    )  # fmt: skip
    ink = theme.text_on(fill) if share else theme.muted
    weight = "bold" if row == column else "normal"
    if share is None:
        axes.text(column, row, "–", ha="center", va="center", color=theme.muted)
        return
    axes.text(column, row - 0.16, f"{count:,}", ha="center", va="center", color=ink, weight=weight)
    if count:
        axes.text(
            column, row + 0.2, f"{100 * share:.0f} %", ha="center", va="center", color=ink, size=SMALL - 0.6
        )


def _label(axes: Axes, theme: Theme, class_names: Sequence[str]) -> None:
    places = range(len(class_names))
    axes.xaxis.tick_top()
    axes.xaxis.set_label_position("top")
    axes.set_xticks(places, [shorten(name, 10) for name in class_names])
    axes.set_yticks(places, [shorten(full_name(name), 26) for name in class_names])
    axes.tick_params(length=0, pad=6, labelsize=SMALL + 0.4)
    axes.annotate(
        "truth ↓", (0, 1), (-8, 9), xycoords="axes fraction", textcoords="offset points",
        ha="right", color=theme.muted, size=SMALL,
    )  # fmt: skip
    axes.set_xlabel("predicted →", labelpad=8, loc="left")
    for label in axes.get_xticklabels():
        label.set_color(theme.ink)
    for label in axes.get_yticklabels():
        label.set_color(theme.ink)
    axes.spines[:].set_visible(False)
