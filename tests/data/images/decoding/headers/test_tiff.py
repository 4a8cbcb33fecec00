from __future__ import annotations

import io
import struct
from typing import Any

import pytest
from made_images import _tiff_bytes, pillow, tiff
from PIL import Image

from lentigo.data.images.decoding.headers import tiff as reader
from lentigo.data.images.pixels import decode, inspect
from lentigo.settings.errors import ImageError

TAGS: list[Any] = [(258, 3, [8]), (262, 3, [1]), (277, 3, [1])]


def claim_of(content: bytes) -> reader.Claim:
    return reader.claim(io.BytesIO(content))


def grey(width: int, height: int, compression: int, pieces: list[bytes], **more: list[int]) -> bytes:
    tags = [(256, 4, [width]), (257, 4, [height]), (259, 3, [compression]), *TAGS]
    extra = [(int(tag[1:]), 4, values) for tag, values in more.items()]
    return _tiff_bytes([*tags, *extra], pieces, is_tiled=False)


def tag_bytes(values: int) -> int:
    return 3 * values


def test_a_strip_is_unfolded_at_once_and_tags_are_kept() -> None:
    """50 x 40 in colour; tags: 4 (width, height, rows) x 3, 2 x 3 (bits), and so on, as they are."""
    whole, strips = claim_of(tiff("RGB", 8)(50, 40)), claim_of(tiff("RGB", 8, rows=8)(50, 40))
    plain = claim_of(tiff("RGB", 1)(50, 40))
    assert whole.scratch_bytes - plain.scratch_bytes == 50 * 40 * 3
    # eight entries of two numbers of 4 bytes more
    assert strips.scratch_bytes - plain.scratch_bytes == 50 * 8 * 3 + 3 * 4 * 2 * 4


def test_15_kb_that_claim_25_megapixels_are_refused_before_decoding() -> None:
    for compression in (1, 5, 8, 32773):
        with pytest.raises(ImageError, match="truncated"):
            inspect(grey(5000, 5000, compression, [bytes(6000)]))
    whole = tiff("RGB", 8)(500, 400)
    with pytest.raises(ImageError, match="truncated"):
        inspect(grey(5000, 5000, 1, [bytes(15_000)] * 2))
    assert inspect(whole).width == 500


def test_pieces_that_are_the_same_bytes_count_once() -> None:
    """A thousand strips may point at one place; their bytes are there once."""
    content = bytearray(grey(2000, 5000, 8, [b"x" * 900, b"y" * 900], d278=[2500]))
    reading = reader.Reader(io.BytesIO(bytes(content)))
    entry = reading.directory(reading.first)[279]
    content[entry.place : entry.place + 8] = struct.pack("<II", 1700, 1700)
    with pytest.raises(ImageError, match="truncated"):
        claim_of(bytes(content))


def test_what_tags_hold_is_bounded() -> None:
    with pytest.raises(ImageError, match="hold 300,0"):
        inspect(grey(64, 64, 1, [bytes(4096)], d50000=[1] * 300_000))
    with pytest.raises(ImageError, match="40,000 pieces"):
        inspect(grey(64, 64, 1, [b"\0"] * 40_000))


def test_compressions_that_are_not_read_and_progressive_jpeg_inside() -> None:
    for compression in (6, 32809, 34676):
        with pytest.raises(ImageError, match=f"compression {compression}, which is not read"):
            inspect(grey(64, 64, compression, [bytes(4096)]))
    assert inspect(pillow("TIFF", "RGB", compression="jpeg")(80, 70)).warnings == ()
    progressive = pillow("JPEG", "L", progressive=True)(64, 64)
    with pytest.raises(ImageError, match="progressive JPEG inside"):
        inspect(grey(64, 64, 7, [progressive]))


def test_one_that_pillow_turns_is_reckoned_twice() -> None:
    content = tiff("RGB", 8, rows=64, turned=True)(200, 100)
    assert (inspect(content).width, inspect(content).height) == (100, 200)
    with pytest.raises(ImageError, match=r"unfold to 1\d\d MB; at most 125 MB, here about 15"):
        inspect(tiff("RGB", 8, rows=64, turned=True)(4500, 4000))
    assert inspect(tiff("RGB", 8, rows=64)(4500, 4000)).width == 4500


def test_values_are_those_of_pillow() -> None:
    content = pillow("TIFF", "RGB", 0.5, compression="tiff_lzw")(90, 80)
    with Image.open(io.BytesIO(content)) as image:
        assert decode(content, 80, 90).tobytes() == image.convert("RGB").tobytes()
