from __future__ import annotations

import io
import struct
import zlib

import pytest
from made_images import png, png_chunk
from PIL import Image

from lentigo.data.images.decoding.headers import png as reader
from lentigo.data.images.pixels import decode
from lentigo.settings.errors import ImageError


def with_chunks(content: bytes, *chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG with more chunks behind its header (8 + 25 bytes)."""
    return content[:33] + b"".join(png_chunk(*chunk) for chunk in chunks) + content[33:]


def test_size_and_rows_are_read_from_the_header() -> None:
    assert reader.claim(io.BytesIO(png(2, 16)(50, 40))) == reader.Claim(2 * 300, (50, 40))
    assert reader.claim(io.BytesIO(png(0, 1)(50, 40))) == reader.Claim(2 * 7, (50, 40))


def test_what_a_few_bytes_could_never_unfold_to_is_refused() -> None:
    """A few KB that claim 40 megapixels in colour: 120 MB; a byte of zlib's data gives 1,032 at most."""
    honest = png(2, 8)(800, 600)
    size = struct.pack(">II", 8000, 5000)
    lying = honest[:16] + size + honest[24:29]
    lying += struct.pack(">I", zlib.crc32(lying[12:29])) + honest[33:]
    with pytest.raises(ImageError, match="truncated"):
        decode(lying, 16, 16)
    with pytest.raises(ImageError, match="truncated"):
        decode(honest[:-20], 16, 16)


@pytest.mark.parametrize(
    "chunks",
    [
        [(b"iCCP", b"p\0\0" + zlib.compress(bytes(900_000)))] * 2,
        [(b"zTXt", b"k\0\0" + zlib.compress(bytes(900_000)))] * 17,
        [(b"teSt", b"")] * 40_001,
        [(b"eXIf", b"II*\0" + bytes(1_000_000))],
    ],
    ids=["profiles", "texts", "pieces", "exif"],
)
def test_chunks_that_cost_much_are_few(chunks: list[tuple[bytes, bytes]]) -> None:
    with pytest.raises(ImageError, match="chunks; save it again"):
        decode(with_chunks(png(2, 8)(64, 64), *chunks), 16, 16)
    assert decode(with_chunks(png(2, 8)(64, 64), (b"tEXt", b"k\0v")), 16, 16).shape == (16, 16, 3)


def test_an_orientation_behind_the_pixels_is_found() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    content = png(2, 8)(80, 70)
    end = content.index(b"IEND") - 4
    turned = content[:end] + png_chunk(b"eXIf", exif.tobytes()[6:]) + content[end:]
    assert (decode(turned, 80, 70) == decode(content, 70, 80).transpose(1, 0, 2)[:, ::-1]).all()
