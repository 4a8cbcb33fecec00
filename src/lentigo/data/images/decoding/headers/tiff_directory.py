"""A TIFF's directories, as far as they must be known before decoding: tag -> type, count, place of values."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any, BinaryIO

from lentigo.data.images.decoding.streams import length
from lentigo.settings.errors import ImageError

TYPE_BYTES = {
    **dict.fromkeys((1, 2, 6, 7), 1),
    **dict.fromkeys((3, 8), 2),
    **dict.fromkeys((4, 9, 11, 13), 4),
    **dict.fromkeys((5, 10, 12, 16, 17, 18), 8),
}
"""Type of a value -> its size."""
WHOLE_NUMBERS = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q"}
"""Types that are read here -> their letter for `struct`."""
MOST_ENTRIES = 1000
MOST_VALUES = 200_000
BIG = 43
"""The version of a BigTIFF."""


@dataclass(frozen=True)
class Entry:
    """One tag of a directory."""

    kind: int
    count: int
    place: int
    """Of its values in the file."""


Directory = dict[int, Entry]


class Reader:
    """Reads a TIFF's numbers in its own byte order."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self.end = stream, length(stream)
        start = self.at(0, 16)
        self._order = "<" if start[:2] == b"II" else ">"
        self._is_big = self._unpack("H", start[2:4])[0] == BIG
        self.first = int(self._unpack(*(("Q", start[8:16]) if self._is_big else ("I", start[4:8])))[0])
        """Place of the first directory."""

    def at(self, place: int, size: int) -> bytes:
        """Bytes at a place, fewer at the end of the file."""
        self._stream.seek(place)
        return self._stream.read(size)

    def directory(self, place: int) -> Directory:
        """Tags of the directory at a place; of a tag that comes twice the first counts.

        Raises:
            ImageError: it has more tags than any image.
        """
        count_size, entry_size, value_size = (8, 20, 8) if self._is_big else (2, 12, 4)
        (count,) = self._unpack("Q" if self._is_big else "H", self.at(place, count_size))
        if count > MOST_ENTRIES:
            raise ImageError(f"damaged: a TIFF with {count:,} tags; save it again")
        found: Directory = {}
        table = self.at(place + count_size, count * entry_size)
        for start in range(0, len(table) - entry_size + 1, entry_size):
            value = start + entry_size - value_size
            tag, kind, number = self._unpack("HHQ" if self._is_big else "HHI", table[start:value])
            where = place + count_size + value
            if number * TYPE_BYTES.get(kind, 0) > value_size:
                (where,) = self._unpack("Q" if self._is_big else "I", table[value : value + value_size])
            found.setdefault(tag, Entry(kind, number, where))
        return found

    def numbers(self, entry: Entry | None) -> list[int]:
        """Whole numbers of a tag; none where it is missing, of another type or beyond all measure."""
        if entry is None or entry.kind not in WHOLE_NUMBERS or entry.count > MOST_VALUES:
            return []
        size = TYPE_BYTES[entry.kind]
        content = self.at(entry.place, entry.count * size)
        whole = len(content) // size
        return list(self._unpack(f"{whole}{WHOLE_NUMBERS[entry.kind]}", content[: whole * size]))

    def _unpack(self, letters: str, content: bytes) -> tuple[Any, ...]:
        return struct.unpack(self._order + letters, content)
