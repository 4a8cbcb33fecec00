from __future__ import annotations

import pytest

from lentigo.data.images.decoding import kinds
from lentigo.settings.errors import ImageError


def test_every_suffix_belongs_to_one_format() -> None:
    suffixes = [suffix for group in kinds.EXTENSIONS.values() for suffix in group]
    assert len(suffixes) == len(set(suffixes)) == len(kinds.SUFFIXES)


@pytest.mark.parametrize(
    ("head", "kind"),
    [(b"", "0 bytes"), (b"a,b\n1,2\n", "is text"), (b"%PDF-1.7\x80", "is PDF"), (b"OggS\0", "is video")],
)
def test_foreign_files_are_named(head: bytes, kind: str) -> None:
    with pytest.raises(ImageError, match=kind):
        kinds.refuse_foreign(head)


@pytest.mark.parametrize("head", [b"\xff\xd8\xff\xe0\0", b"GIF89a\0\1", bytes(128) + b"DICM"])
def test_what_may_be_an_image_passes(head: bytes) -> None:
    kinds.refuse_foreign(head)
