"""A manifest in; its split, beside it or elsewhere, out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lentigo.data.manifest import load_manifest
from lentigo.data.split import make_split, save_split

FRACTIONS = (0.7, 0.15, 0.15)


def divide(  # noqa: PLR0913 - options of one verb
    manifest: str | Path,
    out: str | Path | None = None,
    *,
    fractions: tuple[float, float, float] = FRACTIONS,
    folds: int = 0,
    seed: int = 0,
    overwrite: bool = False,
) -> dict[str, Any]:
    """Divide images into train, validation and test: stratified by class, groups kept whole.

    Args:
        manifest: `manifest.csv` or its folder.
        out: `split.csv`, or a folder for it; default: beside the manifest.
        fractions: shares of the three parts, which add up to 1.
        folds: number the images outside test into so many.
        seed: the same seed gives the same split.
        overwrite: replace a split that is there.

    Returns:
        path, manifest (path), hash, and the counts of `split.json`.

    Raises:
        SplitError: the images cannot be divided so, or a split is there.
    """
    loaded = load_manifest(manifest)
    path = Path(out) if out else Path(loaded.path or manifest).parent / "split.csv"
    path = path / "split.csv" if path.is_dir() else path
    made = make_split(loaded, fractions=fractions, seed=seed, folds=folds)
    save_split(path, made, overwrite=overwrite)
    return {"path": str(path), "manifest": str(loaded.path), "hash": made.hash, **made.facts}
