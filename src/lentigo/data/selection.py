"""A source and a table of image ids in, the source with only those images out."""

from __future__ import annotations

import dataclasses
from pathlib import Path

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
