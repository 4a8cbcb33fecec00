"""A DICOM file of a dermoscopic or visible-light photograph in, its first frame, not yet decoded, out.

Needs the extra `dicom`. Only the pixels and their colour profile are read: nothing that says who the person
is is looked at, kept or shown. pydicom reads the header; pixels are unfolded once it is known to how much.
"""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from PIL import Image

from lentigo.data.images.decoding.dicom_frames import YBR, Frame, Relabelled, rle_planes, stored_values
from lentigo.data.images.decoding.headers import jpeg, jpeg2000
from lentigo.data.images.decoding.limits import (
    MAX_PIXELS,
    MAX_UNFOLDED,
    Claim,
    pixel_bytes,
    refuse_size,
)
from lentigo.data.images.decoding.opened import Opened
from lentigo.data.images.decoding.streams import limit_reads, open_stream
from lentigo.settings.errors import ImageError

EXTENSIONS = (".dcm", ".dicom")
PREAMBLE = 128
MARK = b"DICM"
KINDS = {
    "1.2.840.10008.5.1.4.1.1.77.1.7": "Dermoscopic Photography Image",
    "1.2.840.10008.5.1.4.1.1.77.1.4": "VL Photographic Image",
}
"""SOP classes that are read: unique identifier -> name in the standard (DICOM PS3.4, B.5)."""
COLOURS = ("RGB", "YBR_FULL", "YBR_FULL_422", "YBR_ICT", "YBR_RCT", "PALETTE COLOR", "MONOCHROME2")
LITTLE, IMPLICIT = "1.2.840.10008.1.2.1", "1.2.840.10008.1.2"
PLAIN = (LITTLE, IMPLICIT)
DEFLATED, RLE = "1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.5"
JPEGS = ("1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51")
JPEGS_2000 = ("1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.91")
"""Transfer syntaxes that are read (DICOM PS3.5, A)."""
PIXEL_DATA = (0x7FE0, 0x0010)
TAGS = [
    "SOPClassUID", "PhotometricInterpretation", "Rows", "Columns", "SamplesPerPixel", "PlanarConfiguration",
    "BitsAllocated", "BitsStored", "PixelRepresentation", "NumberOfFrames", "ICCProfile",
    *(f"{colour}PaletteColorLookupTableDescriptor" for colour in ("Red", "Green", "Blue")),
    *(f"{colour}PaletteColorLookupTableData" for colour in ("Red", "Green", "Blue")),
]  # fmt: skip
MOST_READS = 40_000
"""Of the header, which pydicom reads in Python: some 15,000 elements. Photographs have a few hundred."""
MOST_RUN_LENGTH = 15_000_000
"""Pixels of a run-length coded frame (`benchmarks/decoding_cost.py`)."""
MOST_UNPACKED = {**dict.fromkeys(YBR, 20_000_000), "PALETTE COLOR": 25_000_000}
"""Pixels of a frame that lies as it is, by colours, where they have to be computed."""
MOST_INFLATED = MAX_UNFOLDED // 2
"""Bytes of a deflated file: they are held beside the frame that is taken from them."""
_DAMAGE = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
"""What pydicom raises on damaged files, as fuzzing shows."""


def is_dicom(head: bytes) -> bool:
    """Whether a file that begins so (132 bytes or more) is DICOM."""
    return head[PREAMBLE : PREAMBLE + len(MARK)] == MARK


def open_dicom(stream: BinaryIO) -> Opened:
    """Read the header and find the first frame.

    Args:
        stream: of the whole file, at its start.

    Raises:
        ImageError: pydicom is missing, the file holds another kind of image or is damaged, it is too large,
            or its compression is not read.
    """
    pydicom = _reader()
    limit_reads(stream, MOST_READS)
    with understood():
        plain, syntax = _inflated(stream)
        data = pydicom.dcmread(plain, stop_before_pixels=True, specific_tags=TAGS)
        _refuse_others(data, syntax)
        return _described(_opened(plain, data, syntax), data)


@contextmanager
def understood() -> Iterator[None]:
    """Turn what pydicom stumbles over, in the header or later in the pixels, into a reason to refuse it.

    Raises:
        ImageError: the file is damaged.
    """
    pydicom = _reader()
    try:
        yield
    except ImageError:
        raise
    except (*_DAMAGE, pydicom.errors.InvalidDicomError, pydicom.errors.BytesLengthException) as error:
        told = " ".join(str(error).split()) or type(error).__name__
        raise ImageError(f"is DICOM that cannot be read: {told}") from error


def _reader() -> Any:
    try:
        import pydicom
        import pydicom.errors
    except ImportError as error:
        raise ImageError('is DICOM; to read it: pip install "lentigo[dicom]"') from error
    # of values that break the standard and are not used here; for all threads, since filters are shared
    warnings.filterwarnings("ignore", module=r"pydicom\.")
    return pydicom


def _inflated(stream: BinaryIO) -> tuple[BinaryIO, str]:
    """The file with a data set that is not deflated, and its transfer syntax; unfolded within bounds."""
    syntax = _transfer_syntax(stream)
    if syntax != DEFLATED:
        stream.seek(0)
        return stream, syntax
    unfolding = zlib.decompressobj(-zlib.MAX_WBITS)
    content = unfolding.decompress(stream.read(MOST_INFLATED), MOST_INFLATED)
    if not unfolding.eof and len(content) >= MOST_INFLATED:
        most = f"more than {MOST_INFLATED // 10**6} MB"
        raise ImageError(f"is DICOM that unfolds to {most}; save it with JPEG compression, or scale it down")
    name = LITTLE.encode().ljust(20, b"\0")
    start = bytes(PREAMBLE) + MARK + struct.pack("<HH2sH", 2, 0x10, b"UI", len(name)) + name
    plain = open_stream(start + content)
    limit_reads(plain, MOST_READS)
    return plain, LITTLE


def _transfer_syntax(stream: BinaryIO) -> str:
    """What the file's own header, group 2, says; the stream is then at the data set."""
    stream.seek(PREAMBLE + len(MARK))
    syntax = ""
    while True:
        here = stream.tell()
        group, element, kind, size = struct.unpack("<HH2sH", stream.read(8))
        if group != 2:
            stream.seek(here)
            return syntax
        if kind in (b"OB", b"OW", b"SQ", b"UN", b"UT"):
            (size,) = struct.unpack("<I", stream.read(4))
        value = stream.read(size)
        if element == 0x10:
            syntax = value.rstrip(b" \0").decode("latin-1")


def _refuse_others(header: Any, syntax: str) -> None:
    """Stop at what is no photograph, or too large, before any pixel is decoded."""
    if str(header.get("SOPClassUID", "")) not in KINDS:
        named = getattr(header.get("SOPClassUID"), "name", "") or "unknown kind"
        raise ImageError(f"is DICOM of another kind ({named}); accepted: {', '.join(KINDS.values())}")
    colour = str(header.get("PhotometricInterpretation", ""))
    if colour not in COLOURS:
        raise ImageError(f"is DICOM with colours as {colour or 'nothing'}; accepted: {', '.join(COLOURS)}")
    if syntax not in (*PLAIN, RLE, *JPEGS, *JPEGS_2000):
        known = "none, deflate, RLE, JPEG (8 bits) and JPEG 2000"
        raise ImageError(f"is DICOM with compression {syntax or 'unknown'}; accepted are {known}")
    width, height = int(header.get("Columns", 0)), int(header.get("Rows", 0))
    if width * height <= 0:
        raise ImageError(f"is DICOM of {width} x {height} pixels")
    refuse_size(width, height, _most_pixels(colour, syntax))
    bits, is_signed = int(header.get("BitsStored", 0)), bool(header.get("PixelRepresentation", 0))
    if not 8 <= bits <= 16 or is_signed:
        found = f"{bits} bits{' and a sign' if is_signed else ''}"
        raise ImageError(f"is DICOM with {found}; accepted are 8 to 16 bits without sign")


def _most_pixels(colour: str, syntax: str) -> int:
    """How many pixels take a second of one core, where not decoding but what comes after it is dear."""
    if syntax == RLE:
        return MOST_RUN_LENGTH
    return MOST_UNPACKED.get(colour, MAX_PIXELS) if syntax in PLAIN else MAX_PIXELS


def _opened(stream: BinaryIO, data: Any, syntax: str) -> Opened:
    """The first frame, by the way its pixels are stored."""
    _to_pixel_data(stream, syntax == IMPLICIT)
    if syntax in PLAIN:
        return _unpacked(Frame(data, lambda: stored_values(stream, data)))
    coded = _first_coded_frame(stream, data)
    if syntax == RLE:
        return _unpacked(Frame(data, lambda: rle_planes(coded, data)))
    is_jpeg = syntax in JPEGS
    claim = jpeg.claim(io.BytesIO(coded)) if is_jpeg else jpeg2000.claim(coded)
    if claim.size != (int(data.Columns), int(data.Rows)):
        inside = "{} x {}".format(*claim.size or (0, 0))
        raise ImageError(f"is DICOM of {data.Columns} x {data.Rows} pixels that holds an image of {inside}")
    image = Image.open(io.BytesIO(coded), formats=["JPEG" if is_jpeg else "JPEG2000"])
    return _compressed(image, claim, str(data.PhotometricInterpretation))


def _unpacked(frame: Frame) -> Opened:
    return Opened(frame, "DICOM", kind="DICOM", scratch_bytes=frame.unfolded)


def _compressed(image: Image.Image, claim: Claim, colour: str) -> Opened:
    """A JPEG or JPEG 2000, its channels taken for what DICOM says that they are."""
    kind = f"DICOM ({image.format}, {image.mode})"
    opened = Opened(image, "DICOM", kind, pixel_bytes(image.mode), claim.scratch_bytes)
    if image.mode != "RGB":
        return opened
    if image.format == "JPEG" and colour == "RGB" and "adobe_transform" not in image.info:
        opened.image, opened.draft_mode = Relabelled(image, "RGB"), "YCbCr"  # a JPEG's own guess is YCbCr
    if image.format == "JPEG2000" and colour in YBR:
        opened.image = Relabelled(image, "YCbCr")
    return opened


def _to_pixel_data(stream: BinaryIO, is_implicit: bool) -> None:
    """Go to the content of the element that comes next; pydicom has stopped before it."""
    start = stream.read(8 if is_implicit else 12)
    if struct.unpack("<HH", start[:4]) != PIXEL_DATA:
        raise ImageError("is DICOM without pixels")


def _first_coded_frame(stream: BinaryIO, data: Any) -> bytes:
    from pydicom import encaps

    return bytes(encaps.get_frame(stream, 0, number_of_frames=int(data.get("NumberOfFrames") or 1)))


def _described(opened: Opened, data: Any) -> Opened:
    """Put beside the pixels what Pillow's own readers do."""
    opened.has_more_frames = int(data.get("NumberOfFrames") or 1) > 1
    profile = data.get("ICCProfile")
    opened.info = {"icc_profile": bytes(profile)} if profile else {}
    return opened
