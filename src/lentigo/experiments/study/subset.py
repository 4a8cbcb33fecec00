"""A manifest, its split and limits in; a smaller manifest and split in a folder of their own out.

Images are left out of train and validation only, every class in proportion; groups keep their names and their
side. The test part is never touched, so that figures of different scales are of the same images.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lentigo.data.manifest import Manifest, load_manifest, replace_manifest
from lentigo.data.split import PARTS, Split, content_hash, load_split, save_split
from lentigo.experiments.study.scales import Limits


def limited(
    manifest: Manifest, split: Split, limits: Limits, folder: Path, seed: int = 0
) -> tuple[Manifest, Split]:
    """At most `limits` images of train and validation, and all of test; what is in `folder` already is taken.

    Args:
        manifest: the images.
        split: their parts.
        limits: how many to keep; without effect, manifest and split are returned as they are.
        folder: for the smaller manifest and its split, one a set of limits; image files stay where they are.
        seed: another seed keeps others.
    """
    kept = np.sort(np.concatenate([_kept(manifest, split, part, (limits, seed)) for part in PARTS]))
    if len(kept) == len(manifest.table):
        return manifest, split
    place = folder / f"train-{limits.train or 'all'}-validation-{limits.validation or 'all'}"
    facts = {"source": "subset", "of": {"manifest_sha256": manifest.sha256, "split_hash": split.hash}}
    table = manifest.table.iloc[kept]
    replace_manifest(place, table, manifest.image_root.resolve(), manifest.class_names, facts)
    rows = split.table[split.table["image_id"].isin(table["image_id"])].reset_index(drop=True)
    smaller = Split(rows, content_hash(rows), {**split.facts, **facts["of"], **_counts(rows)})  # type: ignore[dict-item]
    save_split(place / "split.csv", smaller, overwrite=True)
    return load_manifest(place.resolve()), load_split(place / "split.csv")


def stratified(labels: NDArray[np.object_], count: int, seed: int) -> NDArray[np.int64]:
    """Choose `count` of N images so that every class (N,) keeps its share, one image at least; ascending.

    Images of a class are chosen at random by the seed. With more classes than `count`, one a class.
    """
    names, sizes = np.unique(labels.astype(str), return_counts=True)
    exact = sizes * count / sizes.sum()
    numbers = np.maximum(np.floor(exact), 1).astype(np.int64)
    for index in np.argsort(np.floor(exact) - exact, kind="stable")[: max(0, count - int(numbers.sum()))]:
        numbers[index] += 1
    generator = np.random.default_rng([seed, count])
    chosen = [
        generator.permutation(np.flatnonzero(labels.astype(str) == name))[:number]
        for name, number in zip(names, numbers, strict=True)
    ]
    return np.sort(np.concatenate(chosen)).astype(np.int64)


def _kept(manifest: Manifest, split: Split, part: str, how: tuple[Limits, int]) -> NDArray[np.int64]:
    """Rows of the manifest that are kept of one part."""
    limits, seed = how
    rows = split.rows(manifest, part)
    most = {"train": limits.train, "validation": limits.validation, "test": 0}[part]
    if not most or len(rows) <= most:
        return rows
    return rows[stratified(manifest.labels()[rows], most, seed)]


def _counts(table: object) -> dict[str, object]:
    """Images and groups of each part, as `split.json` says them."""
    import pandas as pd

    assert isinstance(table, pd.DataFrame)
    parts = {part: table[table["part"] == part] for part in PARTS}
    return {
        "num_images": {part: len(rows) for part, rows in parts.items()},
        "num_groups": {part: int(rows["group"].nunique()) for part, rows in parts.items()},
    }
