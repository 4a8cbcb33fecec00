"""Looks at the files behind a manifest again: manifest in, a table of findings out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd

from lentigo.data.manifest import Manifest
from lentigo.data.pixels import inspect
from lentigo.settings.errors import ImageError
from lentigo.settings.files import sha256_of

COLUMNS = ("image_id", "path", "severity", "finding")

Finding = tuple[str, str]


def check_images(manifest: Manifest, progress: Callable[[int, int], None] | None = None) -> pd.DataFrame:
    """Read every image and compare it with what the manifest says.

    Args:
        manifest: the images.
        progress: called with (done, total).

    Returns:
        One row a finding: image_id, path, severity (`error`: cannot be used or has changed; `warning`: worth
        a look), finding. Empty when all is well.
    """
    table, paths = manifest.table, manifest.paths()
    rows = []
    with ThreadPoolExecutor() as pool:
        found = pool.map(_findings, paths, table["sha256"])
        for done, (image_id, path, findings) in enumerate(
            zip(table["image_id"], table["path"], found, strict=True)
        ):
            rows += [(image_id, path, severity, finding) for severity, finding in findings]
            if progress:
                progress(done + 1, len(paths))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _findings(path: Path, sha256: str) -> list[Finding]:
    return list(_look(path, sha256))


def _look(path: Path, sha256: str) -> Iterator[Finding]:
    if not path.is_file():
        yield "error", "the file is missing"
        return
    if sha256 and sha256_of(path) != sha256:
        yield "error", "the bytes have changed since the import; import again"
    try:
        facts = inspect(path)
    except ImageError as error:
        yield "error", str(error)
        return
    for warning in facts.warnings:
        yield "warning", warning
