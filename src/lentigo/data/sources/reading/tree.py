"""A folder as it lies on somebody's disk in; the images, tables and arrays that are meant out.

What a file is told by its place and name: what systems leave behind (`__MACOSX`, `._x`, `Thumbs.db`) is
nothing, segmentations and superpixels are no photographs, and a folder that only holds one folder is gone
through.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

from lentigo.data.images.pixels import SUFFIXES
from lentigo.settings.errors import DataError

TABLE_SUFFIXES = (".csv", ".tsv", ".tab", ".txt", "")
ARRAY_SUFFIXES = (".npz", ".npy", ".h5", ".hdf5", ".parquet")
SHEET_SUFFIXES = (".xlsx", ".xls", ".xlsm", ".ods", ".numbers", ".json", ".jsonl", ".pkl", ".mat")
PACKED_SUFFIXES = (".zip", ".tar", ".tgz", ".gz", ".bz2", ".xz", ".7z", ".rar")
DRAWN = "synthetic.json"
"""Lies in a folder of drawn images, whose masks are known."""
_OURS = {DRAWN, "manifest.json", "split.json", "download.json"}
"""What Lentigo writes beside its own tables."""
_CLUTTER = {
    "__macosx",
    "thumbs.db",
    "desktop.ini",
    "$recycle.bin",
    "system volume information",
    "@eadir",
    "#recycle",
}
_NO_TABLES = re.compile(r"licen[cs]e|attribution|readme|citation|checksum|md5|sha\d+", re.IGNORECASE)
_MASK = re.compile(r"(?:^|[^a-z])(?:segmentations?|superpixels?|masks?|seg)(?:$|[^a-z])", re.IGNORECASE)


@dataclass(frozen=True)
class Tree:
    """What lies below a folder; every path relative to `root`, with forward slashes, sorted."""

    root: Path
    """The folder itself, or the one inside it that holds everything."""
    files: tuple[str, ...]
    """All but clutter."""
    images: tuple[str, ...]
    """Files that by their suffix are images, masks set aside."""
    masks: tuple[str, ...]
    """Images that by their name are segmentations or superpixels."""
    tables: tuple[str, ...]
    arrays: tuple[str, ...]
    sheets: tuple[str, ...]
    """Tables in forms that are not read: Excel, JSON, pickled frames."""
    packed: tuple[str, ...]
    """Archives that were not unpacked."""
    empty: tuple[str, ...]
    """Folders that hold no file at all, however deep; of those inside each other the outermost."""

    @cached_property
    def by_stem(self) -> dict[str, list[str]]:
        """Name without folder and suffix, in lower case -> images that are called so."""
        found: dict[str, list[str]] = defaultdict(list)
        for path in self.images:
            found[PurePosixPath(path).stem.lower()].append(path)
        return found


def read_tree(folder: str | Path) -> Tree:
    """List what lies below a folder.

    Raises:
        DataError: there is no such folder, or a name is not UTF-8.
    """
    if not Path(folder).is_dir():
        raise DataError(f"{folder} is not a folder; expected images, with class folders or a table of labels")
    root = _unwrapped(Path(folder))
    files, empty = _walk(root)
    images = [path for path in files if PurePosixPath(path).suffix.lower() in SUFFIXES]
    masks = {path for path in images if is_mask_name(path)}
    tables = [path for path in files if _is_table(path)]
    return Tree(
        root,
        tuple(files),
        tuple(path for path in images if path not in masks),
        tuple(sorted(masks)),
        tuple(tables),
        _with_suffix(files, ARRAY_SUFFIXES),
        _with_suffix([path for path in files if PurePosixPath(path).name not in _OURS], SHEET_SUFFIXES),
        _with_suffix(files, PACKED_SUFFIXES),
        tuple(empty),
    )


def is_clutter(name: str) -> bool:
    """Whether a file or folder is hidden, or left behind by a system."""
    return name.startswith(".") or name.lower() in _CLUTTER


def is_mask_name(path: str) -> bool:
    """Whether a path says that it is a segmentation, a mask or a picture of superpixels."""
    place = PurePosixPath(path)
    return any(_MASK.search(part.replace("_", " ")) for part in (*place.parent.parts, place.stem))


def _unwrapped(root: Path) -> Path:
    """The folder that holds more than one folder: downloads unpack into one that holds all."""
    while True:
        inside = [item for item in root.iterdir() if not is_clutter(item.name)]
        if len(inside) != 1 or not inside[0].is_dir() or inside[0].is_symlink():
            return root
        folders = [item for item in inside[0].iterdir() if item.is_dir() and not is_clutter(item.name)]
        if not folders:
            return root
        root = inside[0]


def _walk(root: Path) -> tuple[list[str], list[str]]:
    """Files, and folders that hold none, both sorted."""
    found: list[str] = []
    folders: list[PurePosixPath] = []
    for folder, inner, files in os.walk(root):
        inner[:] = [name for name in inner if not is_clutter(name)]
        here = Path(folder).relative_to(root)
        folders.append(PurePosixPath(here.as_posix()))
        found += [(here / name).as_posix() for name in files if not is_clutter(name)]
    for path in found:
        if path != path.encode("utf-8", "replace").decode("utf-8"):
            raise DataError(f"{root}: the file name {path!r} is not UTF-8; rename the file")
    held = {parent for path in found for parent in PurePosixPath(path).parents}
    empty = {folder for folder in folders[1:] if folder not in held}
    return sorted(found), sorted(str(folder) for folder in empty if not empty & set(folder.parents))


def _with_suffix(files: list[str], suffixes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(path for path in files if PurePosixPath(path).suffix.lower() in suffixes)


def _is_table(path: str) -> bool:
    place = PurePosixPath(path)
    if place.suffix == "" and "metadata" not in place.name.lower():
        return False
    return place.suffix.lower() in TABLE_SUFFIXES and not _NO_TABLES.search(path)
