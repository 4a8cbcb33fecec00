"""The files of the ISIC challenges in, a `SourceTable` out.

Ground truth: `image` and one column a class, one of them 1 in each row (2018's AKIEC and 2019's AK and SCC
stay what they are). Metadata, optional: age, site, lesion, patient, sex. Images: `<image>.jpg` in a folder.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from lentigo.data.sources.identity import OFFICIAL_NAME
from lentigo.data.sources.official import compare_with_official
from lentigo.data.sources.reading.columns import zeros_and_ones
from lentigo.data.sources.reading.image_files import image_paths
from lentigo.data.sources.reading.named_tables import name_unread_files
from lentigo.data.sources.sets.table import set_of_tables
from lentigo.data.sources.table import SourceTable, collapse, match_classes, of_set, source_table
from lentigo.data.tables import read_numbered_table, warn
from lentigo.settings.errors import DataError, TableError, several
from lentigo.settings.toml import did_you_mean

TRUTH_PATTERNS = ("GroundTruth.csv", "*_GroundTruth.csv")
METADATA_PATTERNS = ("Metadata.csv", "*_Metadata.csv", "*metadata.csv", "*_LesionGroupings.csv")
IMAGE_FOLDERS = ("images", "*_Training_Input", "*_Test_Input", "*_Input")
LICENCE = "CC-BY-NC-4.0"
"""Of ISIC 2019 and HAM10000; given to official images of no known set whose metadata name no licence."""

OTHER_NAMES = {
    "image": ("image_id", "image_name", "isic_id"),
    "age_years": ("age_approx", "age"),
    "site": ("anatom_site_general", "anatom_site_general_challenge", "localization"),
    "licence": ("license", "copyright_license"),
}
"""What tables call our columns, in the challenges and in the archive."""
_KEPT = ("lesion_id", "patient_id", "duplicate_group", "age_years", "sex", "site", "source", "licence")
_WEIGHTS = ("score_weight", "validation_weight")
_SOURCE_PREFIXES = {"HAM_": "HAM", "BCN_": "BCN", "MSK4_": "MSK4"}


class Files(NamedTuple):
    """Where the parts of a data set lie."""

    truth: Path
    metadata: Path | None
    images: Path


def recognises(folder: Path) -> bool:
    """Whether a folder holds a ground truth of one column a class; other forms of truth are plain labels."""
    truths = [path for pattern in TRUTH_PATTERNS for path in sorted(folder.glob(pattern))]
    return bool(truths) and all(map(_is_one_hot, truths))


def _is_one_hot(path: Path) -> bool:
    with path.open(encoding="utf-8-sig", errors="replace") as handle:
        header = [name.strip(' "\r\n').lower() for name in re.split("[,;\t]", handle.readline())]
    return header == [""] or ("image" in header and not {"dx", "target", "label", "class"} & set(header))


def read(
    folder: str | Path, class_map: Mapping[str, str] | None = None, files: Files | None = None
) -> SourceTable:
    """Read the tables of an ISIC challenge and name the image files.

    Args:
        folder: holds the ground truth, perhaps the metadata, and the images, itself or in a sub-folder.
        class_map: what unknown columns of the ground truth mean.
        files: explicit paths instead of looking into `folder`.

    Raises:
        DataError: tables are missing or there are several.
        TableError: a table contradicts itself; names lines.
    """
    files = files or find_files(folder)
    truth = read_ground_truth(files.truth, class_map)
    rows = truth.join(_read_metadata(files.metadata, truth), on="image_id")
    rows = rows.reindex(columns=["image_id", "class", *_KEPT]).astype(object).fillna("")
    official = rows["image_id"].str.fullmatch(OFFICIAL_NAME)
    rows["source"] = np.where(rows["source"] == "", source_names(rows, official), rows["source"])
    rows["path"] = image_paths(files.images, rows["image_id"].tolist())
    tables = [path.name for path in (files.truth, files.metadata) if path is not None]
    key = set_of_tables(tables)
    is_bare = (rows["licence"] == "") & official & (key == "")
    rows["licence"] = np.where(is_bare, LICENCE, rows["licence"])
    facts: dict[str, object] = {"source": "isic", "tables": tables}
    published = compare_with_official(files.truth.name, rows["class"])
    if published:
        facts["official"] = published
    name_unread_files(Path(folder), files.truth, files.metadata)
    return of_set(source_table(rows, files.images, facts), key)


def find_files(folder: str | Path) -> Files:
    """Find ground truth, metadata and images in a folder by their official names.

    Raises:
        DataError: no ground truth, or several tables that could be meant.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise DataError(f"{folder} is not a folder; expected one with GroundTruth.csv and images")
    truth = _only(folder, TRUTH_PATTERNS, "truth")
    if truth is None:
        raise DataError(f"{folder} has no ground truth; expected a file {' or '.join(TRUTH_PATTERNS)}")
    return Files(truth, _only(folder, METADATA_PATTERNS, "metadata"), _image_folder(folder))


def read_ground_truth(path: Path, class_map: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Read a one-hot ground truth; classes go by the name of their column, never by position.

    Returns:
        Columns image_id and class, indexed by line.

    Raises:
        TableError: a row that is not one-hot, an unknown class; lists them.
    """
    raw = _read_renamed(path)
    columns = [name for name in raw.columns if name not in ("image", *_WEIGHTS)]
    codes = match_classes(columns, class_map)
    hot = _one_hot(path, raw, columns)
    empty = [name for position, name in enumerate(columns) if name != "UNK" and not hot[:, position].any()]
    if empty:
        warn(f"{path}: no image of class {', '.join(empty)}, so there is no such class")
    labels = [codes[columns[position]] for position in hot.argmax(axis=1)]
    return pd.DataFrame({"image_id": raw["image"], "class": labels}, index=raw.index)


def _one_hot(path: Path, raw: pd.DataFrame, columns: list[str]) -> npt.NDArray[np.float64]:
    """The cells as numbers (N, K), each row checked to hold a single 1."""
    if not columns:
        raise TableError(f"{path} has no class columns; expected `image` and one column a class")
    numbers = zeros_and_ones(raw[columns])
    values = np.asarray(numbers.to_numpy(dtype=np.float64))
    is_fine = np.isin(values, (0.0, 1.0)).all(axis=1) & (values.sum(axis=1) == 1)
    problems = [
        f"line {line}: {row['image']} has {', '.join(_nonzero(row, columns))}"
        for line, row in raw[~is_fine].iterrows()
    ]
    if problems:
        raise TableError(several(f"{path}: every row needs exactly one 1 and else 0:", problems))
    return values


def _nonzero(row: pd.Series, columns: list[str]) -> list[str]:
    cells = [f"{name} = {row[name] or 'nothing'}" for name in columns if row[name] not in ("0", "0.0")]
    return cells or ["no 1"]


def _read_renamed(path: Path) -> pd.DataFrame:
    """Read a table and give its columns our names."""
    table = read_numbered_table(path, ())
    renamed = {
        other: name
        for name, others in OTHER_NAMES.items()
        for other in others
        if other in table and name not in table
    }
    table = table.rename(columns=renamed)
    if "image" not in table:
        raise TableError(f"{path} has no column 'image'{did_you_mean('image', list(table.columns))}")
    table["image"] = table["image"].str.strip().str.replace(r"\.jpe?g$", "", regex=True, case=False)
    return table


def _read_metadata(path: Path | None, truth: pd.DataFrame) -> pd.DataFrame:
    """Columns `_KEPT`, as far as there are any, indexed by image."""
    if path is None:
        warn("no metadata: lesions are unknown, so images of one lesion cannot be kept together")
        return pd.DataFrame(index=pd.Index([], name="image", dtype=str))
    table = _read_renamed(path)
    if not {"lesion_id", "patient_id"} & set(table.columns):
        warn(f"{path} has neither lesion_id nor patient_id; images of one lesion cannot be kept together")
    table = table[["image", *(name for name in _KEPT if name in table.columns)]]
    table = collapse(table, "image").set_index("image")
    num_without = int((~truth["image_id"].isin(table.index)).sum())
    if num_without:
        warn(f"{path}: {num_without} of {len(truth)} images are not in it; theirs stays unknown")
    return table


def source_names(rows: pd.DataFrame, official: pd.Series) -> npt.NDArray[np.str_]:
    """The collection an image is from, by the prefix of its lesion; ISIC for other official names."""
    names = np.where(official, "ISIC", "")
    for prefix, name in _SOURCE_PREFIXES.items():
        names = np.where(rows["lesion_id"].str.startswith(prefix), name, names)
    return names


def _only(folder: Path, patterns: tuple[str, ...], what: str) -> Path | None:
    """The one file that fits the first pattern that anything fits."""
    for pattern in patterns:
        found = sorted(folder.glob(pattern))
        if len(found) > 1:
            names = ", ".join(path.name for path in found)
            raise DataError(
                f"{folder} has several tables of {what}: {names}; keep only the one that is meant"
            )
        if found:
            return found[0]
    return None


def _image_folder(folder: Path) -> Path:
    for pattern in IMAGE_FOLDERS:
        found = [path for path in sorted(folder.glob(pattern)) if path.is_dir()]
        if found:
            # copies on Kaggle hold the folder once more inside itself
            inner = found[0] / found[0].name
            return inner if inner.is_dir() else found[0]
    return folder
