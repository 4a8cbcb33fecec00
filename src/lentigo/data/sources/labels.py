"""Images and a plain table of their labels, however both lie on the disk, in; a `SourceTable` out.

The table is any that has a column of images and says their class: `image,label` under whatever names, with
suffixes or paths in the ids, as one column or one a class, without a header. Other tables of the folder that
name the same images or lesions give lesions, patients, age, sex and site. No table goes unread unnamed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

import numpy as np
import pandas as pd

from lentigo.data.sources.columns import (
    fact_columns,
    has_no_header,
    hot_classes,
    image_column,
    is_known_class,
    label_columns,
    one_hot_columns,
    plain_id,
)
from lentigo.data.sources.image_files import photographs
from lentigo.data.sources.isic import LICENCE, OFFICIAL_NAME, source_names
from lentigo.data.sources.official import compare_with_official
from lentigo.data.sources.table import SourceTable, match_classes, source_table
from lentigo.data.sources.tree import Tree, read_tree
from lentigo.data.tables import read_numbered_table, warn
from lentigo.settings.errors import DataError, TableError, several

NO_CLASS = "none"
"""What `--map` calls a row whose every class is 0."""
DERMOSCOPIC = "dermoscopic"
_SKIN_2017 = {"melanoma", "seborrheic_keratosis"}
"""ISIC 2017 has these two columns; by its rules a row of zeros is a nevus."""


@dataclass(frozen=True)
class Labelled:
    """A table that names images or lesions, and what it says."""

    path: str
    raw: pd.DataFrame
    key: str
    """The column that names the image, or the lesion."""
    is_by_lesion: bool
    labels: tuple[str, ...] = ()
    """One column of names, or several of zeros and ones; empty where it says no class."""


def recognises(folder: Path) -> bool:
    """Whether a folder has images and a table of their labels."""
    tree = read_tree(folder)
    return bool(tree.images) and any(table.labels for table in _tables(tree))


def read(
    folder: str | Path,
    class_map: Mapping[str, str] | None = None,
    label: str = "",
    known: Mapping[str, str] | None = None,
) -> SourceTable:
    """Read the table of labels and find each image, wherever below the folder it lies.

    Args:
        folder: holds the images and the table; or the table itself, beside or above its images.
        class_map: what a label means; `none` is a row whose every class is 0.
        label: the column that says the class, where several could.
        known: what labels mean that the taxonomy does not know, as a public set is known to use them.

    Raises:
        DataError: no table of labels, or several.
        TableError: a table is damaged, contradicts itself or names unknown classes; names lines.
    """
    place = Path(folder)
    tree = read_tree(place.parent if place.is_file() else place)
    tables = [_with_label(table, label) for table in _tables(tree)]
    chosen = _chosen(tree, tables, place)
    if chosen.is_by_lesion:
        chosen = _by_image(chosen, tables)
    rows = pd.DataFrame({"image_id": chosen.raw[chosen.key].map(plain_id), "called": chosen.raw[chosen.key]})
    rows["class"] = _classes(chosen, class_map, known or {})
    used = [chosen]
    for table in (chosen, *(one for one in tables if one.path != chosen.path)):
        if _add_facts(rows, table) and table not in used:
            used.append(table)
    _name_unread(tree, used)
    rows = _dermoscopic(rows)
    rows["path"] = _files_of(rows, tree)
    official = rows["image_id"].str.fullmatch(OFFICIAL_NAME)
    rows = rows.reindex(columns=[*rows.columns, *({"source", "licence", "lesion_id"} - set(rows))]).fillna("")
    rows["source"] = np.where(rows["source"] == "", source_names(rows, official), rows["source"])
    rows["licence"] = np.where((rows["licence"] == "") & official, LICENCE, rows["licence"])
    if not (rows["lesion_id"] != "").any() and "patient_id" not in rows:
        warn("no table says which images show one lesion or one person, so they cannot be kept together")
    facts: dict[str, object] = {"source": "labels", "tables": [table.path for table in used]}
    if published := compare_with_official(PurePosixPath(chosen.path).name, rows["class"]):
        facts["official"] = published
    return source_table(rows.drop(columns="called"), tree.root, facts)


def _tables(tree: Tree) -> list[Labelled]:
    """Every table below the folder that names its images or lesions, with the columns that say a class."""
    found = [table for path in tree.tables if (table := _read(tree, path, set(tree.by_stem)))]
    lesions = {cell for one in found if not one.is_by_lesion for cell in _lesions(one.raw)}
    return [one for one in found if not one.is_by_lesion or set(one.raw[one.key]) & lesions]


def _read(tree: Tree, path: str, stems: Collection[str]) -> Labelled | None:
    try:
        raw = read_numbered_table(tree.root / path, ())
    except TableError:
        return None
    if has_no_header(raw, stems):
        first = pd.DataFrame(
            [list(raw.columns)], columns=range(raw.shape[1]), index=pd.Index([1], name="line")
        )
        raw = pd.concat([first, raw.set_axis(range(raw.shape[1]), axis=1)])
        raw.columns = ["image", "label", *(f"column {place}" for place in range(3, raw.shape[1] + 1))][
            : raw.shape[1]
        ]
    key = image_column(raw, stems)
    by_lesion = key is None
    key = key or fact_columns(raw).get("lesion_id")
    if key is None:
        return None
    spare = {key, *fact_columns(raw).values()}
    named = [name for name in label_columns(raw) if name not in spare]
    return Labelled(path, raw, key, by_lesion, tuple(named[:1] or one_hot_columns(raw, spare)))


def _with_label(table: Labelled, label: str) -> Labelled:
    """The same, its class told by the column asked for."""
    return replace(table, labels=(label,) if label in table.raw else ()) if label else table


def _lesions(raw: pd.DataFrame) -> set[str]:
    column = fact_columns(raw).get("lesion_id")
    return set(raw[column]) if column else set()


def _chosen(tree: Tree, tables: list[Labelled], place: Path) -> Labelled:
    """The table asked for, or that with labels; of several, the one that knows all images of the others."""
    with_labels = [table for table in tables if table.labels]
    if place.is_file():
        with_labels = [
            table for table in with_labels if (tree.root / table.path).resolve() == place.resolve()
        ]
    if not with_labels:
        names = ", ".join(tree.tables) or "none"
        raise DataError(
            f"{place}: no table says the class of these images (tables found: {names}); expected one with a "
            "column of images and one of labels, such as image,label"
        )
    largest = max(with_labels, key=lambda table: len(table.raw))
    ids = {table.path: set(table.raw[table.key].map(plain_id)) for table in with_labels}
    others = [table.path for table in with_labels if not ids[table.path] <= ids[largest.path]]
    if others:
        lines = [
            f"{table.path}: {len(ids[table.path])} images, by {', '.join(table.labels[:3])}"
            for table in with_labels
        ]
        raise DataError(
            several(
                f"{place} has several tables of labels; give the one that is meant in place of the folder:",
                lines,
            )
        )
    return largest


def _by_image(table: Labelled, tables: list[Labelled]) -> Labelled:
    """A table of lesions, one row an image of each."""
    for other in tables:
        column = fact_columns(other.raw).get("lesion_id")
        if not other.is_by_lesion and column:
            images = pd.DataFrame({"image": other.raw[other.key], table.key: other.raw[column]})
            joined = images.merge(table.raw.drop_duplicates(table.key), on=table.key, how="inner")
            return replace(table, raw=joined.set_axis(joined.index + 2), key="image", is_by_lesion=False)
    raise DataError(f"{table.path} names lesions and no images; expected a table beside it that names both")


def _classes(table: Labelled, class_map: Mapping[str, str] | None, known: Mapping[str, str]) -> list[str]:
    """The class of each row; where not one label is known and nothing is mapped, labels stand as they are."""
    if len(table.labels) == 1:
        labels = table.raw[table.labels[0]].str.strip().tolist()
    else:
        nevus = "nevus" if set(table.labels) == _SKIN_2017 else NO_CLASS
        labels = [name or nevus for name in hot_classes(table.raw, list(table.labels)).tolist()]
    names = sorted(set(labels) - {""})
    if not class_map and not any(_is_code(name) or name in known for name in names):
        if all(name.replace(".", "").isdigit() for name in names):
            warn(
                f"{table.path}: classes are the numbers {', '.join(names)}; say what each means with "
                f"`--map {names[0]}=CLASS`"
            )
        return labels
    meant = {name: known[name] for name in names if name in known} | dict(class_map or {})
    codes = match_classes(names, meant)
    return [codes.get(label, "") for label in labels]


def _is_code(name: str) -> bool:
    return is_known_class(name) and name.lower() not in ("benign", "malignant")


def _add_facts(rows: pd.DataFrame, table: Labelled) -> bool:
    """Fill what is not known yet from a table of the same images; whether it knew anything."""
    columns = fact_columns(table.raw)
    if table.is_by_lesion or not columns:
        return False
    of_image = (
        table.raw.assign(key=table.raw[table.key].map(plain_id)).drop_duplicates("key").set_index("key")
    )
    more = of_image.reindex(rows["image_id"]).fillna("")
    for fact, column in columns.items():
        known = rows[fact] if fact in rows else pd.Series("", index=rows.index)
        rows[fact] = np.where(known != "", known, more[column])
    return bool((more != "").to_numpy().any())


def _dermoscopic(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows but those of clinical photographs, where the tables tell them from dermoscopic images."""
    kind = rows["image_type"].str.lower() if "image_type" in rows else pd.Series("", index=rows.index)
    is_other = ~kind.isin(["", DERMOSCOPIC])
    if not is_other.any() or is_other.all():
        return rows
    warn(f"{int(is_other.sum())} of {len(rows)} images are not dermoscopic and are left out")
    return rows[~is_other].copy()


def _name_unread(tree: Tree, used: list[Labelled]) -> None:
    unread = sorted(set(tree.tables) - {table.path for table in used})
    if unread:
        warn(f"tables that were not read: {', '.join(unread[:8])}{' ...' if len(unread) > 8 else ''}")
    if tree.masks:
        warn(f"{len(tree.masks)} masks or superpixels, such as {tree.masks[0]!r}, are left out")


def _files_of(rows: pd.DataFrame, tree: Tree) -> list[str]:
    """The file of each row: as the table calls it, else by its name anywhere below.

    Raises:
        DataError: an image has several files, and not all but one are masks.
    """
    paths, problems = [], []
    for image_id, called in zip(rows["image_id"], rows["called"], strict=True):
        found = _meant(tree, image_id, called.replace("\\", "/"))
        paths.append(found[0])
        if len(found) > 1:
            problems.append(f"{image_id}: {' and '.join(found[:3])}")
    if problems:
        raise DataError(several(f"{tree.root}: one image, two files; keep only the photographs:", problems))
    return paths


def _meant(tree: Tree, image_id: str, called: str) -> list[str]:
    """The file that an entry means: as it calls it, letter by letter or in any case, else its photograph."""
    stem = image_id.lower()
    files = tree.by_stem.get(stem) or tree.by_stem.get(stem.removesuffix("_downsampled"))
    if not files:
        return [f"{image_id}.jpg"]
    exact = [path for path in files if f"/{path}".endswith(f"/{called}")]
    alike = [path for path in files if f"/{path}".lower().endswith(f"/{called}".lower())]
    same_case = [path for path in files if PurePosixPath(path).stem == image_id]
    for found in (exact, alike, same_case):
        if len(found) == 1:
            return found
    return photographs(tree.root, files)
