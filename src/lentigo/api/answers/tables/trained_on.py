"""What a network has learnt from and images to be judged in; whether these are known from the former out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lentigo.api.answers.tables.known import LINKS, Known, filled
from lentigo.data.groups import group_ids, joined_groups
from lentigo.data.manifest import Manifest
from lentigo.evaluation.leak import check_no_leak, find_leaks
from lentigo.settings.errors import DataError, LeakError

TRAIN = "train"


@dataclass(frozen=True)
class TrainedOn:
    """Images that a network has learnt from."""

    table: pd.DataFrame
    """As `Known.table`."""
    manifest: Manifest | None = None
    """Where the images are at hand."""

    @property
    def keys(self) -> list[str]:
        """By what they are found in other tables."""
        return [str(key) for key in self.table.index]


def trained_on(listed: Known | None, truth: Known | None, own: pd.DataFrame) -> TrainedOn | None:
    """Put together what is known to have been learnt from; None where nothing is.

    Args:
        listed: the list that was named; of one that divides images into parts, train counts.
        truth: what is known of images, perhaps of those too: lesions and patients.
        own: what the answers' own table says of its images: those of its part train.
    """
    found = own[own["part"] == TRAIN]
    manifest = None
    if listed is not None:
        is_divided = (listed.table["part"] == TRAIN).any()
        chosen = listed.table[listed.table["part"] == TRAIN] if is_divided else listed.table
        if chosen.empty:
            raise DataError(f"{listed.name} lists no images that were learnt from")
        known = Known(chosen, listed.name)
        chosen = (filled(known, truth) if truth is not None else known).table
        found, manifest = pd.concat([chosen, found]), listed.manifest
    return TrainedOn(found[~found.index.duplicated()], manifest) if len(found) else None


def grouped(tables: list[pd.DataFrame], columns: tuple[str, ...]) -> list[NDArray[np.object_]]:
    """Groups of the images of several tables, computed together; each `(N,)` in the order of its table.

    Args:
        tables: as `Known.table`.
        columns: further columns whose equal values keep images together.
    """
    both = pd.concat(tables).fillna("")
    ids = pd.Series([f"{key}" for key in both.index], dtype=object)
    links = both[[*LINKS, "sha256"]].reset_index(drop=True).assign(image_id=ids)
    groups = group_ids(links)
    for column in ("image_id", *columns):
        values = ids if column == "image_id" else both[column].reset_index(drop=True)
        rows = np.flatnonzero((values != "").to_numpy())
        first = pd.Series(rows).groupby(values.iloc[rows].to_numpy()).transform("first").to_numpy()
        groups = joined_groups(groups, rows, first)
    ends = np.cumsum([len(table) for table in tables])
    return [groups[end - len(table) : end] for table, end in zip(tables, ends, strict=True)]


def check_trained(
    judged: pd.DataFrame, trained: TrainedOn | None, columns: tuple[str, ...], allow_leak: bool
) -> tuple[bool, int]:
    """Whether images to be judged, or their groups, were learnt from, and how many groups are on both sides.

    Raises:
        LeakError: some were, and `allow_leak` is not given.
    """
    if trained is None:
        return False, 0
    ours, theirs = _linked([judged, trained.table], columns)
    leaked = check_no_leak(ours, theirs, allow_leak)
    return leaked, len(set(ours["group"]) & set(theirs["group"]))


def check_fitted(
    judged: pd.DataFrame, validation: pd.DataFrame, columns: tuple[str, ...], allow_leak: bool
) -> bool:
    """Whether images to be judged, or their groups, are among those that thresholds are fitted on.

    Raises:
        LeakError: some are, and `allow_leak` is not given.
    """
    found = find_leaks(*_linked([judged, validation], columns))
    affected = {image_id for ids in found.values() for image_id in ids}
    if affected and not allow_leak:
        raise LeakError(
            f"leak: {len(affected)} of {len(judged)} images to be judged, such as {min(affected)}, or "
            f"images of "
            f"their group ({', '.join(found)}), are among those that calibration and thresholds would "
            f"be fitted "
            "on. Give answers on other images with --validation, or none; --allow-leak goes on and "
            "stamps LEAKED."
        )
    return bool(affected)


def _linked(tables: list[pd.DataFrame], columns: tuple[str, ...]) -> list[pd.DataFrame]:
    groups = grouped(tables, columns)
    return [
        table[["sha256", "lesion_id", "patient_id"]].assign(image_id=list(table.index), group=found)
        for table, found in zip(tables, groups, strict=True)
    ]
