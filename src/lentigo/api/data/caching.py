"""A manifest in; what lies cached beside it, pixels and stored activations, out or deleted."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from lentigo.data.manifest import load_manifest
from lentigo.settings.errors import DataError
from lentigo.settings.processes.locks import open_lock, try_lock

STORED = "stored"


def cached(manifest: str | Path) -> list[dict[str, Any]]:
    """What can be made again at any time: of each folder `path`, `kind` and `bytes`, sorted by path."""
    pixels = _pixels(manifest)
    folders = [(path, "pixels") for path in sorted(pixels.glob("*")) if (path / "cache.json").is_file()]
    folders += [(path, "activations") for path in sorted(pixels.glob(f"*/{STORED}/*")) if path.is_dir()]
    return [{"path": str(path), "kind": kind, "bytes": _size(path, kind)} for path, kind in sorted(folders)]


def clear_cache(manifest: str | Path) -> list[dict[str, Any]]:
    """Delete all of it; returns what was there.

    Raises:
        DataError: a training is writing there, or a file cannot be deleted.
    """
    found = cached(manifest)
    for entry in sorted(found, key=lambda one: -len(one["path"])):  # activations before their pixels
        _delete(Path(entry["path"]))
    return found


def _pixels(manifest: str | Path) -> Path:
    path = load_manifest(Path(manifest).resolve()).path
    assert path is not None, "a manifest that was loaded has a path"
    return path.parent / "pixels"


def _size(folder: Path, kind: str) -> int:
    files = folder.glob("*") if kind == "pixels" else folder.rglob("*")
    return sum(file.stat().st_size for file in files if file.is_file())


def _delete(folder: Path) -> None:
    try:
        with open_lock(folder / "lock") as handle:
            if not try_lock(handle.fileno()):
                raise DataError(f"{folder} is being written; stop that training, or try again once it has")
        shutil.rmtree(folder)
    except OSError as error:
        raise DataError(f"{folder} cannot be deleted: {error.strerror}; delete it by hand") from error
