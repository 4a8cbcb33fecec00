"""A folder with one sub-folder a class in, a `SourceTable` out.

Whatever lies around the class folders is gone through: folders that hold everything, heaps (`images_part_1`),
parts and folds (`train`, `fold_0`), which are kept as a given division. Tables beside them may say lesions.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath

import pandas as pd

from lentigo.data.sources.reading.division import given_division
from lentigo.data.sources.reading.image_files import photographs
from lentigo.data.sources.reading.named_tables import (
    NamedTable,
    add_facts,
    name_unread,
    named_tables,
    unread_tables,
)
from lentigo.data.sources.reading.names import is_class, read_name
from lentigo.data.sources.reading.tree import Tree, is_mask_name, read_tree
from lentigo.data.sources.table import SourceTable, codes_of, source_table
from lentigo.data.tables import warn
from lentigo.settings.errors import DataError

_SURE_TABLES = (".csv", ".tsv", ".tab")
_NO_LABEL = {"unknown", "unlabeled", "unlabelled", "unclassified", "undefined", "none", "nolabel", "unk"}


def read(folder: str | Path, class_map: Mapping[str, str] | None = None) -> SourceTable:
    """Read a folder of class folders.

    The names of the sub-folders are matched to codes and diagnosis names in any case; where not one is known
    and no map is given, they are the classes as they stand.

    Args:
        folder: holds a sub-folder for each class; images may lie deeper inside.
        class_map: sub-folder's name to class.

    Raises:
        DataError: no class folders, or folders that cannot be classes.
        TableError: some names are known and others are not.
    """
    tree = read_tree(folder)
    files = class_folders(tree)
    tables = named_tables(tree)
    _check(tree, files, tables)
    codes = codes_of(sorted(set(files["label"]) - {""}), class_map)
    rows = _without_masks(tree, files[files["label"] != ""])
    rows = rows.assign(
        image_id=_image_ids(rows["path"].tolist()),
        name=[PurePosixPath(path).stem for path in rows["path"]],
        **{"class": rows["label"].map(codes)},
    ).set_index("path", drop=False)
    used = [table.path for table in tables if _is_told_apart(rows) and add_facts(rows, table)]
    if tables:
        rows["given"] = given_division(rows, tree, tables, tables[0])
    elif rows["given"].nunique() < 2:
        rows["given"] = ""
    _warn(tree, files, codes, used)
    facts = {"source": "folder", "tables": used, "class_folders": codes, "division": _division(rows)}
    return source_table(rows, tree.root, {name: fact for name, fact in facts.items() if fact})


def class_folders(tree: Tree) -> pd.DataFrame:
    """Every file that may be an image: path, label (empty: in no class folder) and given (part or fold).

    The label is the first folder on the way to it that is called as a class is; else the first that says
    anything, once what holds all files has been gone through.
    """
    others = {path for path in tree.tables if PurePosixPath(path).suffix.lower() in _SURE_TABLES}
    others |= set(tree.masks + tree.sheets + tree.arrays + tree.packed)
    paths = [path for path in tree.files if path not in others]
    said = {path: [read_name(name) for name in PurePosixPath(path).parent.parts] for path in paths}
    names = {path: [one.label for one in each if one.label] for path, each in said.items()}
    around = _num_around([names[path] for path in tree.images])
    labels = {path: _label(each[around:]) for path, each in names.items()}
    shown = {labels[path] for path in tree.images}
    kept = [path for path in paths if labels[path] in shown or is_class(labels[path])]
    given = [next((one.part for one in said[path] if one.part), "") for path in kept]
    return pd.DataFrame({"path": kept, "label": [labels[path] for path in kept], "given": given}, dtype=str)


def _num_around(names: list[list[str]]) -> int:
    """How many folders lie around everything: the same for all images, with others inside."""
    num = 0
    filled = [each for each in names if each]
    while filled and all(len(each) > 1 for each in filled):
        first = {each[0] for each in filled}
        if len(first) > 1 or is_class(first.pop()):
            break
        filled, num = [each[1:] for each in filled], num + 1
    return num


def _label(names: list[str]) -> str:
    return next(filter(is_class, names), names[0] if names else "")


def _division(rows: pd.DataFrame) -> str:
    return "folders" if (rows["given"] != "").any() else ""


def _check(tree: Tree, files: pd.DataFrame, tables: list[NamedTable]) -> None:
    """Refuse what cannot be class folders."""
    root, labels = tree.root, sorted(set(files["label"]) - {""})
    found = ", ".join(unread_tables(tree)) or "none"
    if not labels and any(one.label for one in map(read_name, tree.empty)):
        raise DataError(f"{root}: the class folders {', '.join(tree.empty)} hold no files")
    if not labels and any("/" in path for path in tree.images):
        heaps = sorted({path.split("/")[0] for path in tree.images if "/" in path})
        raise DataError(
            f"{root} holds {', '.join(heaps)}, which are heaps of images or parts, not classes, and no table "
            f"says what they show (tables found: {found}); add a table image,label"
        )
    if not labels:
        raise DataError(
            f"{root} has no sub-folders of images; expected one for each class, or a table image,label"
            f"{_unread_forms(tree)}"
        )
    if any(map(is_class, labels)):
        return
    if tables:
        columns = ", ".join(str(name) for name in tables[0].raw)
        raise DataError(
            f"{root}: the folders {', '.join(labels)} are called like no class, and {tables[0].path} names "
            f"their images; say by --label which of its columns ({columns}) is the class, or take it away"
        )
    if any(not _is_readable(text) for text in unread_tables(tree)):
        raise DataError(
            f"{root}: the folders {', '.join(labels)} are called like no class, and a table beside them "
            f"cannot be read: {found}; save it as CSV, or take it away if the folders are the classes"
        )


def _is_readable(text: str) -> bool:
    return not text.endswith(")")


def _unread_forms(tree: Tree) -> str:
    arrays = ", ".join(tree.arrays[:3])
    told = f"; its arrays of pixels ({arrays}) are not read: write one image file each" if arrays else ""
    unread = ", ".join(unread_tables(tree))
    return told + (f" (found: {unread})" if unread else "")


def _without_masks(tree: Tree, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows but those of files that lie beside a photograph of the same name and are masks by their pixels."""
    place = rows["path"].map(lambda path: PurePosixPath(path).with_suffix("").as_posix().lower())
    masks = [
        path
        for _, paths in rows["path"][place.duplicated(keep=False)].groupby(place)
        for path in set(paths) - set(photographs(tree.root, list(paths)))
    ]
    if masks:
        warn(f"{len(masks)} masks or copies, such as {sorted(masks)[0]!r}, lie beside photographs: left out")
    return rows[~rows["path"].isin(masks)].copy()


def _is_told_apart(rows: pd.DataFrame) -> bool:
    """Whether the name of a file tells which image it is, so that tables may name it."""
    return not rows["name"].duplicated().any()


def _warn(tree: Tree, files: pd.DataFrame, codes: Mapping[str, str], used: list[str]) -> None:
    unknown = [name for name in codes if name.lower().replace(" ", "") in _NO_LABEL]
    if unknown:
        warn(
            f"the folder {unknown[0]!r} is learnt as a class of its own ({codes[unknown[0]]}); leave its "
            f"images out with `--skip {shlex.quote(unknown[0])}` if it means that the class is not known"
        )
    empty = [
        path for path in tree.empty if read_name(PurePosixPath(path).name).label and not is_mask_name(path)
    ]
    if empty:
        warn(f"class folders that hold no image, so there are no such classes: {', '.join(empty)}")
    strays = sorted(set(files["path"][files["label"] == ""]) & set(tree.images))
    if strays:
        warn(f"{len(strays)} images in no class folder, such as {strays[0]!r}, are left out")
    name_unread(tree, used)
    if not used:
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
