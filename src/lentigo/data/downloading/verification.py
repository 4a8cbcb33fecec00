"""A file that has come and what is published of it in; nothing, or an error that says what differs, out."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from lentigo.data.downloading import unpacking
from lentigo.data.images.pixels import SUFFIXES
from lentigo.data.sources.reading.columns import with_header
from lentigo.data.sources.reading.tree import is_mask_name
from lentigo.data.sources.sets.public_set import RemoteFile
from lentigo.data.tables import read_numbered_table
from lentigo.settings.errors import DownloadError, TableError
from lentigo.settings.files import explained


def verify(path: Path, published: RemoteFile) -> None:
    """Compare a file with what is published of it; of an archive, its hash alone: see `verify_members`.

    Raises:
        DownloadError: it is another file.
    """
    if published.md5 and (found := _md5(path)) != published.md5:
        raise DownloadError(f"{published.name} has the MD5 {found}; {published.md5} is published")
    if published.is_table:
        _verify_table(path, published)
    elif not published.is_archive:
        unpacking.check(path)


def verify_members(members: Sequence[str], published: RemoteFile) -> None:
    """Count the images that an archive held; masks and superpixels are none.

    Raises:
        DownloadError: it holds others than published.
    """
    images = [
        path for path in members if PurePosixPath(path).suffix.lower() in SUFFIXES and not is_mask_name(path)
    ]
    if published.num_images and len(images) != published.num_images:
        raise DownloadError(
            f"{published.name} holds {len(images):,} images; {published.num_images:,} are published"
        )


def _verify_table(path: Path, published: RemoteFile) -> None:
    with explained(path), path.open("rb") as handle:
        start = handle.read(512).lstrip(b"\xef\xbb\xbf \r\n\t")
    if start[:1] == b"<":
        raise DownloadError(
            f"{published.name} is a web page and no table: its server has put a page before it"
        )
    try:
        num_rows = len(with_header(read_numbered_table(path, ())))
    except TableError as error:
        reason = " ".join(str(error).replace(str(path), "").split()).strip(" ,:")
        raise DownloadError(f"{published.name} is no table that can be read ({reason})") from error
    if published.num_rows and num_rows != published.num_rows:
        raise DownloadError(f"{published.name} has {num_rows:,} rows; {published.num_rows:,} are published")


def _md5(path: Path) -> str:
    with explained(path), path.open("rb") as handle:
        return hashlib.file_digest(handle, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
