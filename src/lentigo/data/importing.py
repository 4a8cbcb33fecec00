"""A `SourceTable` in; `manifest.csv`, `manifest.json` and the list of what was rejected, `problems.csv`, out.

Every file is hashed, measured and decoded. What cannot be used is rejected with a reason and the rest goes
on; what contradicts itself stops the import, since no rule could say which half is true.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy.typing as npt
import pandas as pd

from lentigo.data.cells import without_half_characters
from lentigo.data.groups import group_ids, largest_group, warn_of_chains
from lentigo.data.images.fingerprints import perceptual_hash
from lentigo.data.images.looking import Look, Sketching, look_at_all
from lentigo.data.manifest import (
    COLUMNS,
    OPTIONAL,
    Manifest,
    check_paths,
    numbers,
    replace_manifest,
    require_no_manifest,
)
from lentigo.data.metadata.drawn import SYNTHETIC
from lentigo.data.sources.table import SourceTable
from lentigo.data.tables import warn, write_table
from lentigo.data.taxonomy import order_classes
from lentigo.settings.checking.class_names import class_name_problems
from lentigo.settings.errors import DataError, TableError, several
from lentigo.settings.phases import Phases, steps_of
from lentigo.settings.run import NOTICE

HASHED_SIDE = 64
"""Pixels; an image is decoded at about this size for its perceptual hash."""
HASHED = Sketching(lambda _width, _height: (HASHED_SIDE, HASHED_SIDE), perceptual_hash)
"""What is kept of an image."""


@dataclass(frozen=True)
class ImportResult:
    """What became of the images."""

    manifest: Manifest
    problems: pd.DataFrame
    """Rejected images: image_id, path, reason. Also in `problems.csv` where there are any."""
    remarks: pd.DataFrame
    """Images that were kept and are worth a look: image_id, path, remark."""


Looks = Sequence[Look[str]]
"""What each file turned out to be, with its perceptual hash; with a reason, it is rejected."""


def import_images(
    source: SourceTable,
    out: str | Path,
    *,
    verify_images: bool = True,
    overwrite: bool = False,
    progress: Phases | None = None,
) -> ImportResult:
    """Make a manifest of a source.

    Args:
        source: what a row of `SOURCES` read.
        out: the folder for the manifest; the images stay where they are.
        verify_images: False takes the tables' word and opens no image: sizes and hashes stay empty.
        overwrite: replace a manifest that is there.
        progress: called with (phase, done, total).

    Raises:
        DataError: a manifest is there, nothing usable is left, one class only, paths that leave the image
            root, or the same bytes under two classes.
        TableError: facts that cannot both hold.
    """
    if not overwrite:
        require_no_manifest(out)
    check_paths(source.table["path"].tolist(), source.image_root)
    _check_patients(source.table)
    table = source.table.assign(age_years=_ages(source.table))
    paths = [source.image_root / path for path in table["path"]]
    steps = steps_of(progress, "reading images" if verify_images else "seeking images")
    looks = look_at_all(paths, HASHED, steps) if verify_images else [Look("")] * len(paths)
    looks = [_with_name(look, path) for look, path in zip(looks, paths, strict=True)]
    if not verify_images:
        _report_missing(Path(out), source)
    for name in ("width", "height", "sha256"):
        table[name] = [getattr(look, name) for look in looks]
    table["perceptual_hash"] = [look.sketch or "" for look in looks]
    steps_of(progress, "writing the manifest")
    problems, remarks = _problems(table, looks), _remarks(table, looks)
    kept = table[[not look.reason for look in looks]].sort_values("image_id")[[*COLUMNS, *OPTIONAL]]
    _check_kept(kept, problems)
    class_names = order_classes(kept["class"])
    facts = _facts(source, kept, problems, verify_images)
    manifest = replace_manifest(out, kept, source.image_root, class_names, facts)
    _report(Path(out), problems, remarks)
    return ImportResult(manifest, problems, remarks)


def _ages(table: pd.DataFrame) -> npt.NDArray[Any]:
    """Ages in years (N,); a text that is none is told with its image."""
    return numbers("age_years", table["age_years"].set_axis(table["image_id"])).to_numpy()


def _with_name(look: Look[str], path: Path) -> Look[str]:
    """A name that a manifest cannot hold is a reason to leave the image out."""
    is_utf_8 = without_half_characters(str(path)) == str(path)
    return look if is_utf_8 else Look(reason="its name is not UTF-8; rename the file or folder")


def _check_patients(table: pd.DataFrame) -> None:
    """A lesion belongs to one patient."""
    known = table[(table["lesion_id"] != "") & (table["patient_id"] != "")]
    patients = known.groupby("lesion_id")["patient_id"].agg(lambda ids: sorted(set(ids)))
    wrong = patients[patients.map(len) > 1]
    if len(wrong):
        lines = [f"lesion {lesion!r}: patients {', '.join(map(repr, ids))}" for lesion, ids in wrong.items()]
        raise TableError(several("a lesion belongs to one patient; correct the metadata:", lines))


def _check_kept(kept: pd.DataFrame, problems: pd.DataFrame) -> None:
    """Something must be left, of two usable classes at least, and no bytes may have two classes."""
    if kept.empty:
        lines = [f"{row.path}: {row.reason}" for row in problems.itertuples()]
        raise DataError(several("none of the images can be used:", lines))
    if kept["class"].nunique() == 1:
        raise DataError(
            f"all {len(kept)} usable images are of class {kept['class'].iloc[0]!r}; two classes are needed"
        )
    if unusable := class_name_problems(order_classes(kept["class"])):
        raise DataError(several("these classes cannot be used; call them otherwise in the table:", unusable))
    hashed = kept[kept["sha256"] != ""]
    again = hashed[hashed["sha256"].duplicated(keep=False)]
    lines = [
        ", ".join(
            f"{row.image_id!r} is {cls}" for row, cls in zip(rows.itertuples(), rows["class"], strict=True)
        )
        for _, rows in again.groupby("sha256")
        if rows["class"].nunique() > 1
    ]
    if lines:
        raise DataError(
            several("the same bytes have two classes; correct the labels or leave the images out:", lines)
        )


def _problems(table: pd.DataFrame, looks: Looks) -> pd.DataFrame:
    rows = [
        (image_id, path, look.reason)
        for image_id, path, look in zip(table["image_id"], table["path"], looks, strict=True)
        if look.reason
    ]
    return pd.DataFrame(rows, columns=["image_id", "path", "reason"], dtype=str)


def _remarks(table: pd.DataFrame, looks: Looks) -> pd.DataFrame:
    rows = [
        (image_id, path, remark)
        for image_id, path, look in zip(table["image_id"], table["path"], looks, strict=True)
        for remark in look.warnings
    ]
    return pd.DataFrame(rows, columns=["image_id", "path", "remark"], dtype=str)


def _facts(source: SourceTable, kept: pd.DataFrame, problems: pd.DataFrame, verified: bool) -> dict[str, Any]:
    """More for `manifest.json`; no time in it, so the same import gives the same file."""
    counts = Counter(kept["class"])
    is_all_drawn = bool((kept["source"] == SYNTHETIC).all())
    return {
        **source.facts,
        **({"source": SYNTHETIC, "form": source.facts.get("source", "")} if is_all_drawn else {}),
        "notice": NOTICE,
        "num_images": len(kept),
        "num_rejected": len(problems),
        **group_facts(kept),
        "class_counts": {code: counts[code] for code in order_classes(counts)},
        "sources": dict(sorted(Counter(kept["source"]).items())),
        "licences": dict(sorted(Counter(kept["licence"]).items())),
        "images_verified": verified,
    }


def group_facts(table: pd.DataFrame) -> dict[str, Any]:
    """Groups of images for `manifest.json`, with a warning where one is unusually large."""
    groups = group_ids(table)
    warn_of_chains(groups)
    name, size = largest_group(groups)
    return {"num_groups": len(set(groups)), "largest_group": {"group": name, "num_images": size}}


def _report(out: Path, problems: pd.DataFrame, remarks: pd.DataFrame) -> None:
    """Write `problems.csv`, or take away that of an earlier import, and say what there is."""
    file = out / "problems.csv"
    if problems.empty:
        file.unlink(missing_ok=True)
    else:
        write_table(file, problems)
        warn(
            f"{len(problems)} images were rejected, such as {_example(problems, 'reason')}; all are in {file}"
        )
    if not remarks.empty:
        warn(
            f"{len(remarks)} remarks on images, such as {_example(remarks, 'remark')}; "
            "`lentigo audit` lists all"
        )


def _report_missing(out: Path, source: SourceTable) -> None:
    """Write `missing.csv`: images that the tables name and that have no file; or take away an earlier one."""
    rows = source.table[["image_id", "path"]]
    missing = rows[[not (source.image_root / path).is_file() for path in rows["path"]]]
    file = out / "missing.csv"
    if missing.empty:
        file.unlink(missing_ok=True)
        return
    write_table(file, missing)
    warn(
        f"{len(missing)} of {len(rows)} images have no file under {source.image_root}, such as "
        f"{missing['path'].iloc[0]!r}; all are in {file}. Nothing can be trained on them until they are there"
    )


def _example(table: pd.DataFrame, column: str) -> str:
    return f"{table['path'].iloc[0]!r} ({table[column].iloc[0]})"
