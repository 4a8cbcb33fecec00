"""DICOM photographs: the same pixels as the picture inside, and what is refused."""

from __future__ import annotations

import io
import sys
from typing import Any

import numpy as np
import pytest
from made_images import KINDS
from PIL import Image, ImageCms

from lentigo.data.images.decoding import dicom
from lentigo.data.images.pixels import decode, inspect
from lentigo.settings.errors import ImageError

pydicom = pytest.importorskip("pydicom", reason="the extra `dicom` is not installed")

DERMOSCOPIC = "1.2.840.10008.5.1.4.1.1.77.1.7"
PHOTOGRAPH = "1.2.840.10008.5.1.4.1.1.77.1.4"
CT = "1.2.840.10008.5.1.4.1.1.2"
HEIGHT, WIDTH = 72, 96


def picture(seed: int = 0) -> np.ndarray:
    """A smooth colour picture: JPEG changes it little."""
    corners = np.random.default_rng(seed).integers(0, 256, (3, 4, 3), dtype=np.uint8)
    return np.asarray(Image.fromarray(corners).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC))


def dicom_file(pixels: np.ndarray, kind: str = DERMOSCOPIC, **values: Any) -> bytes:
    """An uncompressed DICOM file of pixels (H, W, 3) or (frames, H, W, 3), uint8 or uint16."""
    from pydicom.dataset import Dataset, FileMetaDataset

    data = Dataset()
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
    data.file_meta.MediaStorageSOPClassUID = data.SOPClassUID = kind
    data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID = "1.2.3"
    data.PatientName, data.PatientID = "Doe^Jane", "secret"
    data.Rows, data.Columns = pixels.shape[-3:-1]
    if pixels.ndim == 4:
        data.NumberOfFrames = len(pixels)
    data.SamplesPerPixel, data.PhotometricInterpretation, data.PlanarConfiguration = 3, "RGB", 0
    bits = 8 * pixels.dtype.itemsize
    data.BitsAllocated, data.BitsStored, data.HighBit, data.PixelRepresentation = bits, bits, bits - 1, 0
    data.PixelData = pixels.tobytes()
    for name, value in values.items():
        setattr(data, name, value)
    return _bytes(data)


def _bytes(data: Any) -> bytes:
    buffer = io.BytesIO()
    data.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


@pytest.mark.parametrize("kind", [DERMOSCOPIC, PHOTOGRAPH])
def test_an_uncompressed_photograph_has_the_pixels_of_its_picture(kind: str) -> None:
    pixels = picture()
    file = dicom_file(pixels, kind)
    np.testing.assert_array_equal(decode(file, HEIGHT, WIDTH), pixels)
    facts = inspect(file)
    assert (facts.width, facts.height, facts.format, facts.warnings) == (WIDTH, HEIGHT, "DICOM", ())


def test_a_compressed_photograph_is_read_as_the_jpeg_inside_it() -> None:
    from pydicom.encaps import encapsulate

    jpeg = io.BytesIO()
    Image.fromarray(picture()).save(jpeg, "JPEG", quality=95, subsampling=0)
    data = pydicom.dcmread(io.BytesIO(dicom_file(picture())))
    data.file_meta.TransferSyntaxUID = pydicom.uid.JPEGBaseline8Bit
    data.PhotometricInterpretation = "YBR_FULL"
    data.PixelData = encapsulate([jpeg.getvalue()])
    found = decode(_bytes(data), HEIGHT, WIDTH).astype(int)
    assert np.abs(found - decode(jpeg.getvalue(), HEIGHT, WIDTH)).max() <= 2


def test_of_more_bits_the_high_ones_are_kept() -> None:
    wide = picture().astype(np.uint16) << 8
    np.testing.assert_array_equal(decode(dicom_file(wide), HEIGHT, WIDTH), picture())
    narrow = picture().astype(np.uint16) << 4
    np.testing.assert_array_equal(
        decode(dicom_file(narrow, BitsStored=12, HighBit=11), HEIGHT, WIDTH), picture()
    )


def test_grey_becomes_three_equal_channels() -> None:
    grey = picture()[..., :1]
    file = dicom_file(grey, SamplesPerPixel=1, PhotometricInterpretation="MONOCHROME2")
    np.testing.assert_array_equal(decode(file, HEIGHT, WIDTH), np.repeat(grey, 3, axis=2))


def test_of_several_frames_the_first_is_used_with_a_warning() -> None:
    file = dicom_file(np.stack([picture(0), picture(1)]))
    np.testing.assert_array_equal(decode(file, HEIGHT, WIDTH), picture(0))
    assert any("several frames" in warning for warning in inspect(file).warnings)


def test_an_embedded_colour_profile_is_converted_to_srgb() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    warned = inspect(dicom_file(picture(), ICCProfile=profile)).warnings
    assert any("colour profile" in warning for warning in warned)  # one that does not fit is said so
    plain = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    np.testing.assert_array_equal(decode(dicom_file(picture(), ICCProfile=plain), HEIGHT, WIDTH), picture())


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (dicom_file(picture(), CT), "another kind"),
        (dicom_file(picture(), PhotometricInterpretation="XYZ"), "colours as XYZ"),
        (dicom_file(picture(), Rows=20000, Columns=20000), "20000 x 20000"),
        (dicom_file(picture())[:4000], "truncated"),
        (dicom_file(picture(), PixelRepresentation=1), "without sign"),
        (b"\0" * 128 + b"DICM" + b"\xff" * 200, "DICOM"),
    ],
    ids=["CT", "colours", "huge", "truncated", "signed", "damaged"],
)
def test_what_cannot_be_used_is_refused_with_its_reason(file: bytes, reason: str) -> None:
    with pytest.raises(ImageError, match=reason):
        decode(file, 32, 32)


def test_every_truncation_and_damage_is_an_image_error() -> None:
    whole, generator = dicom_file(picture()), np.random.default_rng(0)
    for _ in range(150):
        damaged = bytearray(whole[: generator.integers(132, 2000)] if generator.random() < 0.5 else whole)
        places = generator.integers(132, min(len(damaged), 900), 4) if len(damaged) > 140 else []
        for place in places:
            damaged[place] = generator.integers(256)
        try:
            decode(bytes(damaged), 32, 32)
        except ImageError:
            continue


def test_without_the_extra_the_remedy_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    file = dicom_file(picture())
    monkeypatch.setitem(sys.modules, "pydicom", None)
    with pytest.raises(ImageError, match=r"lentigo\[dicom\]"):
        decode(file, 32, 32)


@pytest.mark.parametrize("colour", ["Red", "Green", "Blue"])
def test_a_palette_that_is_missed_only_when_pixels_are_asked_for_is_a_reason(colour: str) -> None:
    whole = KINDS["DICOM palette"](50, 40)
    data = pydicom.dcmread(io.BytesIO(whole))
    del data[f"{colour}PaletteColorLookupTableData"]
    stream = io.BytesIO()
    data.save_as(stream)
    for read in (inspect, lambda content: decode(content, 8, 8)):
        with pytest.raises(ImageError, match="is DICOM that cannot be read"):
            read(stream.getvalue())


def test_a_reason_repeats_no_more_than_a_few_words_of_the_file() -> None:
    data = pydicom.dcmread(io.BytesIO(KINDS["DICOM palette"](50, 40)))
    data.PhotometricInterpretation = "X" * 9000
    stream = io.BytesIO()
    data.save_as(stream)
    with pytest.raises(ImageError) as error:
        inspect(stream.getvalue())
    assert len(str(error.value)) <= 400


@pytest.mark.parametrize(
    ("colour", "syntax", "most"),
    [
        ("RGB", dicom.LITTLE, 40),
        ("YBR_FULL", dicom.LITTLE, 20),
        ("PALETTE COLOR", dicom.IMPLICIT, 25),
        ("RGB", dicom.RLE, 15),
        ("YBR_FULL_422", dicom.JPEGS[0], 40),
    ],
)
def test_colours_that_have_to_be_computed_have_fewer_pixels(colour: str, syntax: str, most: int) -> None:
    assert dicom._most_pixels(colour, syntax) == most * 1_000_000
