"""A DICOM file of a dermoscopic or visible-light photograph in, its first frame as a Pillow image out.

Needs the extra `dicom`. Only the pixels and their colour profile are read: nothing that says who the person
is is looked at, kept or shown.
"""

from __future__ import annotations

import struct
import warnings
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

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
)
"""What pydicom and its decoders raise on damaged files, as fuzzing shows."""


def is_dicom(head: bytes) -> bool:
    """Whether a file that begins so (132 bytes or more) is DICOM."""
    return head[PREAMBLE : PREAMBLE + len(MARK)] == MARK


def open_dicom(stream: BinaryIO, max_pixels: int) -> Image.Image:
    """Read the first frame.

    Args:
        stream: of the whole file, at its start.
        max_pixels: larger images are refused from the header, before decoding.

    Returns:
        An RGB image whose `format` is `DICOM`, with `info["icc_profile"]` and `n_frames` as in the file.

    Raises:
        ImageError: pydicom is missing, the file holds another kind of image or is damaged, or no installed
            decoder reads its compression.
    """
    pydicom = _reader()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of values that break the standard and are not used here
            _refuse_others(pydicom.dcmread(stream, stop_before_pixels=True), max_pixels)
            stream.seek(0)
            data = pydicom.dcmread(stream)
            return _described(Image.fromarray(_eight_bit(_pixels(data), data)), data)
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
    return pydicom


def _refuse_others(header: Any, max_pixels: int) -> None:
    """Stop at what is no photograph, or too large, before any pixel is decoded."""
    if str(header.get("SOPClassUID", "")) not in KINDS:
        named = getattr(header.get("SOPClassUID"), "name", "") or "unknown kind"
        raise ImageError(f"is DICOM of another kind ({named}); accepted: {', '.join(KINDS.values())}")
    colour = str(header.get("PhotometricInterpretation", ""))
    if colour not in COLOURS:
        raise ImageError(f"is DICOM with colours as {colour or 'nothing'}; accepted: {', '.join(COLOURS)}")
    width, height = int(header.get("Columns", 0)), int(header.get("Rows", 0))
    if not 0 < width * height <= max_pixels:
        most = f"{max_pixels // 10**6} megapixels"
        raise ImageError(f"is DICOM of {width} x {height} pixels; accepted are 1 pixel to {most}")


def _pixels(data: Any) -> NDArray[Any]:
    """The first frame, colours as RGB, (H, W) or (H, W, 3)."""
    from pydicom import pixels

    frame = np.asarray(pixels.pixel_array(data, index=0))
    if str(data.PhotometricInterpretation) == "PALETTE COLOR":
        return np.asarray(pixels.apply_color_lut(frame, data))
    return frame


def _eight_bit(frame: NDArray[Any], data: Any) -> NDArray[np.uint8]:
    """8 bits a channel, three channels: of more bits the high ones are kept, as for other formats."""
    is_palette = str(data.PhotometricInterpretation) == "PALETTE COLOR"
    bits = 8 * frame.dtype.itemsize if is_palette else int(data.BitsStored)
    if frame.dtype.kind != "u" or not 8 <= bits <= 16:
        found = f"{bits} bits ({frame.dtype})"
        raise ImageError(f"is DICOM with {found}; accepted are 8 to 16 bits without sign")
    narrow = (frame >> (bits - 8)).astype(np.uint8)
    return np.stack([narrow] * 3, axis=-1) if narrow.ndim == 2 else narrow


def _described(image: Image.Image, data: Any) -> Image.Image:
    """Put beside the pixels what Pillow's own readers do."""
    image.format = "DICOM"
    image.n_frames = int(data.get("NumberOfFrames") or 1)  # type: ignore[attr-defined]
    profile = data.get("ICCProfile")
    if profile:
        image.info["icc_profile"] = bytes(profile)
    return image
