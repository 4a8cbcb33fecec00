"""A source in, the same with some of its images out: those a table names, or one view of the lesions."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from lentigo.data.metadata.lesion_views import DERMOSCOPIC, LESION_VIEWS
from lentigo.data.sources.table import SourceTable
from lentigo.data.tables import read_table, warn
from lentigo.settings.errors import DataError


def only_images(source: SourceTable, path: str | Path) -> SourceTable:
    """Keep the images that a table names in its column `image`; its other columns do not matter.

    Raises:
        DataError: none of the source's images is named.
        TableError: the table has no column `image`.
    """
    wanted = set(read_table(path, ["image"])["image"])
    is_wanted = source.table["image_id"].isin(wanted)
    if not is_wanted.any():
        raise DataError(f"{path} names none of the {len(source.table)} images; its column `image` holds ids")
    missing = len(wanted) - int(is_wanted.sum())
    if missing:
        warn(f"{path}: {missing} of {len(wanted)} images are not in the source")
    facts = {**source.facts, "only": Path(path).name}
    return dataclasses.replace(source, table=source.table[is_wanted].reset_index(drop=True), facts=facts)


def only_view(source: SourceTable, view: str = "") -> SourceTable:
    """Keep the images of one view of the lesion.

    Args:
        source: its column `view` says which; empty: not known.
        view: one of `LESION_VIEWS`, which is then kept alone; `both`; or empty: dermoscopic images and those
            of which nobody says, and all of a source without either.

    Raises:
        DataError: none is left; names the views there are.
    """
    views = source.table["view"]
    kept = {"": ("", DERMOSCOPIC), "both": ("", *LESION_VIEWS)}.get(view, (view,))
    is_kept = views.isin(kept)
    if is_kept.all() or (not view and not is_kept.any()):
        return source
    if not is_kept.any():
        there = ", ".join(sorted(set(views) - {""})) or "no table says, in a column image_type"
        raise DataError(f"--view {view}: none of the {len(views)} images is that (views: {there})")
    others = views[~is_kept].replace("", "not known").value_counts()
    told = ", ".join(f"{count} {name}" for name, count in others.items())
    remedy = "" if view else "; `--view both` takes both views of each lesion, `--view clinical` the others"
    warn(f"{int((~is_kept).sum())} of {len(views)} images are left out by their view ({told}){remedy}")
    table = source.table[is_kept].reset_index(drop=True)
    return dataclasses.replace(source, table=table, facts={**source.facts, "view": view or DERMOSCOPIC})
