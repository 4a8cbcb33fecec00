"""A manifest and tables of near-duplicates in; the same manifest, with those joined, out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lentigo.data.copies.duplicates import joined_duplicates, table_names
from lentigo.data.groups import group_ids
from lentigo.data.importing import group_facts
from lentigo.data.manifest import (
    Manifest,
    load_facts,
    load_manifest,
    replace_manifest,
    require_no_manifest,
)


@dataclass(frozen=True)
class LinkResult:
    """What the tables have joined."""

    manifest: Manifest
    groups_before: int
    groups: int
    """Fewer by each group that was joined to another."""


def link_images(
    manifest: str | Path, tables: Sequence[str | Path], out: str | Path | None = None
) -> LinkResult:
    """Join what tables call near-duplicates; no image is read and nothing else changes.

    Args:
        manifest: `manifest.csv`, or its folder.
        tables: `pairs.csv` of an audit, or any table that `lentigo data import --duplicates` takes.
        out: a folder for the manifest with the links; default: it takes the place of the one that was read.
            Runs know their manifest by its bytes, so those trained before need the old one.

    Raises:
        DataError: no manifest, one that is damaged, or there is one in `out` already.
        TableError: a table cannot be read; names lines.
    """
    loaded, facts = load_manifest(manifest), load_facts(manifest)
    place = Path(out or Path(loaded.path or manifest).parent)
    if loaded.path is None or (place / "manifest.csv").resolve() != loaded.path.resolve():
        require_no_manifest(place)
    joined = joined_duplicates(loaded.table, tables)
    facts |= {**group_facts(joined), "duplicates": table_names(facts.get("duplicates", ()), tables)}
    result = replace_manifest(place, joined, loaded.image_root, loaded.class_names, facts)
    return LinkResult(result, len(set(group_ids(loaded.table))), int(facts["num_groups"]))
