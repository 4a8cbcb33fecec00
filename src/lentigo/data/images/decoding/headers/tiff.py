"""The directories of a TIFF in, what it will cost out (TIFF 6.0; BigTIFF).

The directory says where the pixels lie, in strips or tiles, and libtiff unfolds a whole one at once. It may
also point at the same values again and again, and Pillow makes a Python number of each; so what it points at
is added up before anything is read.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import BinaryIO

from lentigo.data.images.decoding.headers import jpeg
from lentigo.data.images.decoding.headers.tiff_directory import TYPE_BYTES, Directory, Reader
from lentigo.data.images.decoding.limits import Claim, refuse_size, refuse_truncated
from lentigo.settings.errors import ImageError

WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC = 256, 257, 258, 259, 262
SAMPLES, ROWS_PER_STRIP, TILE_WIDTH, TILE_HEIGHT = 277, 278, 322, 323
PLACES, LENGTHS = (273, 324), (279, 325)
"""Of strips, of tiles."""
POINTERS = frozenset({34665, 34853, 40965})
"""Tags whose value is the place of another directory that Pillow reads: Exif, GPS, interoperability."""
TEXT_TYPES = frozenset({1, 2, 7})
"""Kept as bytes; a value of another type becomes a Python number."""
MOST_NUMBERS = 200_000
MOST_PIECES = 32_768
"""Strips or tiles."""

AS_IT_IS, JPEG, YCBCR = 1, 7, 6
RATIOS = {5: 2600, 8: 1032, 32773: 64, 32946: 1032}
"""Compression (LZW, deflate, PackBits, deflate) -> bytes that one byte can become at most."""
KEEPS_A_COPY = frozenset({34925, 50000, 50001})
"""LZMA, Zstandard and WebP hold once more what they unfold."""
READ = frozenset({AS_IT_IS, 2, 3, 4, JPEG, 32771, *RATIOS, *KEEPS_A_COPY})


@dataclass(frozen=True)
class _Layout:
    """How the pixels are stored."""

    width: int
    height: int
    bits: int
    """Of one pixel."""
    compression: int
    pieces: list[tuple[int, int]]
    """Place and length in bytes of every strip or tile; a length of 0 is not known."""
    piece_bytes: int
    """Of one unfolded strip or tile."""


def claim(stream: BinaryIO) -> Claim:
    """What decoding will take.

    Args:
        stream: at the start of the file; is left anywhere.

    Raises:
        ImageError: fewer bytes than so many pixels need, more tags or pieces than an image has, or a
            compression that is not read.
    """
    reader = Reader(stream)
    tags = reader.directory(reader.first)
    tag_bytes = _tag_bytes(reader, tags)
    layout = _layout(reader, tags)
    refuse_size(layout.width, layout.height)
    _refuse_truncated(reader.end, layout)
    if layout.compression == JPEG:
        _refuse_costly_jpeg(reader, layout)
    copies = {AS_IT_IS: 0}.get(layout.compression, 2 if layout.compression in KEEPS_A_COPY else 1)
    return Claim(scratch_bytes=copies * layout.piece_bytes + 3 * tag_bytes)


def _tag_bytes(reader: Reader, tags: Directory) -> int:
    """Bytes of all values that the directories point at and Pillow reads.

    Raises:
        ImageError: there are too many.
    """
    waiting, total, numbers = [tags], 0, 0
    for _ in range(len(POINTERS) + 1):
        directory = waiting.pop() if waiting else {}
        for tag, entry in directory.items():
            size = entry.count * TYPE_BYTES.get(entry.kind, 0)
            total += size if entry.place + size <= reader.end else 0
            numbers += 0 if entry.kind in TEXT_TYPES else entry.count
            if tag in POINTERS:
                waiting += [reader.directory(place) for place in reader.numbers(entry)[:1]]
    if numbers > MOST_NUMBERS:
        raise ImageError(f"damaged: a TIFF whose tags hold {numbers:,} numbers; save it again")
    return total


def _layout(reader: Reader, tags: Directory) -> _Layout:
    def number(tag: int, otherwise: int) -> int:
        return next(iter(reader.numbers(tags.get(tag))), otherwise)

    width, height, compression = number(WIDTH, 0), number(HEIGHT, 0), number(COMPRESSION, AS_IT_IS)
    if compression not in READ:
        raise ImageError(
            f"a TIFF with compression {compression}, which is not read; save it with LZW or none"
        )
    depths = reader.numbers(tags.get(BITS)) or [1]
    bits = sum(depths) if len(depths) > 1 else depths[0] * number(SAMPLES, 1)
    held_bits = max(bits, 32) if number(PHOTOMETRIC, 0) == YCBCR else bits
    if TILE_WIDTH in tags:
        piece = number(TILE_WIDTH, 0) * number(TILE_HEIGHT, 0) * held_bits // 8
    else:
        piece = min(number(ROWS_PER_STRIP, height), height) * ((width * held_bits + 7) // 8)
    return _Layout(width, height, bits, compression, _pieces(reader, tags), piece)


def _pieces(reader: Reader, tags: Directory) -> list[tuple[int, int]]:
    places = [place for tag in PLACES for place in reader.numbers(tags.get(tag))]
    lengths = [count for tag in LENGTHS for count in reader.numbers(tags.get(tag))]
    if len(places) > MOST_PIECES:
        raise ImageError(f"a TIFF in {len(places):,} pieces, more than {MOST_PIECES:,}; save it in strips")
    lengths += [0] * (len(places) - len(lengths))
    return list(zip(places, lengths, strict=False))


def _refuse_truncated(file_bytes: int, layout: _Layout) -> None:
    """Pieces must lie within the file, and be large enough together."""
    there = 0
    for place, size in layout.pieces:
        refuse_truncated(file_bytes, place + (0 if layout.compression == AS_IT_IS else size))
        there += size or file_bytes - place
    unfolded = layout.width * layout.height * layout.bits / 8
    if layout.compression == AS_IT_IS:  # lengths are often wrong there, and nobody needs them
        refuse_truncated(file_bytes, unfolded)
    elif layout.compression in RATIOS:
        refuse_truncated(min(there, file_bytes), unfolded / RATIOS[layout.compression])


def _refuse_costly_jpeg(reader: Reader, layout: _Layout) -> None:
    """Pieces are JPEGs of their own, perhaps without tables; progressive ones are held whole."""
    for place, size in layout.pieces:
        content = reader.at(place, size or reader.end - place)
        if jpeg.claim(io.BytesIO(content)).scratch_bytes:
            raise ImageError("a TIFF with progressive JPEG inside; save it with LZW or none")
