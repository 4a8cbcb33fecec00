"""A file or its bytes as a stream that is read in a bounded number of pieces.

Pillow and pydicom read headers piece by piece in Python. A file of a million empty pieces would keep them
busy for a minute; none that anyone means has so many.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import BinaryIO, cast

from lentigo.data.images.decoding.limits import MAX_FILE_BYTES
from lentigo.settings.errors import ImageError

MAX_READS = 400_000
"""A GIF of 20 MB comes in 160,000."""


class _Counter:
    reads = 0
    most_reads = MAX_READS

    def count(self) -> None:
        self.reads += 1
        if self.reads > self.most_reads:
            raise ImageError("made of more small pieces than any image; save it again with a common program")


class _Bytes(_Counter, io.BytesIO):
    def read(self, size: int | None = -1, /) -> bytes:
        self.count()
        return super().read(size)


class _File(_Counter, io.BufferedReader):
    def read(self, size: int | None = -1, /) -> bytes:
        self.count()
        return super().read(size)


def open_stream(source: str | Path | bytes) -> BinaryIO:
    """A stream at the start of a file or its bytes, to be closed by the caller.

    Raises:
        ImageError: the file is larger than any image that is taken; while reading: it is in too many pieces.
        OSError: it cannot be read.
    """
    if isinstance(source, bytes):
        return cast(BinaryIO, _Bytes(source))
    stream = _File(cast(io.RawIOBase, io.FileIO(source)))
    if length(stream) > MAX_FILE_BYTES:
        stream.close()
        raise ImageError(f"a file of more than {MAX_FILE_BYTES // 10**6} MB; scale it down")
    return cast(BinaryIO, stream)


def limit_reads(stream: BinaryIO, most: int) -> None:
    """Allow fewer pieces from here on, to a stream of `open_stream`."""
    if isinstance(stream, _Counter):
        stream.most_reads = stream.reads + most


def length(stream: BinaryIO | io.BufferedIOBase) -> int:
    """Bytes in all; the place in the stream stays."""
    here = stream.tell()
    end = stream.seek(0, io.SEEK_END)
    stream.seek(here)
    return end
