"""The verbs of data: import, draw, describe, link, audit, split."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lentigo.api.auditing.auditing import AuditOptions
from lentigo.api.auditing.auditing import audit as look
from lentigo.api.auditing.given_division import keep_division, leaks
from lentigo.api.data.caching import cached, clear_cache
from lentigo.api.data.describing import describe
from lentigo.api.data.dividing import FRACTIONS, divide
from lentigo.api.data.downloading import Downloaded, download
from lentigo.api.data.importing import ImportOptions, import_data, imported_facts
from lentigo.data.copies.linking import link_images
from lentigo.data.sources.synthetic import synthesize
from lentigo.notebook import screen
from lentigo.notebook.results import Audit, Description
from lentigo.notebook.shown import Result, Rows
from lentigo.notebook.verb import options_of, verb
from lentigo.settings.errors import SettingsError
from lentigo.settings.phases import Phases

Place = str | Path


def _data_import(
    folder: Place, out: Place, *, overwrite: bool = False, progress: Phases | None = None, **options: Any
) -> dict[str, Any]:
    """Read images and labels into a manifest; files that cannot be used are left out and listed.

    Args:
        folder: images with a table of labels or class folders; or the table.
        out: folder for the manifest.
        overwrite: replace a manifest that is there.
        progress: called with (phase, done, total).
        options: fields of `ImportOptions`: class_map, skip, label, source, duplicates, only, tables_only.

    Raises:
        SettingsError, DataError, TableError: see `import_data`.
    """
    chosen = options_of(ImportOptions, options)
    done = import_data(folder, out, chosen, overwrite=overwrite, progress=progress)
    return imported_facts(done, out)


def _fetched(done: Downloaded) -> Result:
    return Result({"folder": str(done.folder), "fetched": list(done.fetched), "command": done.command})


def _data_link(manifest: Place, tables: Place | Sequence[Place], out: Place | None = None) -> dict[str, Any]:
    """Join near-duplicates that tables tell of, such as `pairs.csv` of an audit; see `link_images`."""
    named = [tables] if isinstance(tables, str | Path) else tables
    found = link_images(manifest, named, out)
    counts = {"groups_before": found.groups_before, "groups": found.groups}
    return {"manifest": str(found.manifest.path), "images": len(found.manifest.table), **counts}


def _audit(
    data: Place | dict[str, Place],
    split: Place | None = None,
    out: Place | None = None,
    *,
    progress: Phases | None = None,
    **options: Any,
) -> dict[str, Any]:
    """Look for everything that would make figures from these data mislead.

    Args:
        data: a manifest or its folder; a table or a folder of images; or part -> table or folder.
        split: `split.csv` of a manifest; default: that beside it.
        out: folder for the page and its tables; None writes nothing.
        progress: called with (phase, done, total).
        options: fields of `AuditOptions`: images, metadata, folds, seed, compare.

    Raises:
        DataError, TableError, SettingsError: see `api.audit`.
    """
    return look(data, split, out, options_of(AuditOptions, options), progress)


def _split(  # noqa: PLR0913 - options of one verb
    manifest: Place,
    out: Place | None = None,
    *,
    given: bool = False,
    fractions: tuple[float, float, float] = FRACTIONS,
    folds: int = 0,
    seed: int = 0,
    overwrite: bool = False,
    progress: Phases | None = None,
) -> dict[str, Any]:
    """Divide images by group, or keep the division that they come with.

    Args:
        manifest: `manifest.csv` or its folder; with `given` also images as they are given.
        out: see `divide`, and with `given` see `keep_division`.
        given: keep the parts or folds that images came in, and tell what they leak (`leaks`).
        fractions: shares of train, validation and test.
        folds: number the images outside test into so many.
        seed: the same seed gives the same split.
        overwrite: replace a split that is there.
        progress: with `given`: called with (phase, done, total).

    Raises:
        SettingsError: `given` keeps a division; `fractions`, `folds` and `seed` make another.
        SplitError, DataError: the images cannot be divided so.
    """
    if not given:
        return divide(manifest, out, fractions=fractions, folds=folds, seed=seed, overwrite=overwrite)
    if (fractions, folds, seed) != (FRACTIONS, 0, 0):
        raise SettingsError("given keeps the division as it is: fractions, folds and seed make another")
    kept = keep_division(manifest, out, overwrite=overwrite, progress=progress)
    facts = {"path": str(kept.split_path), "manifest": str(kept.manifest), "hash": kept.split.hash}
    return {**facts, **kept.split.facts, "leaks": leaks(kept.audit)}


def data_cache(manifest: Place, *, clear: bool = False) -> Rows:
    """Decoded pixels and stored activations beside a manifest; with `clear` they are deleted."""
    return Rows(clear_cache(manifest) if clear else cached(manifest))


class Imported(Result):
    """What an import says of itself."""

    title = "Imported"


class Division(Result):
    """The facts of a split."""

    title = "Split by group"


data_download = verb(download, _fetched, screen.phases)
data_import = verb(_data_import, Imported, screen.phases)
data_synthesize = verb(synthesize, Path, screen.steps("drawing"))
data_describe = verb(describe, Description, screen.phases)
data_link = verb(_data_link, Result)
audit = verb(_audit, Audit, screen.phases)
split = verb(_split, Division, screen.phases)
