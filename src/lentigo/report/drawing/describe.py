"""What a data set holds, as pictures: counts by class and part, and a contact sheet of images by class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray
from PIL import Image

from lentigo.data.taxonomy import colour_of, full_name
from lentigo.explanation.captions import shorten
from lentigo.explanation.sheet import SheetRow, Tile, contact_sheet
from lentigo.report.drawing.figures import SMALL, save_png
from lentigo.report.drawing.themes import Theme
from lentigo.settings.files import write_atomically

Counts = Mapping[str, Mapping[str, int]]
"""part -> class name -> number of images."""

PART_OPACITY = (1.0, 0.62, 0.34)
COUNTS_WIDTH, COUNTS_ROW, COUNTS_FRAME = 760, 36, 62


def counts_size(num_classes: int, width: int = COUNTS_WIDTH) -> tuple[int, int]:
    """Width and height in CSS pixels for K classes."""
    return width, COUNTS_FRAME + COUNTS_ROW * max(1, num_classes)


def paint_counts(figure: Figure, theme: Theme, counts: Counts, class_names: Sequence[str]) -> None:
    """Paint one bar a class, in its colour, divided into the parts: the fainter, the later the part."""
    axes = figure.subplots()
    left = np.zeros(len(class_names))
    for index, (part, by_class) in enumerate(counts.items()):
        widths = np.array([by_class.get(name, 0) for name in class_names], dtype=float)
        opacity = PART_OPACITY[min(index, len(PART_OPACITY) - 1)]
        colours = [(theme.shade(colour_of(name)), opacity) for name in class_names]
        axes.barh(range(len(class_names)), widths, left=left, height=0.62, color=colours, label=part)
        left += widths
    for place, name in enumerate(class_names):
        numbers = " · ".join(f"{by_class.get(name, 0):,}" for by_class in counts.values())
        axes.annotate(
            numbers,
            (left[place], place),
            (7, 0),
            textcoords="offset points",
            va="center",
            color=theme.muted,
            size=SMALL,
        )
    axes.set_yticks(range(len(class_names)), [shorten(full_name(name), 28) for name in class_names])
    axes.set_ylim(len(class_names) - 0.4, -0.6)
    axes.set_xlim(0, max(left.max(initial=0), 1) * 1.32)
    axes.set_xticks([])
    axes.tick_params(length=0, pad=6)
    axes.spines[["bottom", "left"]].set_visible(False)
    for label in axes.get_yticklabels():
        label.set_color(theme.ink)
    axes.set_title(
        "images: " + " · ".join(shorten(part, 20) for part in counts),
        loc="left",
        color=theme.muted,
        size=SMALL,
    )


def draw_class_counts(path: Path, counts: Counts, class_names: Sequence[str]) -> Path:
    """Write the counts of images by class and part as a PNG file; returns its path."""
    return save_png(
        path,
        lambda figure, theme: paint_counts(figure, theme, counts, class_names),
        counts_size(len(class_names)),
    )


def draw_class_sheet(
    path: Path, images: Mapping[str, Sequence[tuple[str, NDArray[np.uint8]]]], columns: int = 6
) -> Path:
    """Write a contact sheet as a PNG file; returns its path.

    Args:
        path: where to.
        images: class name -> (image_id, uint8 (H, W, 3)) pairs, in the order to show.
        columns: images side by side.
    """
    rows = [
        SheetRow(_heading(name), colour_of(name), [Tile(image, (image_id,)) for image_id, image in shown])
        for name, shown in images.items()
    ]
    sheet = Image.fromarray(contact_sheet(rows, columns))
    write_atomically(path, lambda temporary: sheet.save(temporary, "PNG", optimize=True))
    return path


def _heading(name: str) -> str:
    whole = full_name(name)
    return whole if whole == name else f"{whole} ({name})"
