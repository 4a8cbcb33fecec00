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
    found: dict[str, list[PurePosixPath]] = {}
    for path in sorted(map(PurePosixPath, tree.images), key=lambda path: (len(path.parts), path)):
        found.setdefault(path.stem, []).append(path)
    shift = tree.root.relative_to(folder).as_posix()
    chosen = {stem: one_photograph(tree.root, files) for stem, files in found.items()}
    if tree.masks:
        warn(
            f"{len(tree.masks)} masks or superpixels, such as {tree.masks[0]!r}, are no photographs: left out"
        )
    several_files = [
        f"{stem}: {' and '.join(map(str, files))}" for stem, files in chosen.items() if len(files) > 1
    ]
    if several_files:
        raise DataError(
            several(f"{folder}: one image, two files; keep the photograph of each:", several_files)
        )
    return {stem: (PurePosixPath(shift) / files[0]).as_posix() for stem, files in chosen.items()}


def one_photograph(root: Path, files: list[PurePosixPath]) -> list[PurePosixPath]:
    """The file that is meant, of several of one name, the least deep first; several where nothing tells."""
    if len({path.suffix.lower() for path in files}) == 1 and len({path.name.lower() for path in files}) == 1:
        photographs = [path for path in files if not is_two_valued(root / path)] if len(files) > 1 else files
        return (photographs or files)[:1]
    return [path for path in files if not is_two_valued(root / path)] or files[:1]
