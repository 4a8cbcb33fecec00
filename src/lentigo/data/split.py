"""A manifest in; train, validation and test out, stratified by class, with no group on two sides.

`split.csv` says for each image its group, part and fold; `split.json` holds the content hash that travels
with every number computed from it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from lentigo.data.apportionment import deal
from lentigo.data.groups import Texts, group_ids, largest_group, warn_of_chains
from lentigo.data.manifest import Manifest
from lentigo.data.metadata.lesion_pairs import shown_rows
from lentigo.data.tables import read_table, warn, write_table
from lentigo.settings.errors import SplitError, several
from lentigo.settings.files import write_json
from lentigo.settings.reading import Document, read_json

PARTS = ("train", "validation", "test")
COLUMNS = ("image_id", "group", "part", "fold")
NO_FOLD = -1
SCHEMA_VERSION = 1
WIDEST_DEVIATION = 0.01
"""A part's share of a class should be within this of the whole's."""


@dataclass(frozen=True)
class Split:
    """Which image is in which part."""

    table: pd.DataFrame
    """image_id, group, part (text) and fold (int; -1: none), sorted by image_id."""
    hash: str
    """SHA-256 of the table's content."""
    facts: dict[str, Any] = field(default_factory=dict)
    """How it was made and what came out: seed, fractions, counts; goes into `split.json`."""
    hidden: frozenset[str] = frozenset()
    """Images that no part is asked for, though their group is in one: see `of_view`."""

    def rows(self, manifest: Manifest, part: str) -> npt.NDArray[np.int64]:
        """Positions in `manifest.table` of the images of a part (n,), ascending.

        Raises:
            SplitError: the split is of other images than the manifest, or there is no such part.
        """
        if part not in PARTS:
            raise SplitError(f"there is no part {part!r}; parts are {', '.join(PARTS)}")
        is_of_part = self._column(manifest, "part") == part
        return np.flatnonzero(is_of_part & ~self._is_hidden(manifest)).astype(np.int64)

    def of_view(self, manifest: Manifest, view: str) -> Split:
        """The same parts, of which only one view of the lesions is asked for, or one image for each pair.

        Args:
            manifest: its column `view` says which image is which.
            view: `all`, a value of that column, or `pair`.

        Raises:
            SplitError: the manifest has no such image, or no pair.
        """
        if view == "all":
            return self
        is_shown = shown_rows(manifest.table, view)
        return replace(self, hidden=frozenset(manifest.table["image_id"][~is_shown]))

    @property
    def origin(self) -> str:
        """The hash of the split that this one was made from; its own where it was made from none."""
        return str(self.facts.get("split_hash", self.hash))

    @property
    def num_folds(self) -> int:
        """How many folds there are; 0 for none."""
        return int(self.table["fold"].max()) + 1

    def groups(self, manifest: Manifest) -> Texts:
        """The group of each row of the manifest (N,), text."""
        return self._column(manifest, "group")

    def folds(self, manifest: Manifest) -> npt.NDArray[np.int64]:
        """The fold of each row of the manifest (N,); -1 where there is none."""
        folds = self._column(manifest, "fold").astype(np.int64)
        return np.where(self._is_hidden(manifest), NO_FOLD, folds)

    def _is_hidden(self, manifest: Manifest) -> npt.NDArray[np.bool_]:
        return manifest.table["image_id"].isin(self.hidden).to_numpy(dtype=np.bool_)

    def crossings(self, manifest: Manifest) -> list[str]:
        """Groups, computed afresh from the manifest, with images in two parts; sorted, empty as it must be.

        The manifest may know links that it did not know when the split was made.
        """
        return crossing_groups(
            pd.DataFrame({"part": self._column(manifest, "part")}), group_ids(manifest.table)
        )

    def for_fold(self, fold: int) -> Split:
        """The split of one cross-validation run: this fold is validation, the others train, test stays test.

        Raises:
            SplitError: there is no such fold.
        """
        if not 0 <= fold < self.num_folds:
            raise SplitError(
                f"there is no fold {fold}; the split has {self.num_folds} (make them with --folds)"
            )
        is_test, is_fold = self.table["part"] == "test", self.table["fold"] == fold
        parts = np.where(is_test, "test", np.where(is_fold, "validation", "train"))
        table = self.table.assign(part=pd.Series(parts, index=self.table.index, dtype=str))
        facts = {**self.facts, "fold": fold, "split_hash": self.origin}
        return Split(table, content_hash(table), facts, self.hidden)

    def _column(self, manifest: Manifest, name: str) -> Texts:
        """One column in the order of the manifest."""
        ids = manifest.table["image_id"]
        column = self.table.set_index("image_id")[name].reindex(ids)
        strangers = len(self.table) + int(column.isna().sum()) - len(ids)
        if column.isna().any() or strangers:
            raise SplitError(
                f"the split is not of this manifest: {int(column.isna().sum())} of its {len(ids)} images are "
                f"not in the split, and {strangers} images of the split are not in it; make the split again"
            )
        return np.array(column.tolist(), dtype=object)


def make_split(
    manifest: Manifest,
    fractions: Sequence[float] = (0.7, 0.15, 0.15),
    seed: int = 0,
    folds: int = 0,
) -> Split:
    """Divide the images of a manifest; groups stay whole, and every part gets its share of every class.

    Args:
        manifest: the images; the order of its rows does not matter.
        fractions: shares of train, validation and test, adding up to 1; validation or test may be 0.
        seed: another seed deals groups of equal size otherwise.
        folds: number the images outside test from 0 to `folds` - 1 as well, for cross-validation; 0 does not.

    Raises:
        SplitError: a class has fewer groups than there are parts or folds, or only one class is there.
    """
    _check_request(fractions, folds)
    groups = group_ids(manifest.table)
    warn_of_chains(groups)
    table = pd.DataFrame({"image_id": manifest.image_ids(), "group": groups, "class": manifest.labels()})
    table = table.sort_values("image_id", ignore_index=True)
    counts = _group_counts(table, seed)
    names = [part for part, share in zip(PARTS, fractions, strict=True) if share > 0]
    shares = [share for share in fractions if share > 0]
    _check_groups(counts, len(names), f"{len(names)} parts ({', '.join(names)})")
    parts = pd.Series(_deal(counts, shares, "part"), index=counts.index)
    table["part"] = table["group"].map(parts.map(dict(enumerate(names))))
    table["fold"] = NO_FOLD
    if folds:
        table["fold"] = _folds(table, counts, folds)
    facts = {"seed": seed, "fractions": list(fractions), "folds": folds, "manifest_sha256": manifest.sha256}
    result = table[list(COLUMNS)]
    return Split(result, content_hash(result), {**facts, **outcome(table, manifest.class_names)})


def with_folds(split: Split, manifest: Manifest, folds: int, seed: int = 0) -> Split:
    """The same parts, with the images outside test dealt to `folds` folds as `make_split` deals them.

    Raises:
        SplitError: a class has fewer groups outside test than there are folds, a group is on two sides, or
            the split is of other images.
    """
    _check_folds(folds)
    if crossing := crossing_groups(split.table, split.table["group"].to_numpy()):
        raise SplitError(
            f"{len(crossing)} groups are in two parts, such as {crossing[0]}: folds need a split by group"
        )
    labels = pd.Series(manifest.labels(), index=manifest.table["image_id"])
    split.folds(manifest)  # whether the split is of this manifest
    table = split.table.assign(**{"class": split.table["image_id"].map(labels)})
    table["fold"] = _folds(table, _group_counts(table, seed), folds)
    result = table[list(COLUMNS)]
    facts = {**split.facts, "folds": folds, "fold_seed": seed, "split_hash": split.origin}
    return Split(result, content_hash(result), facts)


def content_hash(table: pd.DataFrame) -> str:
    """SHA-256 of a split's rows, sorted; the same for the same content in any order of rows and columns."""
    rows = sorted(
        json.dumps([str(image_id), str(group), str(part), int(fold)])
        for image_id, group, part, fold in table[list(COLUMNS)].itertuples(index=False)
    )
    return hashlib.sha256("\n".join(rows).encode("utf-8")).hexdigest()


def crossing_groups(table: pd.DataFrame, groups: Texts, column: str = "part") -> list[str]:
    """Groups that are on two sides, sorted; empty is as it must be.

    Args:
        table: a split's table.
        groups: group of each of its rows (N,); `split.table["group"]`, or computed afresh from a manifest.
        column: `part` or `fold`.
    """
    sides = table[column].groupby(groups).nunique()
    return sorted(str(name) for name in sides.index[sides > 1])


def save_split(path: str | Path, split: Split, overwrite: bool = False) -> None:
    """Write `split.csv` (or what `path` calls it) and, beside it, a `.json` with hash and facts.

    Raises:
        SplitError: there is one already.
    """
    path = Path(path)
    if path.exists() and not overwrite:
        raise SplitError(
            f"{path} exists; runs may depend on it: write to another path, or replace it with --force"
        )
    write_table(path, split.table)
    write_json(
        path.with_suffix(".json"), {"schema_version": SCHEMA_VERSION, "hash": split.hash, **split.facts}
    )


def split_beside(manifest: str | Path) -> Path:
    """The split.csv that `lentigo split` wrote beside a manifest.

    Args:
        manifest: manifest.csv, or its folder.

    Raises:
        SplitError: there is none; says how to make one.
    """
    place = Path(manifest)
    found = (place if place.is_dir() else place.parent) / "split.csv"
    if not found.is_file():
        raise SplitError(
            f"{found} does not exist; make it with `lentigo split {manifest}`, or say --split FILE"
        )
    return found


def load_split(path: str | Path) -> Split:
    """Read a split and verify its hash.

    Args:
        path: `split.csv`, or the folder it lies in.

    Raises:
        SplitError: missing, changed by hand, or with a group on two sides.
        TableError: the table is damaged; names lines.
    """
    path = Path(path) / "split.csv" if Path(path).is_dir() else Path(path)
    record = _read_record(path)
    table = read_table(path, COLUMNS)[list(COLUMNS)]
    problems = _table_problems(table)
    if problems:
        raise SplitError(several(f"{path} is not a split:", problems))
    table["fold"] = table["fold"].astype(int)
    found = content_hash(table)
    if found != record.pop("hash"):
        raise SplitError(f"{path} was changed after it was made; make the split again, with its seed")
    record.pop("schema_version", None)
    return Split(table, found, record)


def _read_record(path: Path) -> dict[str, Any]:
    json_file = path.with_suffix(".json")
    for file in (path, json_file):
        if not file.is_file():
            raise SplitError(f"{file}: no such file; make a split with `lentigo split MANIFEST`")
    document = Document(json_file, SplitError, "make the split again")
    record = read_json(json_file, document)
    if "hash" not in record:
        document.refuse("holds no hash")
    return record


def _table_problems(table: pd.DataFrame) -> list[str]:
    problems = [f"there is no part {name!r}" for name in sorted(set(table["part"]) - set(PARTS))]
    problems += [
        f"fold {text!r} is not a number" for text in sorted(set(table["fold"])) if not _is_fold(text)
    ]
    problems += [
        f"image {name!r} appears again" for name in table["image_id"][table["image_id"].duplicated()]
    ]
    return problems


def _is_fold(text: str) -> bool:
    return text == str(NO_FOLD) or text.isdecimal()


def _check_request(fractions: Sequence[float], folds: int) -> None:
    is_sum_one = len(fractions) == len(PARTS) and abs(sum(fractions) - 1) < 1e-6
    if not is_sum_one or min(fractions) < 0 or fractions[0] == 0:
        raise SplitError(
            f"fractions {tuple(fractions)}: expected shares of {', '.join(PARTS)} that add up to 1, with "
            "train over 0"
        )
    if folds:
        _check_folds(folds)


def _check_folds(folds: int) -> None:
    if folds < 2:
        raise SplitError(f"{folds} folds: expected 2 or more, or 0 for none")


def _folds(table: pd.DataFrame, counts: pd.DataFrame, folds: int) -> pd.Series[int]:
    """The fold of each row; -1 in the test part, whose groups are whole."""
    inside = counts.loc[counts.index.isin(set(table["group"][table["part"] != "test"]))]
    _check_groups(inside, folds, f"{folds} folds outside test")
    of_group = pd.Series(_deal(inside, [1 / folds] * folds, "fold"), index=inside.index)
    return table["group"].map(of_group).fillna(NO_FOLD).astype(int)


def _group_counts(table: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Images of each class (columns) in each group (index), largest first, equals shuffled by the seed."""
    counts = pd.crosstab(table["group"], table["class"])

    def rank(name: object) -> str:
        return hashlib.sha256(f"{seed}\n{name}".encode()).hexdigest()

    order = pd.DataFrame(
        {"size": -counts.sum(axis=1), "rank": [rank(name) for name in counts.index]}, counts.index
    )
    return counts.loc[order.sort_values(["size", "rank"]).index]


def _deal(counts: pd.DataFrame, shares: Sequence[float], what: str) -> npt.NDArray[np.int64]:
    """Deal, and make sure that no part has been left without a class."""
    values = counts.to_numpy(dtype=np.float64)
    parts = deal(values, shares)
    lacking = [
        f"{what} {part} has no {name}"
        for part in range(len(shares))
        for name in counts.columns[values[parts == part].sum(axis=0) == 0]
    ]
    if lacking:
        raise SplitError(
            several("groups hold several classes and cannot be divided so that no class is lost:", lacking)
        )
    return parts


def _check_groups(counts: pd.DataFrame, needed: int, purpose: str) -> None:
    """Every class needs a group for each part."""
    if len(counts.columns) < 2:
        raise SplitError(f"only one class ({', '.join(map(str, counts.columns))}); two are needed")
    groups = (counts > 0).sum()
    few = [f"class {name!r} has {number} groups" for name, number in groups.items() if number < needed]
    if few:
        raise SplitError(
            several(f"{purpose} need as many groups of every class; use fewer, or add images:", few)
        )


def outcome(table: pd.DataFrame, class_names: Sequence[str]) -> dict[str, Any]:
    """Counts of a table with part, class and group; a warning where class shares are off by too much."""
    counts = pd.crosstab(table["part"], table["class"]).reindex(index=list(PARTS), columns=list(class_names))
    counts = counts.fillna(0).astype(int)
    sizes = counts.sum(axis=1)
    shares = counts[sizes > 0].div(sizes[sizes > 0], axis=0)
    deviation = float(np.abs((shares - counts.sum() / len(table)).to_numpy()).max())
    if deviation > WIDEST_DEVIATION:
        warn(f"a part's share of a class is off by {100 * deviation:.1f} points; more groups would even out")
    name, size = largest_group(np.array(table["group"].tolist(), dtype=np.object_))
    return {
        "num_images": {part: int(sizes[part]) for part in PARTS},
        "num_groups": {part: len(set(table["group"][table["part"] == part])) for part in PARTS},
        "class_counts": counts.to_dict("index"),
        "largest_group": {"group": name, "num_images": size},
        "widest_class_share_deviation": round(deviation, 6),
    }
