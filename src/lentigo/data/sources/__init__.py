"""Forms that images and labels come in; one module and one row each. A folder in, a `SourceTable` out.

To add one: a module with `read(folder, class_map) -> SourceTable`, a row here, a test beside the others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from lentigo.data.sources import archive, folder, ham10000, isic
from lentigo.data.sources.table import SourceTable
from lentigo.settings.errors import DataError

Reader = Callable[[str | Path, Mapping[str, str] | None], SourceTable]

SOURCES: dict[str, Reader] = {
    "isic": isic.read,
    "ham10000": ham10000.read,
    "archive": archive.read,
    "folder": folder.read,
}


def guess_source(path: str | Path) -> str:
    """Which source a folder is in the form of, by the tables that lie in it; `folder` where none does.

    Raises:
        DataError: there is no such folder.
    """
    path = Path(path)
    if not path.is_dir():
        raise DataError(f"{path} is not a folder; expected tables and images of ISIC, or class folders")
    if any(any(path.glob(pattern)) for pattern in isic.TRUTH_PATTERNS):
        return "isic"
    if ham10000.find_table(path):
        return "ham10000"
    return "archive" if archive.is_archive(path) else "folder"
