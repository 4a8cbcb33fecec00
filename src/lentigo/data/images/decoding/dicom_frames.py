"""Pixels of a DICOM frame that are no picture file of their own: as they are, or run-length coded (PS3.5)."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from lentigo.data.images.decoding.bands import Box
from lentigo.data.images.decoding.limits import refuse_truncated
from lentigo.settings.errors import ImageError

HALF_COLOUR = "YBR_FULL_422"
YBR = ("YBR_FULL", HALF_COLOUR)


class Frame:
    """One frame, read when it is loaded, made RGB where it is cropped."""

    def __init__(self, data: Any, read: Callable[[], NDArray[Any]]) -> None:
        """Take what the header says.

        Args:
            data: pydicom's data set, without pixels.
            read: gives the values, (H, W) or (H, W, 3).

        Raises:
            ImageError: a number of channels or bits that is not read.
        """
        self.size = (int(data.Columns), int(data.Rows))
        self._data, self._read = data, read
        self._colour = str(data.PhotometricInterpretation)
        samples, bits = samples_and_bits(data)
        self.unfolded = self.size[0] * self.size[1] * samples * bits // 8

    def load(self) -> None:
        """Read the values."""
        self._values = self._read()
        self._palette = _palette(self._data) if self._colour == "PALETTE COLOR" else None

    def crop(self, box: Box) -> Image.Image:
        """A part in RGB with 8 bits: of more bits the high ones are kept, as for other formats."""
        left, top, right, bottom = box
        part = np.ascontiguousarray(self._values[top:bottom, left:right])
        if self._palette is not None:
            return Image.fromarray(self._palette[part])
        narrow = (part >> (int(self._data.BitsStored) - 8)).astype(np.uint8)
        if narrow.ndim == 2:
            return Image.fromarray(narrow).convert("RGB")
        image = Image.fromarray(narrow)
        # the same conversion as in a JPEG (PS3.3, C.7.6.3.1.2)
        return Relabelled(image, "YCbCr").crop((0, 0, *image.size)) if self._colour in YBR else image


def _palette(data: Any) -> NDArray[np.uint8]:
    """The colour of every value that may occur, (256 or 65,536, 3)."""
    from pydicom import pixels

    bits = int(data.BitsAllocated)
    colours = pixels.apply_color_lut(np.arange(2**bits, dtype=f"u{bits // 8}").reshape(1, -1), data)[0]
    return np.asarray(colours >> (8 * colours.dtype.itemsize - 8), dtype=np.uint8)


class Relabelled:
    """A Pillow image whose channels mean something else than Pillow believes."""

    def __init__(self, image: Image.Image, meaning: str) -> None:
        """`meaning`: the mode that its channels are of."""
        self._image, self._meaning = image, meaning
        self.draft, self.load = image.draft, image.load

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self._image.size

    def crop(self, box: Box) -> Image.Image:
        """A part in RGB."""
        part = self._image.crop(box)
        return Image.merge(self._meaning, part.split()).convert("RGB")


def samples_and_bits(data: Any) -> tuple[int, int]:
    """Channels, and bits that each takes in the file.

    Raises:
        ImageError: others than 1 or 3 channels of 8 or 16 bits.
    """
    samples, bits = int(data.SamplesPerPixel), int(data.BitsAllocated)
    if samples not in (1, 3) or bits not in (8, 16) or int(data.BitsStored) > bits:
        raise ImageError(f"is DICOM of {samples} channels in {bits} bits; accepted are 1 or 3 in 8 or 16")
    return samples, bits


def stored_values(stream: BinaryIO, data: Any) -> NDArray[Any]:
    """The first frame as it lies in the file from here on, (H, W) or (H, W, 3).

    Raises:
        ImageError: the file ends before it does.
    """
    samples, bits = samples_and_bits(data)
    height, width = int(data.Rows), int(data.Columns)
    is_half = samples == 3 and str(data.PhotometricInterpretation) == HALF_COLOUR
    count = height * width * (2 if is_half else samples)
    content = stream.read(count * bits // 8)
    refuse_truncated(len(content), count * bits // 8)
    values = np.frombuffer(content, np.dtype(f"<u{bits // 8}"))
    if samples == 1:
        return values.reshape(height, width)
    if is_half:
        return _full_colour(values.reshape(height, width // 2, 4))
    if int(data.get("PlanarConfiguration") or 0) == 1:
        return np.moveaxis(values.reshape(3, height, width), 0, -1)
    return values.reshape(height, width, 3)


def _full_colour(pairs: NDArray[Any]) -> NDArray[Any]:
    """Two brightnesses and one colour (H, W / 2, 4) as pixels (H, W, 3)."""
    height, half, _ = pairs.shape
    light = pairs[..., :2].reshape(height, 2 * half, 1)
    return np.concatenate([light, np.repeat(pairs[..., 2:], 2, axis=1)], axis=-1)


def rle_planes(coded: bytes, data: Any) -> NDArray[Any]:
    """A run-length coded frame, (H, W) or (H, W, 3): a segment for each byte of each channel (PS3.5, G).

    Raises:
        ImageError: it has not as many segments, or they are too short.
    """
    samples, bits = samples_and_bits(data)
    height, width = int(data.Rows), int(data.Columns)
    count, *places = struct.unpack("<16I", coded[:64])
    if count != samples * bits // 8:
        raise ImageError(
            f"is DICOM with {count} run-length coded segments for {samples} channels of {bits} bits"
        )
    ends = [*places[1:count], len(coded)]
    values = np.empty((samples, height * width, bits // 8), np.uint8)
    for segment, (start, end) in enumerate(zip(places[:count], ends, strict=True)):
        # the highest byte comes first; a value's lowest byte lies first in memory
        channel, place = divmod(segment, bits // 8)
        values[channel, :, bits // 8 - 1 - place] = _unpacked(coded[start:end], height * width)
    planes = values.view(np.dtype(f"<u{bits // 8}")).reshape(samples, height, width)
    return planes[0] if samples == 1 else np.moveaxis(planes, 0, -1)


def _unpacked(segment: bytes, size: int) -> NDArray[np.uint8]:
    """PackBits, which Pillow unpacks; as a single row, since runs may reach from one row into the next."""
    try:
        row = Image.frombytes("L", (size, 1), segment, "packbits", "L")
    except ValueError as error:
        raise ImageError(
            "truncated: the file ends before the image does; copy or download it again"
        ) from error
    return np.asarray(row).reshape(-1)
