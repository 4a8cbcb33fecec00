"""A folder with one sub-folder a class in, a `SourceTable` out. Nothing is known but each image's class."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath

import pandas as pd

from lentigo.data.sources.table import SourceTable, match_classes, source_table
from lentigo.data.tables import warn
from lentigo.data.taxonomy import find_class
from lentigo.settings.errors import DataError

PART_NAMES = {"train", "training", "validation", "valid", "val", "test", "testing"}
_NOT_IMAGES = {"thumbs.db", "desktop.ini"}


def read(folder: str | Path, class_map: Mapping[str, str] | None = None) -> SourceTable:
    """Read a folder of class folders.

    The names of the sub-folders are matched to codes and diagnosis names in any case; where not one is known
    and no map is given, they are the classes as they stand.

    Args:
        folder: holds a sub-folder for each class; images may lie deeper inside.
        class_map: sub-folder's name to class.

    Raises:
        DataError: no class folders, or folders named train and test.
        TableError: some names are known and others are not.
    """
    root = Path(folder)
    names = _class_folders(root)
    codes = _codes(names, class_map)
    rows = [(path, codes[name]) for name in names for path in _files(root, name)]
    if not rows:
        raise DataError(f"{root}: the class folders {', '.join(names)} hold no files")
    paths = [path for path, _ in rows]
    table = pd.DataFrame({"image_id": _image_ids(paths), "path": paths, "class": [code for _, code in rows]})
    table.index = pd.Index(paths)
    warn("a folder says nothing about lesions, so images of one lesion cannot be kept together")
    return source_table(
        table, root, {"source": "folder", "class_folders": {name: codes[name] for name in names}}
    )


def _class_folders(root: Path) -> list[str]:
    if not root.is_dir():
        raise DataError(f"{root} is not a folder; expected one with a sub-folder for each class")
    names = sorted(item.name for item in root.iterdir() if item.is_dir() and not item.name.startswith("."))
    if not names:
        raise DataError(f"{root} has no sub-folders; expected one for each class")
    if {name.lower() for name in names} <= PART_NAMES:
        raise DataError(
            f"{root} holds {', '.join(names)}, which are parts, not classes; put the class folders into one "
            "folder and let `lentigo split` divide them"
        )
    return names


def _codes(names: list[str], class_map: Mapping[str, str] | None) -> dict[str, str]:
    if not class_map and not any(find_class(name) for name in names):
        return {name: name for name in names}
    return match_classes(names, class_map)


def _files(root: Path, class_folder: str) -> list[str]:
    """Files below a class folder, relative to the root with forward slashes, sorted; hidden ones left out."""
    found = []
    for folder, inner_folders, files in os.walk(root / class_folder):
        inner_folders[:] = [name for name in inner_folders if not name.startswith(".")]
        here = Path(folder).relative_to(root)
        found += [(here / name).as_posix() for name in files if not _is_clutter(name)]
    for path in found:
        if path != path.encode("utf-8", "replace").decode("utf-8"):
            raise DataError(f"{root}: the file name {path!r} is not UTF-8; rename the file")
    return sorted(found)


def _is_clutter(name: str) -> bool:
    return name.startswith(".") or name.lower() in _NOT_IMAGES


def _image_ids(paths: list[str]) -> list[str]:
    """The shortest form of each path that tells all apart: file name, path, path with suffix."""
    forms: tuple[Callable[[PurePosixPath], str], ...] = (
        lambda path: path.stem,
        lambda path: path.with_suffix("").as_posix(),
    )
    for form in forms:
        ids = [form(PurePosixPath(path)) for path in paths]
        if len(set(ids)) == len(ids):
            return ids
    return paths
