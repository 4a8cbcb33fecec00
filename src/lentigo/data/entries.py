"""A manifest with its split, a list, or several lists in; one table of entries with parts and files out.

What an audit looks at: nothing is left out or corrected on the way, for that is what it is to find.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from lentigo.data.manifest import Manifest, load_facts, load_manifest
from lentigo.data.sources.identity import told_apart
from lentigo.data.sources.listing import find_files, read_list
from lentigo.data.split import NO_FOLD, load_split
from lentigo.settings.errors import DataError, SettingsError

ORDER = ("train", "training", "validation", "valid", "val", "test", "testing")
"""Parts that are called so come in this order, others behind them as they appear."""

Place = str | Path


@dataclass(frozen=True)
class Entries:
    """Images as somebody lists them."""

    table: pd.DataFrame
    """`COLUMNS` of a listing (text), name (what the list calls the image, where `image_id` had to be made
    longer to tell it from another), and of a manifest width, height (int) and sha256, as recorded."""
    parts: tuple[str, ...] = ()
    """In the order of use."""
    files: Sequence[Path | None] = ()
    """The file of each row; None where none is known. Empty where no images are to be read."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """Where the entries come from."""
    is_folds: bool = False
    """The parts are folds."""


def read_manifest(path: Place, split: Place | None = None, images: Place | None = None) -> Entries:
    """Read a manifest and its split; `split.csv` beside it counts where none is given.

    Args:
        path: `manifest.csv`, or its folder.
        split: `split.csv`.
        images: where the images are now, if they have moved.

    Raises:
        DataError: no manifest, or one that is damaged.
        SplitError: the split is of other images.
    """
    manifest = load_manifest(path, root=images)
    table = manifest.table.assign(part="", name=manifest.table["image_id"], age_years=_ages(manifest))
    facts: dict[str, Any] = {"manifest": str(manifest.path), "sha256": manifest.sha256}
    beside = Path(manifest.path or path).parent / "split.csv"
    chosen = split or (beside if beside.is_file() else None)
    if chosen is not None:
        loaded = load_split(chosen)
        parts = loaded.table.set_index("image_id")["part"].reindex(table["image_id"])
        loaded.groups(manifest)  # refuses the split of another manifest
        table["part"] = parts.to_numpy()
        facts.update(
            split=str(chosen), split_hash=loaded.hash, folds=int(loaded.table["fold"].max()) != NO_FOLD
        )
    is_read = load_facts(path).get("images_verified", True)
    files = manifest.paths() if is_read or any(file.is_file() for file in manifest.paths()) else []
    return Entries(table.reset_index(drop=True), ordered_parts(table["part"]), files, facts)


def read_lists(
    lists: Mapping[str, Place], images: Place | None = None, metadata: Place | None = None
) -> Entries:
    """Read lists that are to be kept apart, or a single one.

    Args:
        lists: part -> CSV file or folder of images; a single list under the name `""` may name parts itself.
        images: the folder of the images that tables name.
        metadata: a table with lesions, patients and the like, joined to every list.

    Raises:
        DataError: a file or folder is missing, or none of the images is in the folder.
        TableError: a table cannot be read; names lines.
    """
    if images is not None and not Path(images).is_dir():
        raise DataError(f"{images} is not a folder of images")
    tables: list[pd.DataFrame] = []
    files: list[Path | None] = []
    for part, place in lists.items():
        found = read_list(place, metadata)
        folder = Path(place) if Path(place).is_dir() else images
        there = find_files(found, Path(folder)) if folder is not None else [None] * len(found)
        home = Path(folder) if folder is not None else Path(place).parent
        places = [
            str(path.relative_to(home)) if path else said
            for path, said in zip(there, found["path"].tolist(), strict=True)
        ]
        named = found.assign(part=part) if part else found
        tables.append(named.assign(set=str(home.resolve()), place=places))
        files += there
    if images is not None and not any(files):
        raise DataError(
            f"{images} holds none of the {len(files)} images listed; they are found by id or path"
        )
    table = pd.concat(tables, ignore_index=True).assign(width=0, height=0, sha256="")
    table = table.assign(name=table["image_id"], image_id=told_apart(table)).drop(columns=["set", "place"])
    facts = {"lists": {part: str(place) for part, place in lists.items()}, "metadata": str(metadata or "")}
    return Entries(table, ordered_parts(table["part"]), files if any(files) else [], facts)


def with_random_folds(entries: Entries, num_folds: int, seed: int) -> Entries:
    """Deal the images into folds one by one, as if nothing linked them: what such a division would leak.

    Raises:
        SettingsError: fewer than two folds.
    """
    if num_folds < 2:
        raise SettingsError(f"{num_folds} folds: expected 2 or more")
    places = np.random.default_rng(seed).permutation(len(entries.table)) % num_folds
    parts = tuple(f"fold {fold}" for fold in range(num_folds))
    table = entries.table.assign(part=[parts[place] for place in places])
    facts = {**entries.facts, "random_folds": num_folds, "seed": seed}
    return Entries(table, parts, entries.files, facts, is_folds=True)


def ordered_parts(column: pd.Series[str]) -> tuple[str, ...]:
    """The parts named in a column, train first."""
    names = [name for name in dict.fromkeys(column) if name]
    known = [name for name in ORDER if name in names]
    return (*known, *(name for name in names if name not in known))


def _ages(manifest: Manifest) -> npt.NDArray[np.object_]:
    ages = manifest.table["age_years"]
    return np.where(ages.isna(), "", ages.astype(str)).astype(object)
