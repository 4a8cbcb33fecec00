"""A manifest, perhaps with its split, in; counts and a contact sheet, as pictures, out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lentigo.data.groups import group_ids, largest_group
from lentigo.data.images.pixels import decode
from lentigo.data.manifest import Manifest, load_manifest
from lentigo.data.split import PARTS, Split, load_split
from lentigo.report.drawing.describe import draw_class_counts, draw_class_sheet
from lentigo.settings.errors import ImageError
from lentigo.settings.phases import Phases, Steps, steps_of

SHEET_SIDE = 256


def describe(
    manifest: str | Path,
    split: str | Path | None = None,
    out: str | Path | None = None,
    per_class: int = 6,
    progress: Phases | None = None,
) -> dict[str, Any]:
    """Count images, groups and classes, and draw `class-counts.png` and `class-sheet.png`.

    Args:
        manifest: `manifest.csv` or its folder.
        split: counts are then by part.
        out: folder of the pictures; default: `description` beside the manifest.
        per_class: images a class on the sheet, spread evenly over the manifest.
        progress: called with (phase, done, total).

    Returns:
        n_images, n_groups, largest_group, class_counts (part -> class -> images), known (column -> share of
        images for which it is known), pictures (paths).
    """
    steps_of(progress, "reading the manifest")
    images = load_manifest(manifest)
    folder = Path(out) if out else Path(images.path or manifest).parent / "description"
    counts = _counts(images, load_split(split) if split else None)
    groups = group_ids(images.table)
    name, size = largest_group(groups)
    pictures = [draw_class_counts(folder / "class-counts.png", counts, images.class_names)]
    chosen = _chosen_images(images, per_class, steps_of(progress, "reading images"))
    steps_of(progress, "drawing")
    if any(chosen.values()):
        pictures.append(draw_class_sheet(folder / "class-sheet.png", chosen, columns=per_class))
    return {
        "n_images": len(images.table),
        "n_groups": len(np.unique(groups)),
        "largest_group": {"group": str(name), "n_images": int(size)},
        "class_counts": counts,
        "known": _known(images),
        "pictures": [str(path) for path in pictures],
    }


def _counts(manifest: Manifest, split: Split | None) -> dict[str, dict[str, int]]:
    if split is None:
        return {"all": manifest.class_counts()}
    classes = manifest.table["class"]
    counts = {part: classes.iloc[split.rows(manifest, part)].value_counts() for part in PARTS}
    return {
        part: {name: int(found.get(name, 0)) for name in manifest.class_names}
        for part, found in counts.items()
    }


def _known(manifest: Manifest) -> dict[str, float]:
    table = manifest.table
    columns = ("lesion_id", "patient_id", "duplicate_group", "sex", "site", "licence")
    shares = {name: float((table[name] != "").mean()) for name in columns}
    return {**shares, "age_years": float(table["age_years"].notna().mean())}


def _chosen_images(
    manifest: Manifest, per_class: int, steps: Steps | None
) -> dict[str, list[tuple[str, NDArray[np.uint8]]]]:
    """Images of each class, evenly spread over the manifest; files that cannot be read are passed over."""
    chosen: dict[str, list[tuple[str, NDArray[np.uint8]]]] = {}
    for place, name in enumerate(manifest.class_names):
        if steps:
            steps(place, len(manifest.class_names))
        rows = np.flatnonzero((manifest.table["class"] == name).to_numpy())
        places = np.unique(np.linspace(0, len(rows) - 1, min(per_class, len(rows))).astype(int))
        chosen[name] = [image for row in rows[places] if (image := _image(manifest, int(row)))]
    return chosen


def _image(manifest: Manifest, row: int) -> tuple[str, NDArray[np.uint8]] | None:
    try:
        pixels = decode(manifest.image_path(row), SHEET_SIDE, SHEET_SIDE, "crop")
    except (ImageError, OSError):
        return None
    return str(manifest.table["image_id"].iloc[row]), pixels
