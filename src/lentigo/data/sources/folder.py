"""A folder with one sub-folder a class in, a `SourceTable` out. Nothing is known but each image's class."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath

import pandas as pd

from lentigo.data.sources.table import SourceTable, match_classes, source_table
from lentigo.data.sources.tree import Tree, is_clutter, is_mask_name, is_part_name, is_piece_name, read_tree
from lentigo.data.tables import warn
from lentigo.data.taxonomy import find_class
from lentigo.settings.errors import DataError


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
    tree = read_tree(folder)
    root, names = tree.root, _class_folders(tree)
    codes = _codes(names, class_map)
    masks = set(tree.masks)
    rows = [
        (path, codes[path.split("/")[0]])
        for path in tree.files
        if path.split("/")[0] in codes and path not in masks
    ]
    if not rows:
        raise DataError(f"{root}: the class folders {', '.join(names)} hold no files")
    paths = [path for path, _ in rows]
    table = pd.DataFrame({"image_id": _image_ids(paths), "path": paths, "class": [code for _, code in rows]})
    table.index = pd.Index(paths)
    _warn(tree, codes)
    return source_table(
        table, root, {"source": "folder", "class_folders": {name: codes[name] for name in names}}
    )


def _class_folders(tree: Tree) -> list[str]:
    root = tree.root
    names = sorted(item.name for item in root.iterdir() if item.is_dir() and not is_clutter(item.name))
    names = [name for name in names if not is_mask_name(name)]
    if not names:
        raise DataError(
            f"{root} has no sub-folders; expected one for each class, or a table image,label{_arrays(tree)}"
        )
    if all(map(is_part_name, names)):
        raise DataError(
            f"{root} holds {', '.join(names)}, which are parts or folds, not classes; put the class folders "
            "into one folder and let `lentigo split` divide them, or give a table image,label"
        )
    if all(map(is_piece_name, names)):
        raise DataError(
            f"{root} holds {', '.join(names)}, which are heaps of images, not classes, and no table says "
            f"what they show (tables found: {', '.join(tree.tables) or 'none'}); add a table image,label"
        )
    if tree.empty:
        warn(f"class folders that hold no image, so there are no such classes: {', '.join(tree.empty)}")
    return [name for name in names if name not in tree.empty]


def _codes(names: list[str], class_map: Mapping[str, str] | None) -> dict[str, str]:
    if not class_map and not any(find_class(name) for name in names):
        return {name: name for name in names}
    return match_classes(names, class_map)


def _arrays(tree: Tree) -> str:
    names = ", ".join(tree.arrays[:3])
    return f"; its arrays of pixels ({names}) are not read: write one image file each" if names else ""


def _warn(tree: Tree, codes: Mapping[str, str]) -> None:
    unknown = [name for name, code in codes.items() if code == "UNK"]
    if unknown:
        warn(
            f"the folder {unknown[0]!r} is learnt as a class of its own (UNK, none of the others); leave its "
            f"images out with `--skip {shlex.quote(unknown[0])}` if it means that the class is not known"
        )
    if tree.masks:
        warn(
            f"{len(tree.masks)} masks or superpixels, such as {tree.masks[0]!r}, are no photographs: left out"
        )
    if tree.tables:
        warn(f"tables that were not read: {', '.join(tree.tables[:8])}")
    warn("a folder says nothing about lesions, so images of one lesion cannot be kept together")


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
