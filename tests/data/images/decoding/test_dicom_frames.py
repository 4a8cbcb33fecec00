from __future__ import annotations

import io
import struct
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from lentigo.data.images.decoding import dicom_frames
from lentigo.data.images.decoding.dicom_frames import Frame, Relabelled, rle_planes, stored_values
from lentigo.settings.errors import ImageError

pydicom = pytest.importorskip("pydicom", reason="the extra `dicom` is not installed")


class Header(SimpleNamespace):
    """As much of a data set as frames ask for."""

    def get(self, name: str, otherwise: Any = None) -> Any:
        return getattr(self, name, otherwise)


def header(samples: int = 3, bits: int = 8, colour: str = "RGB", **more: Any) -> Header:
    return Header(
        Rows=4,
        Columns=6,
        SamplesPerPixel=samples,
        BitsAllocated=bits,
        BitsStored=bits,
        PhotometricInterpretation=colour,
        **more,
    )


PIXELS = np.random.default_rng(0).integers(0, 256, (4, 6, 3), dtype=np.uint8)


def test_values_as_they_lie_by_pixel_or_by_channel() -> None:
    plain = stored_values(io.BytesIO(PIXELS.tobytes()), header())
    np.testing.assert_array_equal(plain, PIXELS)
    planes = np.moveaxis(PIXELS, -1, 0).tobytes()
    np.testing.assert_array_equal(stored_values(io.BytesIO(planes), header(PlanarConfiguration=1)), PIXELS)
    with pytest.raises(ImageError, match="truncated"):
        stored_values(io.BytesIO(planes[:-1]), header())


def test_two_pixels_may_share_a_colour() -> None:
    pairs = np.array([[[10, 20, 100, 200]] * 3] * 4, np.uint8)
    found = stored_values(io.BytesIO(pairs.tobytes()), header(colour="YBR_FULL_422"))
    np.testing.assert_array_equal(found[0, :2], [[10, 100, 200], [20, 100, 200]])


def packed(row: bytes) -> bytes:
    """PackBits without runs: as it is, up to 128 bytes at a time."""
    parts = [row[start : start + 128] for start in range(0, len(row), 128)]
    return b"".join(bytes([len(part) - 1]) + part for part in parts)


def rle(segments: list[bytes]) -> bytes:
    places, place = [], 64
    for segment in segments:
        places.append(place)
        place += len(segment)
    return struct.pack("<16I", len(segments), *places, *[0] * (15 - len(segments))) + b"".join(segments)


@pytest.mark.parametrize("bits", [8, 16])
def test_run_lengths_are_unpacked_highest_byte_first(bits: int) -> None:
    values = PIXELS.astype(f"<u{bits // 8}") * (257 if bits == 16 else 1) + (bits == 16)
    segments = [
        packed((values[..., channel] >> shift).astype(np.uint8).tobytes())
        for channel in range(3)
        for shift in range(bits - 8, -1, -8)
    ]
    np.testing.assert_array_equal(rle_planes(rle(segments), header(bits=bits)), values)
    runs = rle([bytes([257 - 24, 7])] * 3)  # a run of 24 pixels over all rows
    assert (rle_planes(runs, header()) == 7).all()
    with pytest.raises(ImageError, match="truncated"):
        rle_planes(rle([segments[0][:5]] * (3 * bits // 8)), header(bits=bits))
    with pytest.raises(ImageError, match="2 run-length coded segments"):
        rle_planes(rle(segments[:2]), header(bits=bits))


def test_a_frame_says_what_it_unfolds_to_before_it_is_read() -> None:
    frame = Frame(header(), lambda: PIXELS)
    assert (frame.size, frame.unfolded) == ((6, 4), 72)
    frame.load()
    np.testing.assert_array_equal(frame.crop((1, 1, 5, 3)), PIXELS[1:3, 1:5])
    with pytest.raises(ImageError, match="4 channels in 8 bits"):
        Frame(header(samples=4), lambda: PIXELS)


def test_brightness_and_colour_become_rgb_by_the_standards_formula() -> None:
    """PS3.3 C.7.6.3.1.2, with a = Cb - 128, b = Cr - 128: Y + 1.402 b, Y - 0.344 a - 0.714 b, Y + 1.772 a."""
    frame = Frame(header(colour="YBR_FULL"), lambda: np.full((4, 6, 3), (100, 118, 138), np.uint8))
    frame.load()
    assert frame.crop((0, 0, 6, 4)).getpixel((0, 0)) == (114, 96, 82)


@pytest.mark.parametrize("bits", [8, 16])
def test_a_value_of_a_palette_is_its_colour(bits: int) -> None:
    """Three entries of 16 bits, of which the high byte is shown; values beyond them are the last one."""
    table = np.array([0x1234, 0x5678, 0x9ABC], "<u2")
    names = ("Red", "Green", "Blue")
    tables = {
        f"{name}PaletteColorLookupTableData": (table + place).tobytes() for place, name in enumerate(names)
    }
    sizes = {f"{name}PaletteColorLookupTableDescriptor": [3, 0, 16] for name in names}
    data = pydicom.Dataset()
    plain = header(1, bits, "PALETTE COLOR", **tables, **sizes)
    for name, value in vars(plain).items():
        setattr(data, name, value)
    data.PixelRepresentation = 0
    values = np.array([[0, 1, 2, 3, 255, 1]] * 4, f"u{bits // 8}")
    frame = Frame(data, lambda: values)
    frame.load()
    found = np.asarray(frame.crop((0, 0, 6, 4)))
    assert found[0].tolist() == [[0x12] * 3, [0x56] * 3, [0x9A] * 3, [0x9A] * 3, [0x9A] * 3, [0x56] * 3]


def test_one_channel_is_grey() -> None:
    frame = Frame(header(1, 16, "MONOCHROME2"), lambda: np.full((4, 6), 0x1234, "u2"))
    frame.load()
    assert frame.crop((0, 0, 1, 1)).getpixel((0, 0)) == (0x12, 0x12, 0x12)


def test_channels_mean_what_the_file_around_them_says() -> None:
    image = Image.merge("YCbCr", [Image.new("L", (5, 4), value) for value in (1, 2, 3)])
    assert Relabelled(image, "RGB").crop((0, 0, 2, 2)).getpixel((0, 0)) == (1, 2, 3)
    assert Relabelled(image, "RGB").size == (5, 4)
    assert dicom_frames.samples_and_bits(header(1, 16)) == (1, 16)
