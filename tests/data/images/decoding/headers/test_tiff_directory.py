from __future__ import annotations

import io
import struct

import pytest
from made_images import tiff

from lentigo.data.images.decoding.headers.tiff_directory import Reader
from lentigo.settings.errors import ImageError


def test_numbers_in_and_beside_the_directory() -> None:
    reader = Reader(io.BytesIO(tiff("RGB", 1, rows=16)(50, 40)))
    tags = reader.directory(reader.first)
    assert reader.numbers(tags[256]) == [50]
    assert reader.numbers(tags[258]) == [8, 8, 8]
    assert reader.numbers(tags[279]) == [2400, 2400, 1200]  # strips of 16, 16 and 8 rows of 150 bytes
    assert reader.numbers(tags.get(999)) == []


def test_both_byte_orders_and_both_versions() -> None:
    entry = struct.pack(">HHIHH", 256, 3, 1, 50, 0)
    big = b"MM\0*" + struct.pack(">I", 8) + struct.pack(">H", 1) + entry + bytes(4)
    wide = b"II+\0\x08\0\0\0" + struct.pack("<QQ", 16, 1) + struct.pack("<HHQQ", 256, 4, 1, 70) + bytes(8)
    for content, width in ((big, 50), (wide, 70)):
        reader = Reader(io.BytesIO(content))
        assert reader.numbers(reader.directory(reader.first)[256]) == [width]


def test_a_directory_of_thousands_of_tags_is_refused() -> None:
    content = b"II*\0\x08\0\0\0" + struct.pack("<H", 5000) + bytes(12 * 5000)
    reader = Reader(io.BytesIO(content))
    with pytest.raises(ImageError, match="5,000 tags"):
        reader.directory(reader.first)
