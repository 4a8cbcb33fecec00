"""A folder in; the image files in it and one or two levels below it, by name, out."""

from __future__ import annotations

from pathlib import Path

from lentigo.data.images.pixels import SUFFIXES

PATTERNS = ("*", "*/*", "*/*/*")
"""Downloads keep images beside the table, in folders, or (copies on Kaggle) in a folder of the same name."""


def find_images(folder: Path) -> dict[str, str]:
    """Name without suffix -> path relative to `folder`, with forward slashes.

    Of several files of one name the first counts: the least deep, then in the order of the alphabet.
    """
    found: dict[str, str] = {}
    for pattern in PATTERNS:
        for path in sorted(folder.glob(pattern)):
            if path.suffix.lower() in SUFFIXES and path.is_file():
                found.setdefault(path.stem, path.relative_to(folder).as_posix())
    return found
