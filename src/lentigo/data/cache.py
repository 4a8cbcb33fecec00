"""A manifest and a size in, every image as uint8 pixels in one memory-mapped file out; each is decoded once.

A folder `<height>x<width>-<resize>` beside the manifest holds `images.npy` (N, H, W, 3) in manifest order and
`cache.json`: what it was made of, and a digest of every block of rows. A killed build goes on where it was.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lentigo.data.images.pixels import decode
from lentigo.data.manifest import Manifest
from lentigo.data.metadata.lesion_pairs import PairedImages, pair_rows
from lentigo.settings.errors import DataError, FileError, ImageError
from lentigo.settings.files import explained, require_room, sha256_of_text, write_json
from lentigo.settings.processes.locks import open_lock, try_lock
from lentigo.settings.reading import read_json
from lentigo.settings.recipe import Input

Progress = Callable[[int, int], None]

VERSION = 1
"""Raised when decoding gives other pixels than before, so that old caches are made anew."""
BLOCK = 512
"""Rows that are decoded, digested and put on record together: what a kill can cost."""
RESERVE_BYTES = 200 * 2**20
"""Left free on the disk."""
LOOK_AGAIN_SECONDS = 0.5
"""Between looks whether another process has finished building."""


@dataclass(frozen=True)
class PixelCache:
    """Images as the network takes them."""

    images: NDArray[np.uint8]
    """(N, H, W, 3) in the order of the manifest, mapped from the disk, read-only; of pairs (N, 2 H, W, 3)."""
    row_of: dict[str, int]
    """image_id -> row."""
    folder: Path
    made_of: dict[str, Any] = field(default_factory=dict)
    """Version, shape, resize and a hash of the image files."""

    def rows(self, image_ids: Sequence[str]) -> NDArray[np.int64]:
        """Rows of some images, in their order."""
        return np.array([self.row_of[image_id] for image_id in image_ids], dtype=np.int64)


def open_cache(
    manifest: Manifest, image: Input, folder: Path | None = None, progress: Progress | None = None
) -> PixelCache:
    """Open the pixels of a manifest at one size, decoding what is not there yet.

    Args:
        manifest: the images.
        image: height, width and resize are used, and whether pairs are asked for.
        folder: where caches lie; default: `pixels` beside the manifest.
        progress: called with (done, total) while decoding.

    Raises:
        DataError: an image has vanished, has changed or cannot be read.
        FileError: the disk is too full, or cannot be written.
    """
    place = _place(manifest, image, folder)
    request = _request(manifest, image)
    record = _read_record(place, request)
    blocks = range(0, len(manifest.table), BLOCK)
    if not (place / "images.npy").is_file() or len(record["digests"]) < len(blocks):
        with alone(place):
            record = _read_record(place, request)  # another process may have built it meanwhile
            _build(manifest, image, place, record, progress)
    images = _mapped(place)
    _verify(images, record["digests"], place)
    row_of = {image_id: row for row, image_id in enumerate(manifest.table["image_id"])}
    if image.view == "pair":
        pairs: Any = PairedImages(images, pair_rows(manifest.table))
        return PixelCache(pairs, row_of, place, {**request, "view": "pair"})
    return PixelCache(images, row_of, place, request)


@contextmanager
def alone(place: Path) -> Iterator[None]:
    """Wait until no other process builds here, and keep others out; a killed one no longer counts."""
    with open_lock(place / "lock") as handle:
        while not try_lock(handle.fileno()):
            time.sleep(LOOK_AGAIN_SECONDS)
        yield


def _mapped(place: Path) -> NDArray[np.uint8]:
    try:
        return np.asarray(np.load(place / "images.npy", mmap_mode="r", allow_pickle=False))
    except (ValueError, EOFError) as error:
        raise _damaged(place, "cannot be read") from error


def _place(manifest: Manifest, image: Input, folder: Path | None) -> Path:
    if folder is None and manifest.path is None:
        raise DataError("a manifest that is not saved has no place for its pixels; save it, or name a folder")
    root = folder or Path(manifest.path or "").parent / "pixels"
    return root / f"{image.height}x{image.width}-{image.resize}"


def _request(manifest: Manifest, image: Input) -> dict[str, Any]:
    """What the cache is made of; a cache of anything else is made anew."""
    table = manifest.table
    files = "\n".join(f"{path} {sha256}" for path, sha256 in zip(table["path"], table["sha256"], strict=True))
    return {
        "version": VERSION,
        "shape": [len(table), image.height, image.width, 3],
        "resize": image.resize,
        "images": sha256_of_text(files),
    }


def _read_record(place: Path, request: dict[str, Any]) -> dict[str, Any]:
    """The record of a cache for this request; one without digests if there is none."""
    try:
        record = read_json(place / "cache.json")
    except FileError:  # missing or damaged: made again
        record = {}
    fits = all(record.get(key) == value for key, value in request.items())
    return record if fits and isinstance(record.get("digests"), list) else {**request, "digests": []}


def _build(
    manifest: Manifest, image: Input, place: Path, record: dict[str, Any], progress: Progress | None
) -> None:
    """Decode the blocks that have no digest yet, and record each when its pixels are on the disk."""
    images = _open_for_writing(place / "images.npy", tuple(record["shape"]), record)
    paths, hashes = manifest.paths(), manifest.table["sha256"].tolist()
    total = len(paths)
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for start in range(len(record["digests"]) * BLOCK, total, BLOCK):
            rows = slice(start, min(start + BLOCK, total))
            decoded = pool.map(partial(_decode, image), paths[rows], hashes[rows])
            for row, pixels in enumerate(decoded, start):
                images[row] = pixels
                if progress:
                    progress(row + 1, total)
            images.flush()
            record["digests"].append(_digest(images[rows]))
            write_json(place / "cache.json", record)


def _open_for_writing(path: Path, shape: tuple[int, ...], record: dict[str, Any]) -> np.memmap[Any, Any]:
    """The file of a build to go on with, or a new one if there is room for it."""
    if record["digests"] and path.is_file() and path.stat().st_size > int(np.prod(shape)):
        return np.lib.format.open_memmap(path, mode="r+")
    record["digests"] = []
    num_bytes = int(np.prod(shape))
    with explained(path, num_bytes):
        path.unlink(missing_ok=True)
        require_room(path, num_bytes, RESERVE_BYTES)
        images = np.lib.format.open_memmap(path, mode="w+", dtype=np.uint8, shape=shape)
        _claim(path)
    return images


def usable_bytes(folder: Path) -> int:
    """What may be written to the disk of a folder, beyond what is left free; below 0 where less is left."""
    return shutil.disk_usage(folder).free - RESERVE_BYTES


def _claim(path: Path) -> None:
    """Have the system set the file's blocks aside: writing to a mapped file on a full disk would kill us."""
    if hasattr(os, "posix_fallocate"):
        with path.open("rb+") as handle:
            os.posix_fallocate(handle.fileno(), 0, path.stat().st_size)


def _decode(image: Input, path: Path, sha256: str) -> NDArray[np.uint8]:
    """One image, if its bytes are still those of the manifest (an empty hash vouches for nothing)."""
    try:
        content = path.read_bytes()
        if sha256 and hashlib.sha256(content).hexdigest() != sha256:
            raise DataError(f"{path} has changed since it was imported; import the images again")
        return decode(content, image.height, image.width, image.resize)
    except ImageError as error:
        raise DataError(f"{path}: {error}; import the images again, which leaves such files out") from error
    except OSError as error:
        raise DataError(
            f"{path} cannot be read ({error.strerror}); bring it back, or import the images again"
        ) from error


def _digest(rows: NDArray[np.uint8]) -> str:
    return hashlib.blake2b(np.ascontiguousarray(rows).data, digest_size=16).hexdigest()


def _verify(images: NDArray[np.uint8], digests: Sequence[str], place: Path) -> None:
    """Compare every block with its digest: about a second for each gigabyte, once a command."""
    starts = range(0, len(images), BLOCK)
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        found = pool.map(lambda start: _digest(images[start : start + BLOCK]), starts)
        for start, digest, expected in zip(starts, found, digests, strict=True):
            if digest != expected:
                raise _damaged(place, f"are damaged from row {start} on")


def _damaged(place: Path, what: str) -> DataError:
    return DataError(f"the cached pixels in {place} {what}; delete that folder, and they will be made again")
