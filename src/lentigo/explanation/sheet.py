"""Images with captions in, one contact sheet uint8 (H, W, 3) out. Pillow and NumPy only.

Captions are drawn as they are read: no markup, and `visible` shows what would hide or reorder text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from lentigo.explanation.captions import visible

PAPER, INK, MUTED = "#ffffff", "#1c2026", "#66707c"
MARGIN, GAP, TITLE_HEIGHT, LINE_HEIGHT = 28, 12, 44, 20
TITLE_SIZE, CAPTION_SIZE = 22, 14

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Tile:
    """One picture of a sheet: uint8 (H, W, 3) of any size, and lines of text below it."""

    image: Pixels
    caption: tuple[str, ...] = ()


@dataclass(frozen=True)
class SheetRow:
    """Tiles under one heading, with the colour of the class (`#rrggbb`) as a bar beside it."""

    title: str
    colour: str = MUTED
    tiles: Sequence[Tile] = field(default_factory=tuple)


def contact_sheet(
    rows: Sequence[SheetRow], columns: int = 6, side: int = 176, height: int | None = None
) -> Pixels:
    """Draw rows of captioned tiles; a row with more tiles than columns goes on below.

    Args:
        rows: top to bottom; may be empty, as may any row's tiles.
        columns: tiles side by side.
        side: width of a tile, pixels; an image is fitted into the tile whole.
        height: of a tile, pixels, at most `side`; default: `side`.

    Returns:
        uint8 (H, W, 3).
    """
    num_lines = max((len(tile.caption) for row in rows for tile in row.tiles), default=0)
    tile_height = side if height is None else height
    pitch = tile_height + GAP + num_lines * LINE_HEIGHT
    heights = [TITLE_HEIGHT + pitch * -(-len(row.tiles) // columns) + GAP for row in rows]
    width = 2 * MARGIN + columns * side + (columns - 1) * GAP
    canvas = Image.new("RGB", (width, 2 * MARGIN + sum(heights)), PAPER)
    top = MARGIN
    for row, row_height in zip(rows, heights, strict=True):
        _draw_title(canvas, row, top)
        for index, tile in enumerate(row.tiles):
            left = MARGIN + (index % columns) * (side + GAP)
            corner = (left, top + TITLE_HEIGHT + (index // columns) * pitch)
            _draw_tile(canvas, tile, corner, (side, tile_height))
        top += row_height
    return np.asarray(canvas, dtype=np.uint8)


def fit(image: Pixels, side: int) -> Image.Image:
    """The image (H, W, 3) scaled so that its longer side is `side` pixels, whole and undistorted."""
    picture = Image.fromarray(np.ascontiguousarray(image))
    scale = side / max(picture.size)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    return picture.resize(size, Image.Resampling.LANCZOS)


def _draw_title(canvas: Image.Image, row: SheetRow, top: int) -> None:
    draw = ImageDraw.Draw(canvas)
    draw.rounded_rectangle((MARGIN, top + 4, MARGIN + 7, top + 28), radius=3, fill=row.colour)
    title = _clipped(visible(row.title), TITLE_SIZE, canvas.width - 2 * MARGIN - 18)
    draw.text((MARGIN + 18, top + 16), title, fill=INK, font=_font(TITLE_SIZE), anchor="lm")


def _draw_tile(canvas: Image.Image, tile: Tile, corner: tuple[int, int], size: tuple[int, int]) -> None:
    (left, top), (side, height) = corner, size
    tall, wide = tile.image.shape[:2]
    picture = fit(tile.image, min(side, round(height * max(1, wide / tall))))
    canvas.paste(picture, (left + (side - picture.width) // 2, top + (height - picture.height) // 2))
    draw = ImageDraw.Draw(canvas)
    for line, text in enumerate(tile.caption):
        place = (left, top + height + 6 + line * LINE_HEIGHT)
        shown = _clipped(visible(text), CAPTION_SIZE, side)
        draw.text(place, shown, fill=INK if line == 0 else MUTED, font=_font(CAPTION_SIZE))


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _clipped(text: str, size: int, width: int) -> str:
    """Cut text to `width` pixels; the end goes, marked by three dots."""
    font = _font(size)
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(text + "...") > width:
        text = text[:-1]
    return text + "..."
