"""Pairs of images in, one contact sheet of them side by side as a JPEG file out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from lentigo.explanation.sheet import SheetRow, Tile, contact_sheet, fit
from lentigo.settings.files import write_atomically

KIND_TITLES = {
    "image": "The same image",
    "bytes": "The same bytes",
    "pixels": "The same pixels",
    "near": "Near-duplicates",
    "twin": "Copies by their names",
}
COLUMNS, SIDE, SEAM = 3, 380, 4

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class PairTile:
    """Two images that are one photograph, and what is known of each."""

    first: Pixels
    """uint8 (H, W, 3) of any size, as the second."""
    second: Pixels
    row: Mapping[str, Any]
    """A row of `pairs.csv`."""

    @property
    def is_across(self) -> bool:
        """Whether the images are in two parts."""
        return bool(self.row["part_1"] != self.row["part_2"])

    @property
    def title(self) -> str:
        """Such as `Near-duplicates in two parts`."""
        return KIND_TITLES[self.row["kind"]] + (" in two parts" if self.is_across else "")


def draw_pair_sheet(path: Path, tiles: Sequence[PairTile]) -> Path:
    """Write the sheet, rows by kind in the order given; returns `path`."""
    rows = [
        SheetRow(title, "#b3261e" if group[0].is_across else "#0a6a8c", [_tile(pair) for pair in group])
        for title, group in ((title, list(pairs)) for title, pairs in groupby(tiles, lambda pair: pair.title))
    ]
    sheet = Image.fromarray(contact_sheet(rows, COLUMNS, SIDE, SIDE // 2))
    write_atomically(path, lambda temporary: sheet.save(temporary, "JPEG", quality=88))
    return path


def _tile(pair: PairTile) -> Tile:
    """Both images side by side, each in the middle of a white square."""
    half = (SIDE - SEAM) // 2
    both = Image.new("RGB", (2 * half + SEAM, half), "white")
    for left, pixels in ((0, pair.first), (half + SEAM, pair.second)):
        picture = fit(pixels, half)
        both.paste(picture, (left + (half - picture.width) // 2, (half - picture.height) // 2))
    return Tile(np.asarray(both, dtype=np.uint8), caption(pair.row))


def caption(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Which images, where they are and what they are called, and what makes them differ."""
    sides = [" ".join(filter(None, (row[f"part_{end}"], row[f"class_{end}"]))) for end in "12"]
    lines = [f"{row['image_name_1']} | {row['image_name_2']}", " | ".join(sides) if any(sides) else ""]
    return (*lines, difference(row))


def difference(row: Mapping[str, Any]) -> str:
    """What makes the images differ, in words."""
    if row["kind"] == "near":
        return f"agreement {row['agreement']:.2f}, {row['change'] or 'brightness or encoding'}"
    return {"bytes": "equal files", "pixels": "equal pixels", "twin": "one image by its name"}[row["kind"]]
