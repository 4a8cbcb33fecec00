"""What is known of images, a manifest, a list or a DataFrame, in; one table of text out, an image a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from lentigo.api.answers.tables.given import Given, GivenTable, given_table
from lentigo.data.entries import read_manifest
from lentigo.data.manifest import Manifest, load_manifest
from lentigo.data.sources.identity import archive_id
from lentigo.data.sources.listing import list_of
from lentigo.data.tables import warn
from lentigo.evaluation.class_map import ClassMap, coarse_name
from lentigo.settings.errors import TableError, several
from lentigo.settings.toml import did_you_mean

PARTS = {
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(("val", "valid", "validation", "dev"), "validation"),
    **dict.fromkeys(("test", "testing"), "test"),
}
"""What others call a part -> what we do."""
LINKS = ("lesion_id", "patient_id", "duplicate_group")
FACTS = (*LINKS, "sha256", "age_years", "sex", "site", "source")
_ZERO_ONE = {"0": "benign", "1": "malignant", "0.0": "benign", "1.0": "malignant",
             "false": "benign", "true": "malignant"}  # fmt: skip


@dataclass(frozen=True)
class Known:
    """Images and what somebody says of them."""

    table: pd.DataFrame
    """Indexed by `key_of` the image: image_id, class, part, `FACTS` and further columns; text, empty:
    unknown."""
    name: str
    manifest: Manifest | None = None
    """Where the images themselves are at hand."""


def key_of(image_id: str) -> str:
    """By what an image is found in another table: its id in the archive, in lower case."""
    return archive_id(image_id).lower()


def read_known(given: Given, name: str, further: Sequence[str] = ()) -> Known:
    """Read what is known of images.

    Args:
        given: a manifest or its folder, with `split.csv` beside it or not; a CSV file; or a DataFrame.
        name: what to call it where it is no file.
        further: columns to keep beside the usual ones, where the table has them.

    Raises:
        TableError: an image has two classes, or the table names no images.
    """
    if isinstance(given, str | Path) and _is_manifest(Path(given)):
        manifest = load_manifest(given)
        table = read_manifest(given).table
        return Known(_keyed(table, manifest.table, further, str(given)), str(given), manifest)
    return known_of(given_table(given, name), further)


def known_of(table: GivenTable, further: Sequence[str] = ()) -> Known:
    """What a table at hand says of its images."""
    raw = table.raw.reset_index(drop=True)
    return Known(_keyed(list_of(raw, table.name), raw, further, table.name), table.name)


def with_classes(known: Known, class_map: ClassMap) -> Known:
    """The same with classes after the equations; where all are 0 and 1 these are benign and malignant."""
    classes = known.table["class"].map(lambda name: coarse_name(name, class_map))
    names = set(classes) - {""}
    if names and {name.lower() for name in names} <= set(_ZERO_ONE):
        classes = classes.map(lambda name: _ZERO_ONE.get(name.lower(), ""))
        warn(f"{known.name}: classes are 0 and 1, read as benign and malignant")
    classes = classes.map(lambda name: name.lower() if name.lower() in ("benign", "malignant") else name)
    return Known(known.table.assign(**{"class": classes}), known.name, known.manifest)


def filled(known: Known, more: Known) -> Known:
    """Known images with what another table knows of them where nothing was known."""
    others = more.table.reindex(known.table.index).fillna("")
    columns = dict.fromkeys([*known.table, *others])
    blank = pd.Series("", index=known.table.index)
    table = {
        name: known.table.get(name, blank).where(known.table.get(name, blank) != "", others.get(name, blank))
        for name in columns
    }
    return Known(pd.DataFrame(table), known.name, known.manifest)


def check_columns(tables: Sequence[pd.DataFrame], wanted: Sequence[str], option: str) -> None:
    """Stop where a column that was asked for is in none of the tables."""
    there = [str(name) for table in tables for name in table]
    for name in wanted:
        if name not in there:
            near = did_you_mean(name, there)
            raise TableError(f"{option} {name}: no table has that column{near}")


def _is_manifest(path: Path) -> bool:
    csv_file = path / "manifest.csv" if path.is_dir() else path
    return path.is_dir() or csv_file.with_suffix(".json").is_file()


def _keyed(table: pd.DataFrame, raw: pd.DataFrame, further: Sequence[str], name: str) -> pd.DataFrame:
    """One row an image; a part by our word for it."""
    table = table.reindex(columns=["image_id", "class", "part", *FACTS]).fillna("").astype(str)
    extra = [column for column in further if column in raw and column not in table]
    table = table.assign(**{column: raw[column].to_numpy(dtype=object) for column in extra})
    table["part"] = table["part"].map(lambda text: PARTS.get(text.strip().lower(), text.strip()))
    table.index = pd.Index([key_of(image_id) for image_id in table["image_id"]], name="key")
    named = table[table["class"] != ""]
    classes = named.groupby(level=0)["class"].nunique()
    both = classes.index[classes > 1].tolist()
    if both:
        found = [f"{key}: {' and '.join(sorted(set(named.loc[key, 'class'])))}" for key in both]
        raise TableError(several(f"{name} says two classes of one image:", found))
    return table[~table.index.duplicated()]
