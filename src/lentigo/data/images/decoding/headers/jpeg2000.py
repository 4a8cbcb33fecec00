"""The markers of a JPEG 2000 codestream in, what it will cost out (ISO/IEC 15444-1, Annex A).

Only DICOM brings such. The standard lets a few bytes ask for millions of parts (tiles, precincts, blocks,
layers), each with structures of its own, and lets every tile ask anew; what is read here is what encoders
write: one set of such choices for the whole image, within bounds.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from lentigo.data.images.decoding.limits import Claim, refuse_size
from lentigo.settings.errors import ImageError

START = b"\xff\x4f\xff\x51"
SIZE, CODING, START_OF_TILE, START_OF_DATA = 0x51, 0x52, 0x90, 0x93
MAIN_MARKERS = frozenset({SIZE, CODING, 0x5C, 0x5D, 0x55, 0x57, 0x63, 0x64})
"""Beside size and coding: quantisation, lengths, registration, comment. Nothing that changes by component."""
TILE_MARKERS = frozenset({0x58, 0x64})
"""Lengths and comment."""
MOST_PIXELS, MOST_BYTES = 5_000_000, 3_500_000
"""It takes about 0.08 s a megapixel and 0.15 s a megabyte."""
MOST_TILES, MOST_LAYERS, MOST_TILE_PARTS = 1024, 64, 4096
LEAST_BLOCK, LEAST_PRECINCT = 8, 5
"""Exponents of two: area of a code block (16 x 16), side of a precinct (32)."""
SAMPLE_BYTES = 6
"""What OpenJPEG holds of each sample beside the pixels, in the worst case measured."""


def claim(coded: bytes) -> Claim:
    """What decoding will take.

    Args:
        coded: from the first marker on.

    Raises:
        ImageError: too large, or choices that only hostile files make.
    """
    if len(coded) > MOST_BYTES:
        raise ImageError(f"JPEG 2000 of more than {MOST_BYTES / 1e6} MB; save it with JPEG compression")
    if not coded.startswith(START):
        raise ImageError("damaged: not a JPEG 2000 codestream; copy or download it again")
    found = dict(_main_header(coded))
    if SIZE not in found or CODING not in found:
        raise ImageError("damaged: a JPEG 2000 without header; copy or download it again")
    size, num_components = _size(found[SIZE])
    _refuse_many_parts(found[CODING])
    _refuse_choices_by_tile(coded)
    return Claim(scratch_bytes=SAMPLE_BYTES * num_components * size[0] * size[1], size=size)


def _main_header(coded: bytes) -> Iterator[tuple[int, bytes]]:
    """Marker and content of each segment before the first tile."""
    place = 2
    while True:
        marker, length = struct.unpack(">HH", coded[place : place + 4])
        if marker & 0xFF == START_OF_TILE:
            return
        if marker & 0xFF not in MAIN_MARKERS:
            raise _rare()
        yield marker & 0xFF, coded[place + 4 : place + 2 + length]
        place += 2 + length


def _size(segment: bytes) -> tuple[tuple[int, int], int]:
    """Width and height, and the number of components."""
    right, bottom, left, top, across, down, first, second, count = struct.unpack(">8IH", segment[2:36])
    size = (right - left, bottom - top)
    if min(*size, across, down) <= 0 or not 1 <= count <= 4:
        raise ImageError("damaged: a JPEG 2000 without size; copy or download it again")
    refuse_size(*size, MOST_PIXELS)
    if -(-(right - first) // across) * -(-(bottom - second) // down) > MOST_TILES:
        raise ImageError(f"JPEG 2000 in more than {MOST_TILES} tiles; save it in fewer")
    return size, count


def _refuse_many_parts(segment: bytes) -> None:
    style, _, layers, _, levels, width, height = struct.unpack(">BBHBBBB", segment[:8])
    precincts = segment[10 : 11 + levels] if style & 1 else b""
    if layers > MOST_LAYERS or levels > 32 or (width & 15) + (height & 15) + 4 < LEAST_BLOCK:
        raise _rare()
    if any(min(sides & 15, sides >> 4) < LEAST_PRECINCT for sides in precincts):
        raise _rare()


def _refuse_choices_by_tile(coded: bytes) -> None:
    """Walk over the parts of tiles: none may ask for anything of its own."""
    place = coded.index(b"\xff\x90")
    for _ in range(MOST_TILE_PARTS):
        if coded[place + 1 : place + 2] != bytes([START_OF_TILE]):
            return
        (length,) = struct.unpack(">I", coded[place + 6 : place + 10])
        inside = place + 12
        while (found := struct.unpack(">HH", coded[inside : inside + 4]))[0] & 0xFF != START_OF_DATA:
            if found[0] & 0xFF not in TILE_MARKERS:
                raise _rare()
            inside += 2 + found[1]
        if not length:  # then it is the last, and ends with the image
            return
        place += max(length, 14)
    raise _rare()


def _rare() -> ImageError:
    return ImageError("JPEG 2000 of a rare kind; save it as an ordinary one, or with JPEG compression")
