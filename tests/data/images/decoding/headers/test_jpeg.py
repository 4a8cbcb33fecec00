from __future__ import annotations

import io
import struct

import pytest
from made_images import PROGRESSIVE, drawn, grey_jpeg, pillow
from PIL import Image, UnidentifiedImageError

from lentigo.data.images.decoding.headers import jpeg
from lentigo.data.images.pixels import decode, inspect
from lentigo.settings.errors import ImageError


def claim_of(content: bytes) -> jpeg.Claim:
    return jpeg.claim(io.BytesIO(content))


def test_a_baseline_jpeg_needs_nothing_beside_its_pixels() -> None:
    assert claim_of(pillow("JPEG", "RGB")(100, 60)) == jpeg.Claim(0, (100, 60))


@pytest.mark.parametrize(
    ("subsampling", "blocks"),
    [
        (0, 3 * 13 * 8),  # 100 x 60: 13 x 8 blocks of 8 x 8 a channel
        (2, 14 * 8 + 2 * 7 * 4),  # units of 16 x 16: 7 x 4
    ],
)
def test_a_progressive_one_is_held_as_coefficients(subsampling: int, blocks: int) -> None:
    content = pillow("JPEG", "RGB", progressive=True, subsampling=subsampling)(100, 60)
    assert claim_of(content) == jpeg.Claim(128 * blocks, (100, 60))


def test_scans_that_say_nothing_are_limited() -> None:
    """0.3 MB that would be passes of 40 megapixels for a minute: refused, while the usual ones are read."""
    usual = grey_jpeg(PROGRESSIVE)(8000, 5000)
    assert inspect(usual).width == 8000
    hostile = grey_jpeg([(0, 0, 0, 1), (1, 63, 0, 1), *[(1, 63, 1, 0)] * 1500])(8000, 5000)
    assert len(hostile) < 400_000
    with pytest.raises(ImageError, match="passes over all its pixels"):
        inspect(hostile)
    many = grey_jpeg([(0, 0, 0, 0), *[(1, 63, 0, 0)] * 2500])(8, 8)
    with pytest.raises(ImageError, match="segments"):
        inspect(many)


def test_rare_kinds_and_heaps_of_remarks_are_refused() -> None:
    for kind in (0xC3, 0xC5, 0xC9, 0xCA, 0xDE):
        with pytest.raises(ImageError, match="rare kind"):
            claim_of(grey_jpeg([(0, 63, 0, 0)], kind)(64, 64))
    ordinary = pillow("JPEG", "L")(64, 64)
    tables = b"\xff\xdb" + struct.pack(">H", 2 + 65 * 1000) + (b"\0" + b"\1" * 64) * 1000
    with pytest.raises(ImageError, match="remarks of one kind"):
        claim_of(ordinary[:2] + 2 * tables + ordinary[2:])
    with pytest.raises(ImageError, match="segments"):
        claim_of(ordinary[:2] + b"\xff\xfe\0\2" * 3000 + ordinary[2:])


def test_fewer_bytes_than_blocks_need_are_refused_before_decoding() -> None:
    content = pillow("JPEG", "RGB")(4000, 3000)
    scan = content.index(b"\xff\xda")
    # 250 x 188 units of four blocks of brightness, which take two bits each at least: 47,000 bytes
    assert claim_of(content[: scan + 14 + 47_000]).size == (4000, 3000)
    with pytest.raises(ImageError, match="truncated"):
        claim_of(content[: scan + 14 + 46_999])
    with pytest.raises(ImageError, match="truncated"):
        claim_of(content[: scan - 5])
    with pytest.raises(UnidentifiedImageError):
        claim_of(content[:2])


def test_one_too_narrow_to_be_halved_by_what_is_asked_is_halved_by_what_can_be_held() -> None:
    content = pillow("JPEG", "RGB")(20_000, 2000)
    whole = drawn("RGB", 20_000, 2000).resize((2000, 1500), Image.Resampling.BILINEAR)
    found = decode(content, 1500, 2000)  # 4 bytes x 40 megapixels would be 160 MB
    assert abs(found.mean() - sum(whole.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))) / 3) < 3  # type: ignore[arg-type]
