from __future__ import annotations

from pathlib import Path

import pytest

from lentigo.data.images.decoding import streams
from lentigo.settings.errors import ImageError


def test_a_file_and_its_bytes_are_read_alike_in_so_many_pieces_at_most(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(bytes(range(100)))
    for source in (tmp_path / "file", str(tmp_path / "file"), bytes(range(100))):
        with streams.open_stream(source) as stream:
            assert streams.length(stream) == 100
            assert stream.read(3) == b"\0\1\2"
            assert streams.length(stream) == 100
            streams.limit_reads(stream, 2)
            assert stream.read(1) + stream.read(1) == b"\3\4"
            with pytest.raises(ImageError, match="more small pieces than any image"):
                stream.read(1)


def test_a_file_beyond_all_measure_is_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / "sparse").open("wb") as file:
        file.truncate(streams.MAX_FILE_BYTES + 1)
    with pytest.raises(ImageError, match="a file of more than 300 MB"):
        streams.open_stream(tmp_path / "sparse")
