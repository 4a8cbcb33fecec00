"""Any data set, or lists that are to be kept apart, in; what is shared, contradicts itself or leaks, out."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from lentigo.api.auditing.audit_document import AuditFiles, document, write_audit
from lentigo.data.copies.copies import but_views, clusters, pairs_by_content, pairs_by_id, within
from lentigo.data.entries import Entries, read_lists, read_manifest, with_random_folds
from lentigo.data.groups import group_ids, joined_groups
from lentigo.data.images.looking import BRIGHTNESS, Brightness, Look, look_at_all
from lentigo.evaluation.checks.audited import COLUMNS, Audited
from lentigo.evaluation.checks.check import run_checks
from lentigo.evaluation.checks.table import all_checks
from lentigo.settings.errors import SettingsError
from lentigo.settings.phases import Phases, steps_of

Place = str | Path


@dataclass(frozen=True)
class AuditOptions:
    """How the data are to be read."""

    images: Place | None = None
    """The folder of the images that tables name; of a manifest, where they are now."""
    metadata: Place | None = None
    """A table with lesions, patients and the like, joined to lists by image."""
    folds: int = 0
    """Deal the images at random into so many folds, one by one, and tell what that leaks."""
    seed: int = 0
    """Of those folds."""
    compare: bool = True
    """Seek near-duplicates."""
    command: str = ""
    """What was typed, for the page."""


def audit(
    data: Place | Mapping[str, Place],
    split: Place | None = None,
    out: Place | None = None,
    options: AuditOptions | None = None,
    progress: Phases | None = None,
) -> dict[str, Any]:
    """Look for everything that would make figures from these data mislead.

    Args:
        data: a manifest or its folder; a table or a folder of images; or part -> table or folder of images,
            such as `{"train": "train.csv", "test": "test.csv"}`.
        split: `split.csv` of a manifest; default: that beside it.
        out: folder for `audit.json`, `audit.html`, `pairs.csv` and `pairs.jpg`; None writes nothing.
        options: see `AuditOptions`.
        progress: called with (phase, done, total).

    Returns:
        What `audit.json` holds: checks with their findings, remedy (the commands that remedy what copies
        and links there are), exposure (what evaluated images share with
        training, by part and class), class_counts, associations, pairs; see docs/reference/files.md.

    Raises:
        DataError: something is missing, or none of the images listed is in the folder.
        TableError: a table cannot be read; names lines.
    """
    chosen, start = options or AuditOptions(), time.monotonic()
    steps_of(progress, "reading tables")
    entries = _read(data, split, chosen)
    steps = steps_of(progress, "reading images")
    looks = look_at_all([file or Path() for file in entries.files], BRIGHTNESS, steps)
    pairs = _pairs(entries, looks, chosen.compare, progress)
    audited = audited_table(entries, looks, pairs, chosen.compare)
    outcomes = run_checks(all_checks(), audited, steps_of(progress, "asking checks"))
    facts = {**entries.facts, "command": chosen.command, "seconds": round(time.monotonic() - start, 1)}
    folder = Path(out) if out is not None else None
    steps_of(progress, "writing the page")
    result = document(audited, outcomes, pairs, facts, folder)
    if folder is not None:
        write_audit(folder, result, AuditFiles(audited, pairs, entries.files))
    return result


def _read(data: Place | Mapping[str, Place], split: Place | None, options: AuditOptions) -> Entries:
    """Entries of whatever was named."""
    if isinstance(data, Mapping):
        entries = read_lists(data, options.images, options.metadata)
    elif is_manifest(Path(data)):
        entries = read_manifest(data, split, options.images)
    else:
        entries = read_lists({"": data}, options.images, options.metadata)
    if split is not None and "manifest" not in entries.facts:
        raise SettingsError("a split belongs to a manifest; lists are named for each part (train, test)")
    return with_random_folds(entries, options.folds, options.seed) if options.folds else entries


def is_manifest(path: Path) -> bool:
    """Whether a path is a manifest, or a folder with one."""
    csv_file = path / "manifest.csv" if path.is_dir() else path
    return csv_file.is_file() and csv_file.suffix == ".csv" and csv_file.with_suffix(".json").is_file()


def _pairs(
    entries: Entries, looks: Sequence[Look[Brightness]], compare: bool, progress: Phases | None
) -> pd.DataFrame:
    found = [pairs_by_id(entries.table["image_id"].tolist())]
    if looks:
        paths = [file or Path() for file in entries.files]
        # a row that repeats an image tells nothing new about its content
        again = set(found[0]["second"][found[0]["kind"] == "image"])
        fresh = [row for row in range(len(looks)) if row not in again]
        content = pairs_by_content(
            [looks[row] for row in fresh], [paths[row] for row in fresh], compare, progress
        )
        for name in ("first", "second"):
            content[name] = np.array(fresh, dtype=np.int64)[content[name].to_numpy(dtype=np.int64)]
        found.append(content)
    return but_views(pd.concat(found, ignore_index=True), entries.table)


def audited_table(
    entries: Entries, looks: Sequence[Look[Brightness]], pairs: pd.DataFrame, compare: bool
) -> Audited:
    """Everything that checks look at, from what was read."""
    table = entries.table.copy()
    num = len(table)
    if looks:
        recorded = table["sha256"].to_numpy(dtype=object)
        found = np.array([look.sha256 for look in looks], dtype=object)
        table["is_changed"] = (recorded != "") & (found != "") & (recorded != found)
        for name in ("sha256", "width", "height"):
            table[name] = [getattr(look, name) for look in looks]
        table["problem"] = [look.reason for look in looks]
        table["remark"] = ["; ".join(look.warnings) for look in looks]
    else:
        table = table.assign(is_changed=False, problem="", remark="")
    exact = pairs[pairs["kind"].isin(["bytes", "pixels"])]
    table["pixels"] = clusters(exact, num)
    for kind in ("near", "twin"):
        table[kind] = clusters(pairs[pairs["kind"] == kind], num)
    table["within"] = within(table["image_id"].tolist())
    table["known_group"] = _known_groups(table)
    first, second = (pairs[name].to_numpy(dtype=np.int64) for name in ("first", "second"))
    table["group"] = joined_groups(table["known_group"].to_numpy(dtype=object), first, second)
    looked = bool(looks)
    return Audited(table[list(COLUMNS)], entries.parts, entries.is_folds, looked, looked and compare)


def _known_groups(table: pd.DataFrame) -> npt.NDArray[np.object_]:
    """Groups (N,) by ids alone, each called by its first image."""
    rows = pd.Series([f"{row:09d}" for row in range(len(table))], index=table.index)
    keys = table[["patient_id", "lesion_id", "duplicate_group"]]
    # a list may repeat an image: rows are told apart by their place, and joined where the image is the same
    groups = group_ids(keys.assign(image_id=rows, sha256=table["image_id"]))
    return table["image_id"].to_numpy(dtype=object)[groups.astype(np.int64)]
