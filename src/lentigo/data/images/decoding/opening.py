"""A path or a file's bytes in; an image whose cost is known, out, or the reason why there is none."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from PIL import Image, ImageFile, UnidentifiedImageError

from lentigo.data.images.decoding import dicom
from lentigo.data.images.decoding.colours import ALPHA_MODES
from lentigo.data.images.decoding.headers import jpeg, png, tiff
from lentigo.data.images.decoding.kinds import ACCEPTED_FORMATS, accepted_list, refuse_foreign
from lentigo.data.images.decoding.limits import MAX_PIXELS, Claim, pixel_bytes, refuse_size, refuse_truncated
from lentigo.data.images.decoding.opened import Opened
from lentigo.data.images.decoding.streams import length, open_stream
from lentigo.settings.errors import ImageError

Source = str | Path | bytes

HEAD_BYTES = 512
CLAIMS: dict[bytes, Callable[[BinaryIO], Claim]] = {
    b"\xff\xd8\xff": jpeg.claim,
    b"\x89PNG\r\n\x1a\n": png.claim,
    b"II*\0": tiff.claim,
    b"MM\0*": tiff.claim,
    b"II+\0": tiff.claim,
    b"MM\0+": tiff.claim,
}
"""First bytes -> who reads the header before Pillow does."""
MOST_EXIF = 1_000_000
"""Bytes; Pillow takes them apart to find which side is up."""
RUN_LENGTHS = (1, 2)
"""Compressions of a BMP that Pillow unpacks in Python, a run or even a pixel at a time."""
MOST_RUN_PIXELS = 4_000_000
MOST_ALPHA_PIXELS = 20_000_000
"""Of an image that is transparent in places: to lay it on black takes as long as to decode it."""
GIF_RATIO = 2600
"""Pixels that a byte can become at most."""
WEBP_BYTES = 12
"""What libwebp and Pillow hold of each pixel, beside the pixel itself: two canvases and what goes between."""
WEBP_LOSSLESS_BYTES = 16
LONGEST_REASON = 400
"""Characters of what is wrong with a file: libraries, too, repeat what a stranger wrote."""
PILLOW_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    EOFError,
    OverflowError,
    ZeroDivisionError,
    NotImplementedError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
)
"""What readers are known to raise on damaged files, as fuzzing shows."""


@contextmanager
def opened(source: Source) -> Iterator[Opened]:
    """Open an image whose header was found affordable; whatever goes wrong inside becomes an `ImageError`.

    Args:
        source: path, or the file's bytes.

    Raises:
        ImageError: the file cannot be used; the message is the reason.
    """
    try:
        with open_stream(source) as stream:
            head = stream.read(HEAD_BYTES)
            refuse_foreign(head)
            if dicom.is_dicom(head):
                with dicom.understood():
                    yield dicom.open_dicom(stream)
            else:
                yield _pillow(stream, head)
    except ImageError as error:
        raise ImageError(str(error)[:LONGEST_REASON]) from error.__cause__
    except PILLOW_ERRORS as error:
        raise ImageError(_reason(error)[:LONGEST_REASON]) from error


def _pillow(stream: BinaryIO, head: bytes) -> Opened:
    """An image in a format of Pillow's, after its header was read by our own rules."""
    read = next((reader for start, reader in CLAIMS.items() if head.startswith(start)), None)
    stream.seek(0)
    claim = read(stream) if read else Claim()
    stream.seek(0)
    image = Image.open(stream, formats=[*ACCEPTED_FORMATS])
    name = "JPEG" if image.format == "MPO" else str(image.format)
    refuse_size(*image.size)
    if claim.size not in (None, image.size) or len(image.info.get("exif") or b"") > MOST_EXIF:
        raise ImageError("damaged: its header contradicts itself; copy or download it again")
    opened = Opened(
        image,
        name,
        f"{name} ({image.mode})",
        pixel_bytes(image.mode),
        claim.scratch_bytes + _scratch(image, stream, head),
        has_more_frames=bool(getattr(image, "is_animated", False)),
        info=image.info,
        is_drafted=name == "JPEG",
    )
    if not opened.is_drafted:
        opened.refuse_cost()
        is_transparent = image.mode in ALPHA_MODES or "transparency" in image.info
        refuse_size(*image.size, MOST_ALPHA_PIXELS if is_transparent else MAX_PIXELS)
    return opened


def _scratch(image: ImageFile.ImageFile, stream: BinaryIO, head: bytes) -> int:
    """For formats whose header Pillow alone reads: what is held beside the pixels, or a refusal."""
    pixels = image.width * image.height
    if image.format == "WEBP":
        return pixels * (WEBP_LOSSLESS_BYTES if b"VP8L" in head else WEBP_BYTES)
    if image.format == "GIF":
        left, top, right, bottom = image.tile[0].extents or (0, 0, 0, 0)
        refuse_truncated(length(stream) - image.tile[0].offset, (right - left) * (bottom - top) / GIF_RATIO)
        return pixels
    if image.format == "BMP" and image.info.get("compression") in RUN_LENGTHS:
        refuse_size(*image.size, MOST_RUN_PIXELS)
        return 3 * pixels
    if image.format == "BMP":
        arguments: Any = image.tile[0].args  # raw mode, bytes of a row, direction
        refuse_truncated(length(stream) - image.tile[0].offset, arguments[1] * image.height)
    return 0


def _reason(error: Exception) -> str:
    if isinstance(error, UnidentifiedImageError):
        return f"not an image of an accepted format, or its start is damaged; accepted: {accepted_list()}"
    if isinstance(error, Image.DecompressionBombError):
        return f"more than {MAX_PIXELS / 1e6:g} megapixels by its header; save it smaller"
    if isinstance(error, OSError) and error.strerror:
        return f"cannot be read: {error.strerror}"
    if "truncated" in str(error).lower():
        return "truncated: the file ends before the image does; copy or download it again"
    return f"damaged: {str(error) or type(error).__name__}; copy or download it again"
