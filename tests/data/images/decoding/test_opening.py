"""Files that would cost much: refused from their header, with words that say what would do."""

from __future__ import annotations

import io
import struct
from pathlib import Path
from unittest.mock import patch

import pytest
from made_images import KINDS, bmp_rle, drawn, pillow, webp_of_38_bytes
from PIL import Image, ImageFile

from lentigo.data.images.decoding.opening import opened
from lentigo.data.images.pixels import decode, inspect
from lentigo.settings.errors import ImageError


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_is_read_small_or_refused_with_a_reason(name: str) -> None:
    if name.startswith("DICOM"):
        pytest.importorskip("pydicom", reason="the extra `dicom` is not installed")
    try:
        content = KINDS[name](72, 66)
    except OSError:
        pytest.skip("this Pillow cannot write it")
    if name == "JPEG arithmetic":
        with pytest.raises(ImageError, match="rare kind"):
            inspect(content)
        return
    facts = inspect(content)
    assert {facts.width, facts.height} == {72, 66}
    assert decode(content, 20, 30).shape == (20, 30, 3)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (webp_of_38_bytes(8000, 5000), r"unfold to \d+ MB; at most 125 MB, here about 6\.2 megapixels"),
        (bmp_rle(3000, 2000), "more than 4 megapixels"),
        (pillow("BMP", "RGB")(300, 200)[:-300], "truncated"),
        (pillow("WEBP", "RGB")(300, 200)[:-30], "damaged"),
    ],
    ids=["WebP of 38 bytes", "runs", "BMP", "WebP"],
)
def test_costly_and_truncated_files_are_refused_before_any_pixel(content: bytes, reason: str) -> None:
    with patch.object(ImageFile.ImageFile, "load", side_effect=AssertionError("decoded")):
        for read in (inspect, lambda source: decode(source, 16, 16)):
            with pytest.raises(ImageError, match=reason):
                read(content)


def test_a_gif_that_claims_what_it_cannot_hold_is_refused() -> None:
    content = bytearray(pillow("GIF", "P")(300, 200))
    with Image.open(io.BytesIO(content), formats=["GIF"]) as image:
        frame = image.tile[0].offset - 11
    assert content[frame : frame + 1] == b","
    content[6:10] = content[frame + 5 : frame + 9] = struct.pack("<HH", 8000, 5000)
    with pytest.raises(ImageError, match="truncated"):
        inspect(bytes(content))


def test_transparent_images_may_have_half_the_pixels() -> None:
    with pytest.raises(ImageError, match="more than 20 megapixels"):
        inspect(KINDS["PNG RGBA"](6000, 4000))
    with pytest.raises(ImageError, match="more than 20 megapixels"):
        inspect(KINDS["PNG P transparent"](6000, 4000))


def test_many_tiny_pieces_are_not_read_to_the_end(tmp_path: Path) -> None:
    """A GIF of a million remarks, of one byte each, between header and image."""
    content = pillow("GIF", "P")(64, 64)
    frame = content.index(b"!") if b"!" in content[:800] else content.index(b",")
    hostile = content[:frame] + b"!\xfe" + b"\x01x" * 300_000 + b"\0" + content[frame:]
    (tmp_path / "a.gif").write_bytes(hostile)
    for source in (hostile, tmp_path / "a.gif"):
        with pytest.raises(ImageError, match="small pieces"):
            inspect(source)


def test_frames_are_not_counted() -> None:
    frames = [drawn("P", 64, 64).rotate(angle) for angle in range(5)]
    for kind in ("GIF", "TIFF", "PNG", "WEBP"):
        content = pillow(kind, "P" if kind != "WEBP" else "RGB", save_all=True, append_images=frames)(64, 64)
        with opened(content) as file:
            assert file.has_more_frames
    with opened(pillow("PNG", "RGB")(64, 64)) as file:
        assert not file.has_more_frames


def test_huge_exif_and_a_header_at_odds_with_itself() -> None:
    exif = Image.Exif()
    exif[0x927C] = bytes(1_100_000)
    with pytest.raises(ImageError, match="contradicts itself"):
        inspect(pillow("WEBP", "RGB", exif=exif.tobytes())(64, 64))


def test_what_pillow_itself_finds_too_large_is_refused_with_the_reason() -> None:
    stream = io.BytesIO()
    Image.new("P", (8, 8)).save(stream, "GIF")
    content = bytearray(stream.getvalue())
    place = content.index(b"\x2c\0\0\0\0")
    content[place + 5 : place + 9] = b"\xff\xff\xff\xff"  # the frame's size, not the screen's
    with pytest.raises(ImageError, match="more than 40 megapixels by its header"):
        inspect(bytes(content))
