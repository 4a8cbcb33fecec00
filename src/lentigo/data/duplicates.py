"""Near-duplicates found by others: a table of clusters or of pairs in, `duplicate_group` of a source filled.

Either `image,duplicate_group` (one row an image) or `image_name_1,image_name_2` (one row a pair: ISIC 2020).
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pandas as pd

from lentigo.data.groups import group_ids
from lentigo.data.sources.table import SourceTable, collapse
from lentigo.data.tables import read_numbered_table, warn
from lentigo.settings.errors import TableError

PAIR = ("image_name_1", "image_name_2")
CLUSTER = ("image", "duplicate_group")


def with_duplicates(source: SourceTable, path: str | Path) -> SourceTable:
    """Fill `duplicate_group` from a table; images the table does not name keep what they have.

    Raises:
        TableError: the table has neither form, or puts one image into two clusters.
    """
    clusters = read_duplicates(path)
    table = source.table.copy()
    found = table["image_id"].map(clusters)
    if not found.notna().any():
        warn(f"{path}: names none of the images, so it links nothing")
    table["duplicate_group"] = found.fillna(table["duplicate_group"])
    return dataclasses.replace(source, table=table, facts={**source.facts, "duplicates": Path(path).name})


def read_duplicates(path: str | Path) -> dict[str, str]:
    """The cluster of each image named by a table of duplicates; empty ids name nothing."""
    table = read_numbered_table(path, ())
    if set(PAIR) <= set(table.columns):
        return _clusters_of_pairs(table[list(PAIR)])
    if not set(CLUSTER) <= set(table.columns):
        raise TableError(f"{path}: expected the columns {' and '.join(CLUSTER)}, or {' and '.join(PAIR)}")
    rows = table[list(CLUSTER)]
    rows = collapse(rows[(rows != "").all(axis=1)], "image")
    return dict(zip(rows["image"], rows["duplicate_group"], strict=True))


def _clusters_of_pairs(pairs: pd.DataFrame) -> dict[str, str]:
    """Clusters are chains of pairs, called by their smallest image."""
    pairs = pairs[(pairs != "").all(axis=1)]
    number = [str(line) for line in pairs.index]
    ends = [pd.DataFrame({"image_id": pairs[name], "lesion_id": number}) for name in PAIR]
    rows = pd.concat(ends, ignore_index=True)
    # one row an image and pair; images of several pairs are joined by their own id
    groups = group_ids(rows.assign(patient_id=rows["image_id"]))
    return dict(zip(rows["image_id"], groups, strict=True))
