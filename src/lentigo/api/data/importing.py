"""A folder as its publisher gives it in, a manifest out: source, near-duplicates, selection."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lentigo.data.copies.duplicates import with_duplicates
from lentigo.data.importing import ImportResult, import_images
from lentigo.data.manifest import load_facts
from lentigo.data.selection import only_images, only_view
from lentigo.data.sources import GUESS, read_by_label, read_given, source_named
from lentigo.data.sources.table import SKIPPED, SourceTable
from lentigo.data.tables import warn
from lentigo.settings.errors import DataError
from lentigo.settings.phases import Phases, steps_of


@dataclass(frozen=True)
class ImportOptions:
    """How a folder is to be read."""

    source: str = GUESS
    """A name in `SOURCES`, or `guess`."""
    class_map: Mapping[str, str] = field(default_factory=dict)
    """What a class of the source means: name -> class."""
    skip: Sequence[str] = ()
    """Names of classes of the source whose images are left out."""
    label: str = ""
    """The column of the table that says the class, where several could."""
    duplicates: Sequence[str | Path] = ()
    """Tables of near-duplicates: `image,duplicate_group`, or pairs `image_name_1,image_name_2`."""
    only: str | Path | None = None
    """Table with a column `image`: all others are left out."""
    view: str = ""
    """`dermoscopic`, `clinical` or `both`: which photographs of a lesion; see `only_view`."""
    tables_only: bool = False
    """Believe the tables and open no image: sizes and hashes stay empty."""
    is_given: bool = False
    """Keep the parts or folds that somebody else divided the images into."""


def import_data(
    folder: str | Path,
    out: str | Path,
    options: ImportOptions | None = None,
    *,
    overwrite: bool = False,
    progress: Phases | None = None,
) -> ImportResult:
    """Read images and labels into a manifest; files that cannot be used are left out and listed.

    Args:
        folder: images with a table of labels or class folders; or the table, above or beside its images.
        out: folder for `manifest.csv`, `manifest.json` and, if anything was rejected, `problems.csv`.
        options: how to read it.
        overwrite: replace a manifest that is there.
        progress: called with (phase, done, total).

    Raises:
        SettingsError: there is no such source.
        DataError: nothing usable, one class only, a manifest is there.
        TableError: a table is damaged or contradicts itself; names lines.
    """
    chosen = options or ImportOptions()
    steps_of(progress, "reading tables and folders")
    class_map = {**chosen.class_map, **dict.fromkeys(chosen.skip, SKIPPED)} or None
    found = only_view(_read(folder, class_map, chosen), chosen.view)
    if chosen.duplicates:
        found = with_duplicates(found, *chosen.duplicates)
    if chosen.only:
        found = only_images(found, chosen.only)
    verify = not chosen.tables_only
    return import_images(found, out, verify_images=verify, overwrite=overwrite, progress=progress)


def _read(folder: str | Path, class_map: Mapping[str, str] | None, chosen: ImportOptions) -> SourceTable:
    """Read a source; a division that it is given in is kept on purpose, or refused."""
    if chosen.is_given:
        return read_given(folder, class_map, chosen.label)
    if chosen.label:
        found = read_by_label(folder, class_map, chosen.label)
    else:
        found = source_named(chosen.source, folder).read(folder, class_map)
    parts = [part for part in dict.fromkeys(found.table["given"]) if part]
    command = f"lentigo split {shlex.quote(str(folder))} --given --out OUT"
    if parts and "division" in found.facts:
        raise DataError(
            f"{folder} is divided already into parts or folds ({', '.join(parts)}), by its "
            f"{found.facts['division']}; "
            f"keep that division, audited for leaks, with `{command}` (and divide anew afterwards with "
            "`lentigo split OUT --force`)"
        )
    if parts:
        warn(
            f"the images come with a division of their own ({', '.join(parts)}); `lentigo split` can keep "
            "it, with --given"
        )
    return found


def imported_facts(result: ImportResult, out: str | Path) -> dict[str, Any]:
    """What an import says of itself: manifest, counts, files that were left out with the reason."""
    told = load_facts(result.manifest.path or out)
    return {
        "manifest": str(result.manifest.path),
        "official": told.get("official"),
        "set": told.get("set"),
        "licences": {name: num for name, num in told.get("licences", {}).items() if name},
        "images": len(result.manifest.table),
        "class_counts": result.manifest.class_counts(),
        "rejected": len(result.problems),
        "remarks": len(result.remarks),
        "problems": result.problems.to_dict(orient="records"),
    }
