"""Near-duplicates that tables tell of: clusters or pairs in, `duplicate_group` of images filled.

Either `image,duplicate_group` (one row an image) or `image_name_1,image_name_2` (one row a pair: ISIC 2020,
and `pairs.csv` of an audit). Several tables, and what an image has already, all count: they are joined.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from lentigo.data.groups import group_ids
from lentigo.data.sources.table import SourceTable, collapse
from lentigo.data.tables import read_numbered_table, warn
from lentigo.settings.errors import TableError

PAIR = ("image_name_1", "image_name_2")
CLUSTER = ("image", "duplicate_group")

Place = str | Path


def with_duplicates(source: SourceTable, *paths: Place) -> SourceTable:
    """Fill `duplicate_group` from tables, joined with what images have.

    Raises:
        TableError: a table has neither form, or puts one image into two clusters.
    """
    table = joined_duplicates(source.table, paths)
    names = table_names(source.facts.get("duplicates", ()), paths)
    return dataclasses.replace(source, table=table, facts={**source.facts, "duplicates": names})


def joined_duplicates(table: pd.DataFrame, paths: Sequence[Place]) -> pd.DataFrame:
    """The same images with `duplicate_group` joined by tables.

    A single table's names stay; clusters of several are called by their smallest image, for two tables may
    give one name to different clusters.

    Args:
        table: image_id and duplicate_group (empty: none), one row an image.
        paths: tables of either form; may name other images too, through which clusters chain.

    Raises:
        TableError: a table has neither form, or puts one image into two clusters.
    """
    own = table.loc[table["duplicate_group"] != "", ["image_id", "duplicate_group"]]
    found = [dict(zip(own["image_id"], own["duplicate_group"], strict=True))]
    for path in paths:
        found.append(read_duplicates(path))
        if not table["image_id"].isin(list(found[-1])).any():
            warn(f"{path}: names none of the images, so it links nothing")
    clusters = found[1] if len(paths) == 1 and own.empty else _joined(found)
    return table.assign(duplicate_group=table["image_id"].map(clusters).fillna(""))


def _joined(tables: Sequence[Mapping[str, str]]) -> dict[str, str]:
    links = [(image, f"{place} {name}") for place, one in enumerate(tables) for image, name in one.items()]
    return _chained(pd.DataFrame(links, columns=["image_id", "link"], dtype=str))


def table_names(before: Sequence[str] | str, paths: Sequence[Place]) -> list[str]:
    """For `manifest.json`: the names of the tables that have been joined, each once."""
    known = [before] if isinstance(before, str) else before
    return list(dict.fromkeys([*known, *(Path(path).name for path in paths)]))


def read_duplicates(path: Place) -> dict[str, str]:
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
    pairs = pairs[(pairs != "").all(axis=1)]
    number = [str(line) for line in pairs.index]
    ends = [pd.DataFrame({"image_id": pairs[name], "link": number}) for name in PAIR]
    return _chained(pd.concat(ends, ignore_index=True))


def _chained(links: pd.DataFrame) -> dict[str, str]:
    """The smallest image of each image's chain of links (image_id, link; one row an image and link)."""
    # images of several links are joined by their own id
    rows = links.rename(columns={"link": "lesion_id"}).assign(patient_id=links["image_id"])
    return dict(zip(rows["image_id"], group_ids(rows), strict=True))
