from __future__ import annotations

import io
import struct

import pytest
from made_images import drawn

from lentigo.data.images.decoding.headers import jpeg2000
from lentigo.settings.errors import ImageError


def coded(width: int = 300, height: int = 200, **options: object) -> bytes:
    stream = io.BytesIO()
    drawn("RGB", width, height).save(stream, "JPEG2000", no_jp2=True, **options)
    return stream.getvalue()


def with_size(content: bytes, *numbers: int) -> bytes:
    """Other sizes of image, offset, tile and tile offset, in this order."""
    return content[:8] + struct.pack(">8I", *numbers) + content[40:]


def test_ordinary_ones_are_read() -> None:
    for options in ({}, {"tile_size": (64, 64)}, {"irreversible": True}, {"quality_layers": [40, 20]}):
        claim = jpeg2000.claim(coded(**options))
        assert claim.size == (300, 200)
        assert claim.scratch_bytes == 6 * 3 * 300 * 200


def test_2_kb_that_claim_81_megapixels_are_refused() -> None:
    with pytest.raises(ImageError, match="9000 x 9000 pixels, more than 5 megapixels"):
        jpeg2000.claim(with_size(coded(), 9000, 9000, 0, 0, 9000, 9000, 0, 0))


def test_parts_without_number_are_refused() -> None:
    with pytest.raises(ImageError, match="more than 1024 tiles"):
        jpeg2000.claim(with_size(coded(), 300, 200, 0, 0, 2, 2, 0, 0))
    with pytest.raises(ImageError, match="without size"):
        jpeg2000.claim(with_size(coded(), 300, 200, 300, 0, 300, 200, 0, 0))
    content = coded()
    coding = content.index(b"\xff\x52")
    # marker, length, style, progression, layers (2), transform, levels, width and height of a block
    for place, value in (
        (4, b"\1" + content[coding + 5 : coding + 14] + b"\0" * 6),
        (6, b"\xff\xff"),
        (10, b"\0\0"),
    ):
        changed = content[: coding + place] + value + content[coding + place + len(value) :]
        if place == 4:  # precincts of one pixel
            changed = changed[: coding + 2] + struct.pack(">H", 12 + 6) + changed[coding + 4 : coding + 14]
            changed += b"\0" * 6 + content[coding + 14 :]
        with pytest.raises(ImageError, match="rare kind"):
            jpeg2000.claim(changed)


def test_no_component_and_no_tile_may_ask_for_anything_of_its_own() -> None:
    content = coded(tile_size=(64, 64))
    tile = content.index(b"\xff\x90")
    own = b"\xff\x53" + struct.pack(">H", 9) + bytes(7)
    with pytest.raises(ImageError, match="rare kind"):
        jpeg2000.claim(content[:tile] + own + content[tile:])
    second = content.index(b"\xff\x90", tile + 2)
    length = struct.pack(">I", struct.unpack(">I", content[second + 6 : second + 10])[0] + len(own))
    changed = (
        content[: second + 6] + length + content[second + 10 : second + 12] + own + content[second + 12 :]
    )
    with pytest.raises(ImageError, match="rare kind"):
        jpeg2000.claim(changed)
    with pytest.raises(ImageError, match=r"of more than 3\.5 MB"):
        jpeg2000.claim(content + bytes(3_500_000))
    with pytest.raises(ImageError, match="not a JPEG 2000"):
        jpeg2000.claim(b"\0" + content)
