"""From one image file, or its bytes, to the uint8 pixels that a network takes.

In: JPEG, PNG, WebP, BMP, TIFF, GIF or DICOM, told by content and not by name. Out: `decode` gives uint8
(H, W, 3) in sRGB, upright, at the size asked for; `inspect` gives what is worth knowing about the file.
Training, prediction and service all come through here, so that a network sees the same pixels everywhere.

Only Pillow and NumPy are needed, and pydicom for DICOM. Fixed conversions: an embedded colour profile is
converted to sRGB; CMYK without a profile as Pillow does; transparency is laid on black, the colour around a
dermatoscope's field; of 16-bit values the high byte is kept; floating-point values are taken as 0 to 1; the
first frame is used.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from lentigo.data.images import dicom
from lentigo.settings.errors import ImageError
from lentigo.settings.recipe import Resize

ACCEPTED_FORMATS: dict[str, tuple[str, ...]] = {
    "JPEG": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "PNG": (".png",),
    "WEBP": (".webp",),
    "BMP": (".bmp", ".dib"),
    "TIFF": (".tif", ".tiff"),
    "GIF": (".gif",),
}
"""Pillow's name of each format, and the file extensions that go with it."""

EXTENSIONS = {**ACCEPTED_FORMATS, "DICOM": dicom.EXTENSIONS}
"""The same for everything that is read."""
SUFFIXES = frozenset(suffix for suffixes in EXTENSIONS.values() for suffix in suffixes)
"""All of these extensions, by which images are found in folders."""

MAX_PIXELS = 40_000_000
SMALLEST_GOOD_SIDE = 64
FLAT_SHARE = 8
"""A flat block worth a warning fills at least one in so many rows of the image."""

Source = str | Path | bytes

_SIGNATURES = (
    (b"%!PS", "EPS or PostScript"),
    (b"\xc5\xd0\xd3\xc6", "EPS"),
    (b"8BPS", "PSD"),
    (b"%PDF", "PDF"),
    (b"PK\x03\x04", "a zip archive or an office document"),
    (b"\x1aE\xdf\xa3", "video"),
    (b"OggS", "video"),
)
_ISO_BRANDS = {b"heic": "HEIC", b"heix": "HEIC", b"mif1": "HEIC", b"msf1": "HEIC", b"avif": "AVIF"}
_PILLOW_ERRORS = (
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
)
"""What Pillow's readers are known to raise on damaged files, as fuzzing shows."""

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_EXIF_ORIENTATION = 0x0112


@dataclass(frozen=True)
class ImageFacts:
    """What is known about one usable image file."""

    width: int
    """Pixels, upright."""
    height: int
    """Pixels, upright."""
    format: str
    """A key of `EXTENSIONS`."""
    warnings: tuple[str, ...] = ()
    """Reasons to look at the image, in plain words."""


def decode(source: Source, height: int, width: int, resize: Resize = "squash") -> NDArray[np.uint8]:
    """Read one image at the size a network takes.

    A JPEG is decoded at the smallest of the scales 1/8, 1/4, 1/2, 1 that is no smaller than asked for, and
    then resized, like any other image, by bilinear interpolation whose support grows with the reduction
    (antialiased). The result depends on the bytes and the arguments only.

    Args:
        source: path, or the file's bytes; both give the same pixels.
        height: of the result, pixels.
        width: of the result, pixels.
        resize: `squash` ignores the aspect ratio; `crop` keeps it and cuts what sticks out at both ends;
            `pad` keeps it and fills the rest with black at both ends.

    Returns:
        uint8 (height, width, 3), sRGB.

    Raises:
        ImageError: the file cannot be used; the message is the reason.
    """
    with _opened(source) as image:
        _draft(image, height, width, resize)
        upright = _upright(image, _in_srgb(image)[0])
        return np.asarray(_resized(upright, height, width, resize), dtype=np.uint8).copy()


def decode_with_thumbnail(
    source: Source, height: int, width: int, resize: Resize, side: int
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """`decode`, and the whole image squashed to (side, side, 3), from one reading where that is possible.

    Raises:
        ImageError: as `decode`.
    """
    if min(height, width) < side:  # then the network's pixels may come from fewer than the thumbnail needs
        return decode(source, height, width, resize), decode(source, side, side)
    with _opened(source) as image:
        _draft(image, height, width, resize)
        upright = _upright(image, _in_srgb(image)[0])
        pixels = np.asarray(_resized(upright, height, width, resize), dtype=np.uint8).copy()
        return pixels, np.asarray(_resized(upright, side, side, "squash"), dtype=np.uint8).copy()


def num_pixels(source: Source) -> int:
    """How many pixels a file says that it has; nothing is decoded.

    Raises:
        ImageError: as `decode`, as far as the header tells.
    """
    with _opened(source) as image:
        return image.width * image.height


def inspect(source: Source) -> ImageFacts:
    """Read one image to the end and tell what is worth knowing about it.

    Raises:
        ImageError: the file cannot be used; the message is the reason.
    """
    with _opened(source) as image:
        full_size, name = image.size, "JPEG" if image.format == "MPO" else str(image.format)
        warnings = [*_name_warnings(source, name), *_frame_warnings(image)]
        image.draft(None, (max(1, image.width // 8), max(1, image.height // 8)))
        rgb, remarks = _in_srgb(image)
        upright = _upright(image, rgb)
        # oriented sideways in the file when upright and stored sides have swapped
        is_turned = image.getexif().get(_EXIF_ORIENTATION) in (5, 6, 7, 8)
        width, height = full_size[::-1] if is_turned else full_size
        warnings += [*remarks, *_size_warnings(width, height), *_content_warnings(upright, height)]
    return ImageFacts(width, height, name, tuple(warnings))


def accepted_list() -> str:
    """The accepted formats, for messages."""
    return "JPEG, PNG, WebP, BMP, TIFF, GIF, DICOM photographs"


@contextmanager
def _opened(source: Source) -> Iterator[Image.Image]:
    """Open an image with its size checked; whatever goes wrong inside becomes an `ImageError`."""
    try:
        with io.BytesIO(source) if isinstance(source, bytes) else Path(source).open("rb") as stream:
            head = stream.read(512)
            stream.seek(0)
            _refuse_foreign(head)
            with _image(stream, head) as image:
                _refuse_huge(*image.size)
                yield image
    except ImageError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ImageError(f"more than {MAX_PIXELS // 1_000_000} megapixels; scale it down") from error
    except _PILLOW_ERRORS as error:
        raise ImageError(_reason(error)) from error


def _image(stream: BinaryIO, head: bytes) -> Image.Image:
    if dicom.is_dicom(head):
        return dicom.open_dicom(stream, MAX_PIXELS)
    return Image.open(stream, formats=[*ACCEPTED_FORMATS])


def _reason(error: Exception) -> str:
    if isinstance(error, UnidentifiedImageError):
        return f"not an image of an accepted format, or its start is damaged; accepted: {accepted_list()}"
    if isinstance(error, OSError) and error.strerror:
        return f"cannot be read: {error.strerror}"
    if "truncated" in str(error).lower():
        return "truncated: the file ends before the image does; copy or download it again"
    return f"damaged: {str(error) or type(error).__name__}; copy or download it again"


def _refuse_foreign(head: bytes) -> None:
    """Name what is not an image, or not one that is read here, by its first bytes."""
    if not head:
        raise ImageError("the file is empty (0 bytes)")
    kind = _foreign_kind(head)
    if kind:
        raise ImageError(f"is {kind}, not an image of an accepted format; accepted: {accepted_list()}")


def _foreign_kind(head: bytes) -> str:
    """What the first bytes say the file is; empty when it may be an accepted image."""
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head[4:8] == b"ftyp":
        return _ISO_BRANDS.get(head[8:12], "video")
    for start, kind in _SIGNATURES:
        if head.startswith(start):
            return kind
    if b"<svg" in text:
        return "SVG"
    if text.startswith((b"<!doctype html", b"<html", b"<head", b"<body")):
        return "HTML"
    return "text" if all(byte >= 32 or byte in b"\t\n\r\f" for byte in head) else ""


def _refuse_huge(width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        found = f"{width} x {height} pixels, more than {MAX_PIXELS // 1_000_000} megapixels"
        raise ImageError(f"{found}; scale it down")


def _draft(image: Image.Image, height: int, width: int, resize: Resize) -> None:
    """Let a JPEG be decoded at a reduced scale that loses nothing the result would show."""
    if image.getexif().get(_EXIF_ORIENTATION) in (5, 6, 7, 8):
        height, width = width, height
    if resize != "squash":
        ratios = (height / image.height, width / image.width)
        scale = max(ratios) if resize == "crop" else min(ratios)
        height, width = round(image.height * scale), round(image.width * scale)
    image.draft(None, (max(width, 1), max(height, 1)))


def _in_srgb(image: Image.Image) -> tuple[Image.Image, list[str]]:
    """Load the pixels as RGB; returns them and remarks about the colour profile."""
    image.load()  # raises on truncated files: ImageFile.LOAD_TRUNCATED_IMAGES is off and stays off
    profile = image.info.get("icc_profile")
    plain = _eight_bit(image)
    if plain.mode not in ("RGB", "CMYK", "L") or "transparency" in plain.info or not profile:
        plain = _flattened(plain)
    if not profile:
        return plain, []
    try:
        transform = _to_srgb(profile, plain.mode)
        return plain if transform is None else _applied(transform, plain), []
    except (ImageCms.PyCMSError, OSError, ValueError) as error:
        return plain.convert("RGB"), [f"its colour profile cannot be used ({error}); taken as sRGB"]


def _applied(transform: ImageCms.ImageCmsTransform, image: Image.Image) -> Image.Image:
    converted = ImageCms.applyTransform(image, transform)
    assert converted is not None  # only with inPlace does it return None
    return converted


@lru_cache(maxsize=32)
def _to_srgb(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """The way from a colour profile to sRGB; None when it says that it is sRGB."""
    opened = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    if mode == "RGB" and "srgb" in ImageCms.getProfileDescription(opened).lower():
        return None
    return ImageCms.buildTransform(opened, ImageCms.createProfile("sRGB"), mode, "RGB")


def _eight_bit(image: Image.Image) -> Image.Image:
    """Bring every pixel mode to 8 bits a channel, by fixed rules."""
    if image.mode == "F":
        return _from_unit(np.asarray(image))
    if image.mode.startswith("I"):
        return _from_16_bit(np.asarray(image).astype(np.int64))
    if image.mode in ("RGB", "CMYK", "L", "RGBA", "LA"):
        return image
    has_alpha = image.mode in ("PA", "RGBa", "La") or "transparency" in image.info
    return image.convert("RGBA" if has_alpha else "RGB")


def _from_unit(values: NDArray[np.float32]) -> Image.Image:
    if not (np.isfinite(values).all() and values.min() >= 0 and values.max() <= 1):
        raise ImageError("floating-point pixels must lie between 0 and 1; save it with 8 bits a channel")
    return Image.fromarray(np.rint(values * 255).astype(np.uint8))


def _from_16_bit(values: NDArray[np.int64]) -> Image.Image:
    if values.min() < 0 or values.max() > 65535:
        raise ImageError("pixels with more than 16 bits; save it with 8 bits a channel")
    return Image.fromarray((values >> 8).astype(np.uint8))


def _flattened(image: Image.Image) -> Image.Image:
    """To RGB, transparency laid on black."""
    if "transparency" in image.info or image.mode in ("RGBA", "LA"):
        layer = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", layer.size, (0, 0, 0, 255)), layer).convert("RGB")
    return image.convert("RGB")


def _upright(image: Image.Image, pixels: Image.Image) -> Image.Image:
    """Turn the pixels as the file's EXIF orientation says.

    Must come after loading: Pillow turns a TIFF itself then, and forgets its orientation.
    """
    turn = _TURNS.get(image.getexif().get(_EXIF_ORIENTATION, 1))
    return pixels.transpose(turn) if turn is not None else pixels


def _resized(image: Image.Image, height: int, width: int, resize: Resize) -> Image.Image:
    size, method = (width, height), Image.Resampling.BILINEAR
    if resize == "crop":
        return ImageOps.fit(image, size, method)
    if resize == "pad":
        scale = min(width / image.width, height / image.height)
        inner = image.resize(
            (max(1, round(image.width * scale)), max(1, round(image.height * scale))), method
        )
        ground = Image.new("RGB", size)
        ground.paste(inner, ((width - inner.width) // 2, (height - inner.height) // 2))
        return ground
    return image.resize(size, method)


def _name_warnings(source: Source, name: str) -> Iterator[str]:
    extension = "" if isinstance(source, bytes) else Path(source).suffix.lower()
    if extension and extension not in EXTENSIONS[name]:
        yield f"named {extension} but is {name}; read as {name}"


def _frame_warnings(image: Image.Image) -> Iterator[str]:
    num_frames = getattr(image, "n_frames", 1)
    if num_frames > 1:
        yield f"holds {num_frames} frames or pages; the first is used"


def _size_warnings(width: int, height: int) -> Iterator[str]:
    if min(width, height) < SMALLEST_GOOD_SIDE:
        yield f"only {width} x {height} pixels"


def _content_warnings(pixels: Image.Image, full_height: int) -> Iterator[str]:
    """Warn of one colour all over, and of rows that a damaged JPEG leaves flat.

    Where the data of a JPEG are lost, every block of 8 x 8 pixels keeps the mean of the last whole one; so
    means of such blocks are compared, not pixels.
    """
    scale = max(1, round(full_height / pixels.height))
    factor = max(1, min(8 // scale, min(pixels.size) // 8))
    blocks = np.asarray(pixels.reduce(factor), dtype=np.int16)
    if np.ptp(blocks, axis=(0, 1)).max() <= 2:
        yield "one colour all over"
        return
    share = max(_flat_rows(blocks), _flat_rows(blocks.swapaxes(0, 1)))
    if share * FLAT_SHARE >= 1:
        yield f"flat block: {share:.0%} of it is one plain colour from side to side; perhaps damaged"


def _flat_rows(blocks: NDArray[np.int16]) -> float:
    """Share of rows in the longest run of rows that are all of one colour, the same in each; 0 to 1."""
    is_plain = np.ptp(blocks, axis=1).max(axis=-1) <= 1
    is_same = np.abs(np.diff(blocks[:, 0], axis=0)).max(axis=-1, initial=0) <= 1
    longest = run = 0
    for row, plain in enumerate(is_plain):
        continues = plain and run > 0 and is_same[row - 1]
        run = run + 1 if continues else int(plain)
        longest = max(longest, run)
    return longest / len(blocks)
