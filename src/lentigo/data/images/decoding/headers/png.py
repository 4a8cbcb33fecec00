"""The chunks of a PNG in, what it will cost out (W3C, Portable Network Graphics, third edition).

Pillow unpacks text and colour profiles up to a megabyte each, however many there are and however small they
come; here there may be few.
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO

from lentigo.data.images.decoding.limits import Claim, refuse_size, refuse_truncated
from lentigo.data.images.decoding.streams import length
from lentigo.settings.errors import ImageError

SIGNATURE_BYTES = 8
MOST_CHUNKS = 40_000
MOST_OF = {b"iCCP": 1, b"zTXt": 16, b"iTXt": 16}
"""Chunks that unfold -> how many there may be."""
MOST_BYTES_OF = {b"eXIf": 1_000_000, b"PLTE": 768, b"tRNS": 768}
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
DEFLATE_RATIO = 1032
"""Bytes that one byte of zlib's data can become at most."""


def claim(stream: BinaryIO) -> Claim:
    """What decoding will take.

    Args:
        stream: at the start of the file; is left anywhere.

    Raises:
        ImageError: fewer bytes than so many pixels need, or more chunks than an image has.
    """
    stream.seek(SIGNATURE_BYTES)
    counts: Counter[bytes] = Counter()
    data_bytes, header = 0, b""
    for name, size, place in _chunks(stream):
        counts[name] += 1
        if counts[name] > MOST_OF.get(name, MOST_CHUNKS) or size > MOST_BYTES_OF.get(name, size):
            raise ImageError(f"a PNG with too much in its {name.decode('latin-1')} chunks; save it again")
        if name == b"IHDR":
            stream.seek(place)
            header = stream.read(13)
            refuse_size(*struct.unpack(">II", header[:8]))
        elif name == b"IDAT":
            data_bytes += size
    if len(header) < 13:
        raise ImageError("damaged: a PNG without header; copy or download it again")
    return _claim(header, data_bytes)


def _claim(header: bytes, data_bytes: int) -> Claim:
    width, height, depth, colour = struct.unpack(">IIBB", header[:10])
    row = (width * depth * CHANNELS.get(colour, 1) + 7) // 8
    refuse_truncated(data_bytes, height * row / DEFLATE_RATIO)
    return Claim(scratch_bytes=2 * row, size=(width, height))


def _chunks(stream: BinaryIO) -> Iterator[tuple[bytes, int, int]]:
    """Name, length and place of the content of each chunk up to the end."""
    end = length(stream)
    for _ in range(MOST_CHUNKS):
        start = stream.read(8)
        if len(start) < 8:
            return
        size, name = struct.unpack(">I4s", start)
        place = stream.tell()
        if place + size > end:
            raise ImageError("truncated: the file ends before the image does; copy or download it again")
        yield name, size, place
        if name == b"IEND":
            return
        stream.seek(place + size + 4)
    raise ImageError(f"a PNG of more than {MOST_CHUNKS:,} chunks; save it again")
