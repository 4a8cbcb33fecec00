"""Ids of images and a folder in; the file of each, anywhere below it, out.

Of several files of one name that is meant which the table calls so, or whose letters are in the same case; a
copy with the same bytes is no second file, and a mask, told by its pixels, no photograph. What is still two
files is an error.
"""

from __future__ import annotations

import filecmp
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from lentigo.data.images.masks import is_two_valued
from lentigo.data.sources.identity import TWIN
from lentigo.data.sources.reading.tree import DRAWN, Tree, read_tree
from lentigo.data.tables import warn
from lentigo.settings.errors import DataError, several

DICOM_SUFFIXES = (".dcm", ".dicom")
"""A photograph of the same name in another form (ISIC 2020 on Kaggle) is the same one."""


def image_paths(folder: Path, image_ids: Sequence[str], called: Sequence[str] | None = None) -> list[str]:
    """The file of each image, relative to `folder`, with forward slashes; `<id>.jpg` where there is none.

    Args:
        folder: images lie anywhere below it; there or not.
        image_ids: N names without folder and suffix.
        called: what a table calls each image, perhaps with folder and suffix.

    Raises:
        DataError: an image has two files; names both.
    """
    if not folder.is_dir():
        return [f"{image_id}.jpg" for image_id in image_ids]
    tree = read_tree(folder)
    shift = tree.root.relative_to(folder)
    paths, problems, num_twins = [], [], 0
    for image_id, name in zip(image_ids, called or image_ids, strict=True):
        found = _meant(tree, image_id, name.replace("\\", "/"))
        files = _called_so(tree, image_id)
        num_twins += len(_without_twins(files)) < len(files) and not _is_dicom(found[0])
        paths.append((shift / found[0]).as_posix() if found else f"{image_id}.jpg")
        if len(found) > 1:
            problems.append(f"{image_id}: {' and '.join(found[:3])}")
    if problems:
        raise DataError(several(f"{folder}: one image, two files; keep only the photographs:", problems))
    if num_twins:
        warn(f"{num_twins} images lie there as DICOM, too; the plain files are taken")
    return paths


def name_masks(tree: Tree) -> None:
    """Tell of files that by their name are no photographs."""
    if tree.masks and DRAWN not in tree.files:
        warn(
            f"{len(tree.masks)} masks or superpixels, such as {tree.masks[0]!r}, are no photographs: left out"
        )


def photographs(root: Path, files: Sequence[str]) -> list[str]:
    """Of several files of one name those that are photographs: each once, masks set aside by their pixels."""
    found: list[str] = []
    for path in sorted(files, key=lambda path: (path.count("/"), path)):
        if not any(filecmp.cmp(root / path, root / other, shallow=False) for other in found):
            found.append(path)
    if len(found) < 2:
        return found
    return [path for path in found if not is_two_valued(root / path)] or found


def _meant(tree: Tree, image_id: str, called: str) -> list[str]:
    """The file that an entry means: as it calls it, letter by letter or in any case, else its photograph."""
    files = _called_so(tree, image_id)
    if len(files) < 2:
        return files
    exact = [path for path in files if f"/{path}".endswith(f"/{called}")]
    alike = [path for path in files if f"/{path}".lower().endswith(f"/{called}".lower())]
    same_case = [path for path in files if PurePosixPath(path).stem == image_id]
    for found in (exact, alike, same_case):
        if len(found) == 1:
            return found
    return photographs(tree.root, _without_twins(same_case or files))


def _called_so(tree: Tree, image_id: str) -> list[str]:
    stem = image_id.lower()
    return tree.by_stem.get(stem) or tree.by_stem.get(stem.removesuffix(TWIN)) or []


def _without_twins(files: list[str]) -> list[str]:
    """Files but the DICOM ones, where there are others."""
    return [path for path in files if not _is_dicom(path)] or files


def _is_dicom(path: str) -> bool:
    return path.lower().endswith(DICOM_SUFFIXES)
