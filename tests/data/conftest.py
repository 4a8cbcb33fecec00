"""Made manifests and pictures for the tests of this room."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from lentigo.data.manifest import COLUMNS, Manifest
from lentigo.data.taxonomy import order_classes

ManifestMaker = Callable[..., Manifest]


def manifest_table(**columns: list[object]) -> pd.DataFrame:
    """A manifest's table from some of its columns; the rest is unknown."""
    num_rows = len(next(iter(columns.values())))
    table = pd.DataFrame({name: [""] * num_rows for name in COLUMNS})
    table["image_id"] = [f"image-{row:05d}" for row in range(num_rows)]
    table["class"] = ["MEL", "NV"] * (num_rows // 2) + ["MEL"] * (num_rows % 2)
    table["age_years"], table["width"], table["height"] = np.nan, 0, 0
    for name, values in columns.items():
        table[name] = values
    if "path" not in columns:
        table["path"] = table["image_id"] + ".jpg"
    return table


@pytest.fixture(scope="session")
def make_table() -> Callable[..., pd.DataFrame]:
    """Returns a function from columns to a manifest's table."""
    return manifest_table


@pytest.fixture(scope="session")
def make_manifest() -> ManifestMaker:
    """Returns a function from columns to a manifest that was never saved."""

    def make(**columns: list[object]) -> Manifest:
        table = manifest_table(**columns)
        return Manifest(table, Path("images"), order_classes(table["class"]))

    return make


@pytest.fixture(scope="session")
def draw_image() -> Callable[..., None]:
    """Returns a function that writes an image of noise; another seed is another picture."""

    def draw(path: Path, seed: int = 0, width: int = 80, height: int = 72) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        coarse = np.random.default_rng(seed).integers(0, 256, (9, 10, 3), dtype=np.uint8)
        picture = Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)
        picture.save(path, format="PNG" if path.suffix == ".png" else "JPEG")

    return draw
