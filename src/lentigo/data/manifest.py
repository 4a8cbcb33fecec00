"""The manifest: one row an image, in `manifest.csv`; image root and classes, in `manifest.json`.

All other rooms read images and labels from here and nowhere else.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from lentigo.data.metadata.drawn import SYNTHETIC, count_sources, mark_drawn
from lentigo.data.metadata.encoding import Known, known_rows
from lentigo.data.tables import read_numbered_table, write_table
from lentigo.settings.errors import DataError, TableError, several
from lentigo.settings.files import sha256_of, write_json
from lentigo.settings.reading import Document, read_json

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
    "width",
    "height",
    "sha256",
    "perceptual_hash",
    "source",
    "licence",
)
OPTIONAL = ("given", "view", "skin_tone")
"""Columns written only where something is known. `given` is the part or fold (`train`, `fold 0`) that
somebody else gave the image: `lentigo split --given` keeps it. `view` is the kind of photograph
(`dermoscopic`, `clinical`), `skin_tone` the class that the source gives, on a scale of its own."""
SCHEMA_VERSION = 1
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")


@dataclass(frozen=True)
class Manifest:
    """Images, labels, and what is known about each."""

    table: pd.DataFrame
    """`COLUMNS` and `OPTIONAL`: text, age_years float, width and height int; unknown is empty, NaN, 0."""
    image_root: Path
    class_names: tuple[str, ...]
    """Those that have images: known classes in the order of the taxonomy, then others sorted."""
    path: Path | None = None
    """The `manifest.csv`; None before it is saved."""
    sha256: str = ""
    """Of the bytes of `manifest.csv`."""

    def image_path(self, row: int) -> Path:
        """The file of one row, by position."""
        return self.image_root / str(self.table["path"].iloc[row])

    def paths(self) -> list[Path]:
        """The file of each row, in order."""
        return [self.image_root / path for path in self.table["path"]]

    def image_ids(self) -> npt.NDArray[np.object_]:
        """The id of each row (N,), text."""
        return np.array(self.table["image_id"].tolist(), dtype=object)

    def labels(self) -> npt.NDArray[np.object_]:
        """The class of each row (N,), text."""
        return np.array(self.table["class"].tolist(), dtype=object)

    def known(self) -> list[Known]:
        """What is known beside the image of each row, in order."""
        return known_rows(self.table["age_years"], self.table["sex"], self.table["site"])

    def class_counts(self) -> dict[str, int]:
        """Number of images of each class, in the order of `class_names`."""
        counts = Counter(self.table["class"])
        return {name: counts[name] for name in self.class_names}


def is_drawn(manifest: Manifest) -> bool:
    """Whether any of the images is a drawn lesion."""
    return bool((manifest.table["source"] == SYNTHETIC).any())


def sources_of(manifest: Manifest, rows: npt.NDArray[np.int64]) -> dict[str, int]:
    """How many of some images come from each source."""
    return count_sources(manifest.table["source"].iloc[rows].tolist())


def load_manifest(path: str | Path, root: str | Path | None = None) -> Manifest:
    """Read a manifest and check that nothing in it contradicts or leaves the image root.

    Args:
        path: `manifest.csv`, or the folder it lies in.
        root: where the images are now, if they have moved.

    Raises:
        DataError: files are missing, changed since they were written, or rows point out of the image root.
        TableError: the table is damaged; names lines.
    """
    csv_file, facts = _open(Path(path))
    sha256 = sha256_of(csv_file)
    if sha256 != facts["sha256"]:
        raise DataError(f"{csv_file} is not the one its manifest.json describes; import the images again")
    table = mark_drawn(_typed(csv_file, read_numbered_table(csv_file, COLUMNS, OPTIONAL)))
    image_root = Path(root) if root is not None else csv_file.parent / facts["image_root"]
    class_names = tuple(facts["class_names"])
    strangers = sorted(set(table["class"]) - set(class_names))
    if strangers:
        raise TableError(f"{csv_file}: classes {', '.join(map(repr, strangers))} are not in manifest.json")
    check_paths(table["path"].tolist(), image_root)
    return Manifest(table.reset_index(drop=True), image_root, class_names, csv_file, sha256)


def load_facts(path: str | Path) -> dict[str, Any]:
    """Everything `manifest.json` says; `path` as for `load_manifest`."""
    return _open(Path(path))[1]


def replace_manifest(
    folder: str | Path,
    table: pd.DataFrame,
    image_root: Path,
    class_names: Sequence[str],
    facts: Mapping[str, Any],
) -> Manifest:
    """Write a manifest over whatever there is; the same arguments give the same bytes.

    Args:
        folder: gets `manifest.csv` and `manifest.json`; see also `require_no_manifest`.
        table: `COLUMNS`.
        image_root: what its paths are relative to.
        class_names: in order.
        facts: plain JSON values, into `manifest.json`.
    """
    csv_file = Path(folder) / "manifest.csv"
    known = [name for name in OPTIONAL if name in table and (table[name] != "").any()]
    written = table[[*COLUMNS, *known]].reset_index(drop=True)
    table = written.assign(**{name: "" for name in OPTIONAL if name not in known})
    ages = [_age_text(age) for age in table["age_years"]]
    write_table(csv_file, written.assign(age_years=ages))
    sha256 = sha256_of(csv_file)
    record = {
        "schema_version": SCHEMA_VERSION,
        "image_root": _portable_root(image_root, csv_file.parent),
        "class_names": list(class_names),
        "sha256": sha256,
    }
    write_json(csv_file.with_suffix(".json"), {**facts, **record})
    return Manifest(table, Path(image_root), tuple(class_names), csv_file, sha256)


def require_no_manifest(folder: str | Path) -> None:
    """Refuse to go on where a manifest lies already.

    Raises:
        DataError: names it and the remedy.
    """
    csv_file = Path(folder) / "manifest.csv"
    if csv_file.exists():
        raise DataError(f"{csv_file} exists; choose another folder, or replace it with --force")


def check_paths(paths: Sequence[str], image_root: Path) -> None:
    """Make sure that no path can leave the image root, whatever the table says.

    Raises:
        DataError: absolute paths, `..`, URLs, NUL, or symbolic links out of the root; lists them.
    """
    problems = [f"{path!r}: {reason}" for path in paths if (reason := _escape(path))]
    if not problems:
        problems = [
            f"{path!r}: a symbolic link out of the image root" for path in _links_out(paths, image_root)
        ]
    if problems:
        raise DataError(several(f"paths must stay inside the image root {image_root}:", problems))


def _escape(path: str) -> str:
    """Why a path is not allowed; empty when it is."""
    if not path:
        return "is empty"
    if "\0" in path:
        return "holds a NUL character"
    if _URL.match(path):
        return "is a URL"
    if path.startswith(("/", "\\")) or _DRIVE.match(path):
        return "is absolute"
    return "leaves the folder (..)" if ".." in re.split(r"[\\/]", path) else ""


def _links_out(paths: Sequence[str], image_root: Path) -> list[str]:
    """Paths that lead out of the root through a symbolic link; looks at each folder once."""
    root = os.path.realpath(image_root)
    real_folders: dict[str, str] = {}
    found = []
    for path in paths:
        folder, name = os.path.split(os.path.join(root, path))
        if folder not in real_folders:
            real_folders[folder] = os.path.realpath(folder)
        full = os.path.join(real_folders[folder], name)
        target = os.path.realpath(full) if os.path.islink(full) else full
        if os.path.commonpath([root, target]) != root:
            found.append(path)
    return found


def _open(path: Path) -> tuple[Path, dict[str, Any]]:
    """Find both files; returns the path of the CSV and the JSON's content."""
    csv_file = path / "manifest.csv" if path.is_dir() else path
    json_file = csv_file.with_suffix(".json")
    for file in (csv_file, json_file):
        if not file.is_file():
            raise DataError(f"{file}: no such file; make a manifest with `lentigo data import`")
    document = Document(json_file, DataError, "import the images again")
    facts = read_json(json_file, document)
    missing = {"schema_version", "image_root", "class_names", "sha256"} - set(facts)
    if missing or facts["schema_version"] != SCHEMA_VERSION:
        raise DataError(f"{json_file} is not a manifest of schema {SCHEMA_VERSION}; import the images again")
    names = facts["class_names"]
    if (
        not isinstance(facts["image_root"], str)
        or not isinstance(names, list)
        or not all(map(_is_text, names))
    ):
        document.refuse("does not say where the images are, or what the classes are called")
    return csv_file, facts


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _typed(csv_file: Path, raw: pd.DataFrame) -> pd.DataFrame:
    """Turn ages and sizes into numbers and check that ids are unique and classes named."""
    table = raw[[*COLUMNS, *OPTIONAL]].copy()
    table["age_years"] = numbers(csv_file, raw["age_years"])
    for name in ("width", "height"):
        table[name] = numbers(csv_file, raw[name]).fillna(0).astype(int)
    repeated = table.index[table["image_id"].duplicated()]
    nameless = table.index[(table["class"] == "") | (table["image_id"] == "")]
    problems = [f"line {line}: image {raw['image_id'][line]!r} appears again" for line in repeated]
    problems += [f"line {line}: no image_id or no class" for line in nameless]
    if problems:
        raise TableError(several(f"{csv_file}:", problems))
    return table


def numbers(title: object, column: pd.Series[str]) -> pd.Series[float]:
    """Read a column of numbers, 0 or more; empty is NaN.

    Raises:
        TableError: cells that are no such number, with their line or image.
    """
    values = pd.to_numeric(column.replace("", "nan"), errors="coerce").astype(float)
    wrong = column.index[(values.isna() & (column != "")) | (values < 0) | np.isinf(values)]
    if len(wrong):
        lines = [f"{_place(index)}: {column[index]!r}" for index in wrong]
        raise TableError(several(f"{title}: {column.name} is not a number of 0 or more:", lines))
    return values


def _place(index: object) -> str:
    return f"line {index}" if isinstance(index, int) else f"image {index!r}"


def _age_text(age: float) -> str:
    """The shortest text that reads back as the same number; empty for NaN."""
    return "" if np.isnan(age) else f"{age:.15g}"


def _portable_root(image_root: Path, folder: Path) -> str:
    """Relative to the manifest where the images lie beside it, so both can move together; else absolute."""
    root, home = image_root.resolve(), folder.resolve()
    return root.relative_to(home).as_posix() if root.is_relative_to(home) else str(root)
