"""The formats that are read, and how files of others are known by their first bytes."""

from __future__ import annotations

from lentigo.data.images.decoding import dicom
from lentigo.settings.errors import ImageError

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


def accepted_list() -> str:
    """The accepted formats, for messages."""
    return "JPEG, PNG, WebP, BMP, TIFF, GIF, DICOM photographs"


def refuse_foreign(head: bytes) -> None:
    """Name what is not an image, or not one that is read here, by its first bytes.

    Raises:
        ImageError: it is such.
    """
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
