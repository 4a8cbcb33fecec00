"""The markers of a JPEG in, what it will cost out (ISO/IEC 10918-1, Annex B).

A progressive JPEG is held whole, as coefficients, however small it is wanted, and each of its scans is a pass
over all of them: a file of 0.7 MB with thousands of empty scans would keep a core busy for minutes.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from PIL import UnidentifiedImageError

from lentigo.data.images.decoding.limits import Claim, refuse_size, refuse_truncated
from lentigo.data.images.decoding.streams import length
from lentigo.settings.errors import ImageError

BASELINE, EXTENDED, PROGRESSIVE = 0xC0, 0xC1, 0xC2
FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}) | {0xDE}
START_OF_SCAN, END_OF_IMAGE, TABLES, EXIF, RESOURCES = 0xDA, 0xD9, 0xDB, 0xE1, 0xED
BARE = frozenset({0x01, *range(0xD0, 0xD9)})
"""Markers that no length follows."""
MOST_BYTES = {TABLES: 65_536, EXIF: 16_000_000, RESOURCES: 4_000_000}
"""Before the first scan, in all; Pillow takes these apart in Python."""
MOST_EXIF = 1_000_000
BLOCK_BYTES = 128
"""Of the 64 coefficients of a block of 8 x 8 pixels."""
MOST_SCAN_SECONDS = 0.35
PASS_SECONDS, REFINE_SECONDS = 7e-9, 0.8e-9
"""Of one block in a scan, and of one coefficient of it where a scan adds a bit to what is known (measured).

The usual ten scans of 40 megapixels, colours not subsampled, come to 0.19 s."""
MOST_MARKERS = 2000
"""Before the first scan, and again between scans; a colour profile of 16 MB takes 255."""
_NEXT = re.compile(rb"\xff+([\x01-\xcf\xd8-\xfe])")
"""The next marker within coded data; 0 is a stuffed byte, D0 to D7 restart."""
HEADER_WINDOW, DATA_WINDOW = 1 << 12, 1 << 16


@dataclass(frozen=True)
class Frame:
    """What a frame header says."""

    kind: int
    width: int
    height: int
    blocks: dict[int, int] = field(repr=False)
    """Component -> blocks of 8 x 8 of its own samples, filled up to whole units."""


@dataclass(frozen=True)
class Scan:
    """What a scan header says."""

    components: tuple[int, ...]
    first: int
    last: int
    is_refining: bool


def claim(stream: BinaryIO) -> Claim:
    """What decoding will take.

    Args:
        stream: at the start of the file; is left anywhere.

    Raises:
        ImageError: a kind that is not read, too many scans, or fewer bytes than so many pixels need.
        UnidentifiedImageError: no header is found.
    """
    frame, scan = _header(stream)
    size = (frame.width, frame.height)
    refuse_size(*size)
    is_held = frame.kind == PROGRESSIVE or len(scan.components) < len(frame.blocks)
    blocks = next(iter(frame.blocks.values()))
    # a block takes a bit at least: of its mean, and in one pass another that says "nothing more"
    refuse_truncated(length(stream) - stream.tell(), blocks / 8 if is_held else blocks / 4)
    if not is_held:
        return Claim(size=size)
    _refuse_many_scans(frame, [scan, *_further_scans(stream)])
    return Claim(scratch_bytes=BLOCK_BYTES * sum(frame.blocks.values()), size=size)


def _header(stream: BinaryIO) -> tuple[Frame, Scan]:
    """The frame and the first scan; the stream is then at the scan's data."""
    frame, spent = None, dict.fromkeys(MOST_BYTES, 0)
    for marker in _markers(stream, HEADER_WINDOW):
        if marker in BARE:
            continue
        segment = _segment(stream)
        if marker in spent:
            spent[marker] += len(segment)
            if spent[marker] > MOST_BYTES[marker]:
                raise ImageError(f"a JPEG with {spent[marker]:,} bytes of remarks of one kind; save it again")
        if marker in FRAMES:
            frame = _frame(marker, segment)
        elif marker == START_OF_SCAN and frame is not None:
            return frame, _scan(segment)
    raise UnidentifiedImageError("a JPEG without image data")


def _markers(stream: BinaryIO, window: int) -> Iterator[int]:
    """Markers one after the other, looked for in so many bytes at a time.

    Whoever takes one reads its segment before the next.
    """
    for _ in range(MOST_MARKERS):
        marker = _next_marker(stream, window)
        if marker is None:
            return
        yield marker
    raise ImageError(f"a JPEG of more than {MOST_MARKERS:,} segments; save it again")


def _next_marker(stream: BinaryIO, window: int) -> int | None:
    """The next marker, the stream then being behind it; None where there is none."""
    while True:
        here = stream.tell()
        read = stream.read(window)
        found = _NEXT.search(read)
        if found:
            stream.seek(here + found.end())
            return found[1][0]
        if len(read) < window:
            return None
        stream.seek(here + window - 1)  # the last byte may begin a marker


def _segment(stream: BinaryIO) -> bytes:
    size = stream.read(2)
    wanted = max(0, struct.unpack(">H", size)[0] - 2) if len(size) == 2 else 1
    segment = stream.read(wanted)
    refuse_truncated(len(segment), wanted)
    return segment


def _frame(kind: int, segment: bytes) -> Frame:
    if kind not in (BASELINE, EXTENDED, PROGRESSIVE):
        raise ImageError(
            "a JPEG of a rare kind (arithmetic, lossless or hierarchical); save it as an ordinary one"
        )
    _, height, width, count = struct.unpack(">BHHB", segment[:6])
    parts = [struct.unpack("BBB", segment[6 + 3 * part : 9 + 3 * part]) for part in range(count)]
    factors = {name: (factor >> 4, factor & 15) for name, factor, _ in parts}
    if not factors or not min(width, height, *map(min, factors.values())):
        raise ImageError("damaged: a JPEG without size; copy or download it again")
    widest = max(across for across, _ in factors.values())
    tallest = max(down for _, down in factors.values())
    units = -(-width // (8 * widest)) * -(-height // (8 * tallest))
    return Frame(
        kind, width, height, {name: units * across * down for name, (across, down) in factors.items()}
    )


def _scan(segment: bytes) -> Scan:
    count = segment[0]
    first, last, bits = segment[1 + 2 * count : 4 + 2 * count]
    return Scan(tuple(segment[1 : 1 + 2 * count : 2]), first, last, bits >> 4 > 0)


def _further_scans(stream: BinaryIO) -> Iterator[Scan]:
    for marker in _markers(stream, DATA_WINDOW):
        if marker == END_OF_IMAGE:
            return
        if marker not in BARE:
            segment = _segment(stream)
            if marker == START_OF_SCAN:
                yield _scan(segment)


def _refuse_many_scans(frame: Frame, scans: list[Scan]) -> None:
    seconds = sum(_seconds(frame, scan) for scan in scans)
    if seconds > MOST_SCAN_SECONDS:
        raise ImageError(f"a JPEG in {len(scans)} passes over all its pixels; save it as an ordinary one")


def _seconds(frame: Frame, scan: Scan) -> float:
    refined = max(0, scan.last - scan.first + 1) if scan.is_refining and scan.first else 0
    blocks = sum(frame.blocks.get(name, 0) for name in scan.components)
    return blocks * (PASS_SECONDS + refined * REFINE_SECONDS)
