"""Images to be judged and images learnt from in; by what the former could be known from the latter, out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from lentigo.data.groups import group_ids
from lentigo.data.manifest import Manifest
from lentigo.data.sources.identity import archive_id, is_official, local_ids
from lentigo.data.split import Split
from lentigo.data.tables import warn
from lentigo.evaluation.leak import check_no_leak
from lentigo.settings.members import OUT_OF_FOLD

LINKS = ("image_id", "sha256", "group", "lesion_id", "patient_id")


def has_leak(manifest: Manifest, split: Split, part: str, allow_leak: bool = False) -> bool:
    """Whether the part is known from training; of `out-of-fold` each fold is looked up in the others.

    Raises:
        LeakError: it is, and `allow_leak` is not given.
    """
    folds = [split.for_fold(fold) for fold in range(split.num_folds)] if part == OUT_OF_FOLD else [split]
    looked_at = "validation" if part == OUT_OF_FOLD else part
    found = [
        check_no_leak(linked_rows(manifest, one, looked_at), linked_rows(manifest, one, "train"), allow_leak)
        for one in folds
    ]
    return any(found)


def linked_rows(manifest: Manifest, split: Split, part: str) -> pd.DataFrame:
    """The images of one part with everything by which they could be known from training.

    Groups are computed afresh: the manifest may know links that it did not know when the split was made.
    """
    linked = manifest.table[["image_id", "sha256", "lesion_id", "patient_id"]]
    return linked.assign(group=group_ids(manifest.table)).iloc[split.rows(manifest, part)]


def linked_tables(theirs: Manifest, ours: Manifest, split: Split) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Their images, and our training images, with everything by which one could be known from the other.

    Groups are those of both manifests together, so that a lesion links across them. Ids are those of the
    archive, without `_downsampled`; any other name tells an image only within its set, so that of two sets
    (other image roots) ours are called `1 (of the run)`.
    """
    both = pd.concat([theirs.table, ours.table], ignore_index=True)
    is_one_set = theirs.image_root.resolve() == ours.image_root.resolve()
    own_ids = ours.image_ids().tolist()
    own = [archive_id(name) for name in own_ids] if is_one_set else local_ids(own_ids, "of the run")
    both["image_id"] = [*theirs.table["image_id"].map(archive_id), *own]
    if shared := set(theirs.image_ids()) & {name for name in own_ids if not is_official(name)} - set(own):
        warn(
            f"{len(shared)} images bear a name that an image of the run bears too, such as {min(shared)!r}; "
            "names other than the archive's are taken for different images unless their bytes are the same"
        )
    # a near-duplicate cluster is a number within one manifest and means nothing in another
    is_theirs = np.arange(len(both)) < len(theirs.table)
    clusters = np.where(is_theirs, "theirs ", "ours ") + both["duplicate_group"].to_numpy(dtype=object)
    both["duplicate_group"] = np.where(both["duplicate_group"] == "", "", clusters)
    both["group"] = group_ids(both)
    rows = len(theirs.table) + split.rows(ours, "train")
    return both.loc[is_theirs, list(LINKS)].reset_index(drop=True), both.iloc[rows][list(LINKS)]


def look_alikes(theirs: Manifest, ours: Manifest, split: Split) -> dict[str, Any]:
    """Images whose perceptual hash is that of a training image under another id: to be looked at.

    They do not stop the evaluation, for plain images look alike by chance; a warning names them.
    """
    trained = ours.table.iloc[split.rows(ours, "train")]
    known = dict(zip(trained["perceptual_hash"], trained["image_id"].map(archive_id), strict=True))
    known.pop("", None)
    found = [
        f"{image_id} ~ {known[mark]}"
        for image_id, mark in zip(theirs.table["image_id"], theirs.table["perceptual_hash"], strict=True)
        if mark in known and (known[mark] != archive_id(image_id) or not is_official(image_id))
    ]
    if found:
        warn(f"{len(found)} images look like training images (such as {found[0]}): compare them by eye")
    return {"n": len(found), "examples": found[:12]}


def groups_on_two_sides(split: Split) -> int:
    """How many groups have images in more than one part, counted from the table itself."""
    return int((split.table.groupby("group")["part"].nunique() > 1).sum())
