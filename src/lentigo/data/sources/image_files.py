"""A folder in; the image files anywhere below it, by name, out."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from lentigo.data.images.masks import is_two_valued
from lentigo.data.sources.tree import read_tree
from lentigo.data.tables import warn
from lentigo.settings.errors import DataError, several


def find_images(folder: Path) -> dict[str, str]:
    """Name without suffix -> path relative to `folder`, with forward slashes; masks left out.

    Of several files of one name in different folders the least deep counts, then the order of the alphabet;
    where their suffixes differ, the photograph counts and not a mask.

    Raises:
        DataError: a name has two files that differ by more than their folder, and both are photographs.
    """
    if not folder.is_dir():
        return {}
    tree = read_tree(folder)
    found: dict[str, list[str]] = {}
    for path in sorted(map(PurePosixPath, tree.images), key=lambda path: (len(path.parts), path)):
        found.setdefault(path.stem, []).append(str(path))
    shift = tree.root.relative_to(folder).as_posix()
    chosen = {stem: _meant(tree.root, files) for stem, files in found.items()}
    if tree.masks:
        warn(
            f"{len(tree.masks)} masks or superpixels, such as {tree.masks[0]!r}, are no photographs: left out"
        )
    several_files = [f"{stem}: {' and '.join(files)}" for stem, files in chosen.items() if len(files) > 1]
    if several_files:
        raise DataError(
            several(f"{folder}: one image, two files; keep the photograph of each:", several_files)
        )
    return {stem: (PurePosixPath(shift) / files[0]).as_posix() for stem, files in chosen.items()}


def photographs(root: Path, files: list[str]) -> list[str]:
    """Of several files of one name those that by their pixels are no masks; all where that leaves none."""
    if len(files) < 2:
        return files
    return [path for path in files if not is_two_valued(root / path)] or files


def _meant(root: Path, files: list[str]) -> list[str]:
    """The file that counts, of several of one name, the least deep first; several where nothing tells."""
    found = photographs(root, files)
    return found[:1] if len({PurePosixPath(path).name.lower() for path in files}) == 1 else found
