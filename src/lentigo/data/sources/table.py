"""What every source yields, before any file is read: one row an image, with its class and what is known."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from lentigo.data.metadata.column_names import UNKNOWN_WORDS
from lentigo.data.metadata.drawn import mark_drawn
from lentigo.data.sources.sets.table import SETS
from lentigo.data.tables import warn
from lentigo.data.taxonomy import BINARY_CLASS_NAMES, CLASSES, find_class
from lentigo.settings.errors import TableError, several

COLUMNS = (
    "image_id",
    "path",
    "class",
    "lesion_id",
    "patient_id",
    "duplicate_group",
    "age_years",
    "sex",
    "site",
    "source",
    "licence",
    "given",
    "view",
    "skin_tone",
)
"""All text. `path` is relative to the image root, with forward slashes; `given` is the part or fold that
somebody else gave the image, `view` what kind of photograph it is, `skin_tone` as the source gives it; an
empty cell means unknown."""

NAMELESS = "none"
"""What `--map` and `--skip` call a label that is empty."""
SKIPPED = "(left out)"
"""A class that `--skip` gives: its images are no part of the data."""


@dataclass(frozen=True)
class SourceTable:
    """Images and labels as their publisher gives them."""

    table: pd.DataFrame
    """`COLUMNS`, one row an image, every `image_id` once."""
    image_root: Path
    facts: dict[str, Any] = field(default_factory=dict)
    """Where it comes from (`source`, `tables`); goes into `manifest.json`."""


def source_table(rows: pd.DataFrame, image_root: Path, facts: Mapping[str, Any]) -> SourceTable:
    """Bring rows into the form of a `SourceTable`: missing columns empty, repeated images collapsed.

    Args:
        rows: at least image_id, path and class; the index names the line or place of each row.
        image_root: the folder `path` is relative to.
        facts: goes into `manifest.json`.

    Raises:
        TableError: an image without id or class, or with two classes or contradicting facts.
    """
    table = _without_skipped(rows).reindex(columns=list(COLUMNS)).fillna("").astype(str)
    for name in ("sex", "site"):
        text = table[name].str.strip().str.lower()
        table[name] = text.where(~text.isin(UNKNOWN_WORDS), "")
    nameless = [
        f"{_place(place)}: no {name}"
        for name in ("image_id", "class")
        for place in table.index[table[name] == ""]
    ]
    if nameless:
        raise TableError(several("every image needs an id and a class:", nameless))
    kept = mark_drawn(collapse(table, "image_id")).reset_index(drop=True)
    return SourceTable(kept, Path(image_root), dict(facts))


def of_set(source: SourceTable, key: str) -> SourceTable:
    """Fill in what a row of `SETS` says of its images; a licence of its own that an image has stays.

    Args:
        source: as a reader gives it.
        key: the row's name; empty: of no public set.
    """
    if key not in SETS:
        return source
    row = SETS[key]
    table = source.table.assign(
        licence=source.table["licence"].where(source.table["licence"] != "", row.licence)
    )
    about = {
        "name": key,
        "title": row.title,
        "licence": row.licence,
        "citation": row.citation,
        "page": row.page,
    }
    return SourceTable(table, source.image_root, {**source.facts, "set": about})


def _without_skipped(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows but those whose class is left out on purpose; whoever does so says how many."""
    is_skipped = rows["class"] == SKIPPED
    return rows[~is_skipped]


def collapse(table: pd.DataFrame, key: str) -> pd.DataFrame:
    """Keep one row of those that repeat an id and agree in everything else.

    Raises:
        TableError: rows repeat an id and contradict each other; names lines and columns.
    """
    again = table[table[key].duplicated(keep=False)]
    if again.empty:
        return table
    problems = [
        f"{name!r} has {column} {' and '.join(map(repr, sorted(set(rows[column]))))} "
        f"({', '.join(map(_place, rows.index[:4]))})"
        for name, rows in again.groupby(key, sort=True)
        for column in table.columns
        if rows[column].nunique() > 1
    ]
    if problems:
        raise TableError(several("the same image appears with different facts:", problems))
    num_repeats = int(table[key].duplicated().sum())
    warn(f"{num_repeats} repeated rows, such as that of {again[key].iloc[0]!r}, say the same and count once")
    return table[~table[key].duplicated()]


def codes_of(
    names: Sequence[str], class_map: Mapping[str, str] | None = None, known: Mapping[str, str] | None = None
) -> dict[str, str]:
    """As `match_classes`; but where not one name is known and none is mapped, names stand as they are.

    Args:
        names: what a source calls its classes; `""` for none.
        class_map: source's name to class, or to `SKIPPED`, in any case.
        known: what names mean that the taxonomy does not know, as a public set is known to use them.
    """
    meant = {name: (known or {})[name] for name in names if name in (known or {})}
    is_any_known = bool(meant) or any((find_class(name) or "UNK") != "UNK" for name in names)
    mapped = class_map or {}
    if is_any_known or any(target != SKIPPED for target in mapped.values()):
        return match_classes(names, meant | dict(mapped))
    stand = {name: name.lower() if name.lower() in BINARY_CLASS_NAMES else name for name in names if name}
    return match_classes(names, {**stand, **mapped})


def match_classes(names: Sequence[str], class_map: Mapping[str, str] | None = None) -> dict[str, str]:
    """Say which class each name of a source means, by code or diagnosis name, or as `class_map` tells.

    Args:
        names: what the source calls its classes.
        class_map: source's name to class, in any case; may introduce classes of its own.

    Raises:
        TableError: a name nobody knows; lists them with the nearest known one.
    """
    mapped = {name.lower(): target for name, target in (class_map or {}).items()}
    mapped |= {"": mapped.pop(NAMELESS)} if NAMELESS in mapped and "" in names else {}
    unused = sorted(set(mapped) - {name.lower() for name in names})
    if unused:
        raise TableError(f"--map names {', '.join(unused)}, but the classes found are {', '.join(names)}")
    found = {name: mapped.get(name.lower()) or find_class(name) for name in names}
    unknown = [name for name, code in found.items() if code is None]
    if unknown:
        first = shlex.quote(unknown[0] or NAMELESS)
        remedy = (
            f"say what each means with `--map {first}=CLASS` (classes: {', '.join(CLASSES)}), or leave it "
            f"out with `--skip {first}`"
        )
        raise TableError(several(f"unknown classes; {remedy}:", [repr(name) for name in unknown]))
    return {name: code for name, code in found.items() if code is not None}


def _place(index: object) -> str:
    return f"line {index}" if isinstance(index, int) else str(index)
