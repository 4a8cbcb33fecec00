from __future__ import annotations

import io
import struct
import zlib
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_images import LINEAR
from PIL import Image, ImageCms, ImageDraw

from lentigo.data.images import pixels
from lentigo.data.images.pixels import decode, inspect, inspect_and_decode
from lentigo.settings.errors import ImageError

EXTENSIONS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "BMP": "bmp", "TIFF": "tif", "GIF": "gif"}


def picture(height: int = 120, width: int = 160) -> Image.Image:
    """Smooth, in many colours, with a lesion left of the middle, so that every turn of it differs."""
    y, x = np.mgrid[0:height, 0:width] / max(height, width)
    skin = np.stack([200 + 40 * x, 150 + 60 * y, 120 + 40 * (x - y)], axis=-1)
    skin += 8 * np.sin(40 * x + 25 * y)[..., None]
    image = Image.fromarray(np.clip(skin, 0, 255).astype(np.uint8))
    ImageDraw.Draw(image).ellipse([width * 0.15, height * 0.1, width * 0.4, height * 0.6], fill=(90, 50, 40))
    return image


def encoded(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def lossless(image: Image.Image, **options: object) -> bytes:
    return encoded(image, "PNG", **options)


@pytest.mark.parametrize("kind", EXTENSIONS)
def test_every_accepted_format_is_read_from_path_and_bytes_alike(kind: str, tmp_path: Path) -> None:
    content = encoded(picture(), kind, **({"quality": 95} if kind in ("JPEG", "WEBP") else {}))
    path = tmp_path / f"image.{EXTENSIONS[kind]}"
    path.write_bytes(content)
    facts = inspect(path)
    assert (facts.width, facts.height, facts.format, facts.warnings) == (160, 120, kind, ())
    found = decode(path, 60, 80)
    assert found.shape == (60, 80, 3)
    assert found.dtype == np.uint8
    np.testing.assert_array_equal(found, decode(content, 60, 80))
    expected = np.asarray(picture().resize((80, 60), Image.Resampling.BILINEAR), dtype=float)
    assert np.abs(found - expected).mean() < (8 if kind == "GIF" else 3)


def test_an_image_of_the_size_asked_for_is_left_as_it_is() -> None:
    np.testing.assert_array_equal(decode(lossless(picture()), 120, 160), np.asarray(picture()))


def test_a_jpeg_decoded_at_a_reduced_scale_looks_like_the_whole_one() -> None:
    image = picture(960, 1280)
    whole = np.asarray(image.resize((160, 120), Image.Resampling.BILINEAR), dtype=float)
    found = decode(encoded(image, quality=95), 120, 160)
    assert np.abs(found - whole).mean() < 2


def test_reducing_is_antialiased() -> None:
    board = np.indices((64, 64)).sum(axis=0) % 2 * 255
    grey = Image.fromarray(np.repeat(board[..., None], 3, axis=2).astype(np.uint8))
    found = decode(lossless(grey), 16, 16)
    assert np.abs(found.astype(int) - 127).max() <= 2


def test_squash_crop_and_pad() -> None:
    thirds = np.repeat(np.array([[[255, 0, 0], [0, 255, 0], [0, 0, 255]]], np.uint8), 40, axis=1)
    wide = lossless(Image.fromarray(np.repeat(thirds, 40, axis=0)))  # 40 high, 120 wide
    squash, crop, pad = (decode(wide, 30, 30, resize) for resize in ("squash", "crop", "pad"))
    assert [squash[15, column].argmax() for column in (3, 15, 27)] == [0, 1, 2]
    np.testing.assert_array_equal(crop[5:25, 5:25], np.broadcast_to([0, 255, 0], (20, 20, 3)))
    assert (pad[:10] == 0).all()
    assert (pad[20:] == 0).all()
    assert [pad[15, column].argmax() for column in (3, 15, 27)] == [0, 1, 2]


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_orientation_is_applied_once(kind: str, orientation: int, tmp_path: Path) -> None:
    """Store the picture turned the other way; the file must read as the picture."""
    undo = {
        1: lambda image: image,
        2: lambda image: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
        3: lambda image: image.transpose(Image.Transpose.ROTATE_180),
        4: lambda image: image.transpose(Image.Transpose.FLIP_TOP_BOTTOM),
        5: lambda image: image.transpose(Image.Transpose.TRANSPOSE),
        6: lambda image: image.transpose(Image.Transpose.ROTATE_90),
        7: lambda image: image.transpose(Image.Transpose.TRANSVERSE),
        8: lambda image: image.transpose(Image.Transpose.ROTATE_270),
    }
    exif = Image.Exif()
    exif[0x0112] = orientation
    content = encoded(undo[orientation](picture(240, 320)), kind, exif=exif)
    facts = inspect(content)
    assert (facts.width, facts.height) == (320, 240)
    expected = np.asarray(picture(240, 320).resize((80, 60), Image.Resampling.BILINEAR), dtype=float)
    assert np.abs(decode(content, 60, 80) - expected).mean() < 4


def test_a_colour_profile_is_converted_to_srgb() -> None:
    lab = ImageCms.createProfile("LAB")  # has no place in an RGB file: cannot be used, and that is said
    misfit = lossless(picture(), icc_profile=ImageCms.ImageCmsProfile(lab).tobytes())
    assert any("colour profile" in warning for warning in inspect(misfit).warnings)
    np.testing.assert_array_equal(decode(misfit, 120, 160), np.asarray(picture()))
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    same = lossless(picture(), icc_profile=srgb)
    assert np.abs(decode(same, 120, 160).astype(int) - np.asarray(picture())).max() <= 1


def test_a_linear_profile_brightens() -> None:
    """A profile of gamma 1 with sRGB's primaries: linear 0.5 is 188 in sRGB (IEC 61966-2-1)."""
    grey = lossless(Image.new("RGB", (80, 80), (128, 128, 128)), icc_profile=LINEAR)
    assert np.abs(decode(grey, 8, 8).astype(int) - 188).max() <= 2


def test_other_pixel_modes_have_fixed_conversions() -> None:
    size = (80, 80)
    half_clear = Image.new("RGBA", size, (200, 100, 50, 128))
    palette = Image.new("P", size, 1)
    palette.putpalette([0, 0, 0, 10, 20, 30])
    deep = Image.fromarray(np.full((80, 80), 0x8001, np.uint16))
    real = Image.fromarray(np.full((80, 80), 0.5, np.float32))
    cases = {
        "half clear over black": (lossless(half_clear), (100, 50, 25)),
        "palette": (lossless(palette), (10, 20, 30)),
        "clear palette": (lossless(palette, transparency=1), (0, 0, 0)),
        "grey": (lossless(Image.new("L", size, 77)), (77, 77, 77)),
        "black and white": (lossless(Image.new("1", size, 1)), (255, 255, 255)),
        "16 bits, high byte": (lossless(deep), (128, 128, 128)),
        "floats": (encoded(real, "TIFF"), (128, 128, 128)),
        "cmyk": (encoded(Image.new("CMYK", size, (0, 255, 255, 0)), "TIFF"), (255, 0, 0)),
    }
    for name, (content, colour) in cases.items():
        found = decode(content, 16, 16).astype(int)
        assert np.abs(found - colour).max() <= 1, name


@pytest.mark.parametrize("value", [-0.5, 300.0, float("nan")])
def test_floats_beyond_0_to_1_are_refused(value: float) -> None:
    real = Image.fromarray(np.full((80, 80), value, np.float32))
    with pytest.raises(ImageError, match="between 0 and 1"):
        decode(encoded(real, "TIFF"), 16, 16)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"image_id,MEL,NV\nISIC_1,1,0\n" * 30, "text"),
        (b"  <!DOCTYPE html><html><body>Not found</body></html>", "HTML"),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        (b"%PDF-1.7\n%\xe2\xe3", "PDF"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "EPS"),
        (b"8BPS\0\1" + bytes(40), "PSD"),
        (b"\0\0\0\x18ftypheic" + bytes(40), "HEIC"),
        (b"\0\0\0\x18ftypmp42" + bytes(40), "video"),
        (b"PK\x03\x04" + bytes(40), "zip"),
        (bytes(100), "not an image"),
        (b"\xff\xd8\xff\xe0" + bytes(10), "start is damaged"),
    ],
)
def test_what_is_no_accepted_image_is_rejected_with_the_reason(content: bytes, reason: str) -> None:
    for read in (inspect, lambda source: decode(source, 16, 16)):
        with pytest.raises(ImageError, match=reason):
            read(content)
    if content:
        with pytest.raises(ImageError, match="JPEG, PNG, WebP, BMP, TIFF, GIF"):
            inspect(content)


def test_a_missing_file_is_an_image_error(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="cannot be read: No such file"):
        inspect(tmp_path / "none.jpg")


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@pytest.mark.parametrize("kind", EXTENSIONS)
@pytest.mark.parametrize("kept", [0.3, 0.6, 0.9])
def test_a_truncated_image_is_never_loaded(kind: str, kept: float) -> None:
    noisy = Image.fromarray(np.random.default_rng(0).integers(0, 256, (90, 90, 3), dtype=np.uint8))
    content = encoded(noisy, kind, **({"compression": "tiff_lzw"} if kind == "TIFF" else {}))
    cut = content[: int(len(content) * kept)]
    for read in (inspect, lambda source: decode(source, 16, 16)):
        with pytest.raises(ImageError):
            read(cut)


def png_header(width: int, height: int) -> bytes:
    chunk = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))


@pytest.mark.parametrize("size", [(8001, 5000), (12_000, 9_000), (60_000, 60_000)])
def test_too_many_pixels_are_refused_by_the_header_alone(size: tuple[int, int]) -> None:
    content = png_header(*size) + struct.pack(">I", 1) + b"IDAT"  # there are no pixels to decode
    with pytest.raises(ImageError, match="40 megapixels"):
        inspect(content)


def test_warnings_of_name_frames_size_and_colour(tmp_path: Path) -> None:
    misnamed = tmp_path / "image.png"
    misnamed.write_bytes(encoded(picture()))
    assert inspect(misnamed).warnings == ("named .png but is JPEG; read as JPEG",)
    frames = [picture().rotate(angle) for angle in (0, 20, 40)]
    animated = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert inspect(animated).warnings == ("holds several frames or pages; the first is used",)
    np.testing.assert_array_equal(decode(animated, 60, 80), decode(encoded(frames[0], "GIF"), 60, 80))
    assert inspect(encoded(picture(50, 70))).warnings == ("only 70 x 50 pixels",)
    assert inspect(encoded(Image.new("RGB", (90, 90), (9, 99, 9)))).warnings == ("one colour all over",)


@pytest.mark.parametrize("size", [(240, 320), (960, 1280)])
def test_a_jpeg_with_lost_data_is_called_flat(size: tuple[int, int]) -> None:
    content = encoded(picture(*size), quality=90)
    assert inspect(content).warnings == ()
    half = len(content) // 2
    zeroed = content[:half] + bytes(len(content) - half - 2) + b"\xff\xd9"
    assert any("flat block" in warning for warning in inspect(zeroed).warnings)


def test_metadata_do_not_reach_the_pixels() -> None:
    exif = Image.Exif()
    exif[0x010E] = "patient: a name"
    with_words = lossless(picture(), exif=exif)
    np.testing.assert_array_equal(decode(with_words, 30, 40), decode(lossless(picture()), 30, 40))


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@settings(max_examples=60, deadline=None)
@given(
    kind=st.sampled_from(sorted(EXTENSIONS)),
    changes=st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=20),
)
def test_damaged_bytes_give_pixels_or_an_image_error(kind: str, changes: list[tuple[float, int]]) -> None:
    content = bytearray(encoded(picture(64, 72), kind))
    for place, value in changes:
        content[int(place * len(content))] = value
    for read in (inspect, lambda source: decode(source, 16, 16)):
        with suppress(ImageError):
            read(bytes(content))


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 90), st.integers(1, 90), st.sampled_from(["squash", "crop", "pad"]))
def test_any_size_to_any_size(height: int, width: int, resize: pixels.Resize) -> None:
    content = encoded(Image.new("RGB", (width, height), (40, 50, 60)))
    assert decode(content, 19, 31, resize).shape == (19, 31, 3)
    assert inspect(content).width == width


def test_real_originals(shared: Path) -> None:
    files = sorted((shared / "data" / "full-size").glob("*.jpg"))[:3]
    for file in files:
        facts = inspect(file)
        assert facts.format == "JPEG"
        with Image.open(file) as image:
            whole = image.convert("RGB").resize((224, 224), Image.Resampling.BILINEAR)
        assert np.abs(decode(file, 224, 224) - np.asarray(whole, dtype=float)).mean() < 2


@pytest.mark.parametrize(
    "content",
    [
        encoded(picture(), quality=90),
        lossless(picture(30, 300)),
        lossless(Image.new("RGB", (80, 80), (9, 9, 9))),
        encoded(
            picture(400, 480),
            quality=90,
            exif=b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0",
        ),
    ],
    ids=["jpeg", "strip", "plain", "turned"],
)
def test_facts_and_pixels_from_one_reading_are_those_of_two(content: bytes) -> None:
    facts, pixels = inspect_and_decode(content, lambda width, height: (height // 4, width // 4))
    assert facts == inspect(content)
    np.testing.assert_array_equal(pixels, decode(content, facts.height // 4, facts.width // 4))
