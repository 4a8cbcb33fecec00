"""What came, beside what is published of it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from lentigo.data.downloading.verification import verify, verify_members
from lentigo.data.sources.sets.public_set import RemoteFile
from lentigo.settings.errors import DownloadError


def table(tmp_path: Path, text: str | bytes, num_rows: int) -> None:
    path = tmp_path / "a.csv.part"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    verify(path, RemoteFile("a.csv", (), 1, num_rows=num_rows))


@pytest.mark.parametrize("text", ["image,MEL\nISIC_0000001,1\n", "\ufeffimage;MEL\r\nISIC_0000001;1\r\n"])
@pytest.mark.filterwarnings("ignore")
def test_rows_are_counted_below_a_header(tmp_path: Path, text: str) -> None:
    table(tmp_path, text, 1)


def test_a_table_without_a_header_has_as_many_rows_as_lines(tmp_path: Path) -> None:
    table(tmp_path, "ISIC_0000001,benign\nISIC_0000002,malignant\n", 2)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("image,MEL\nISIC_0000001,1\n", r"a\.csv has 1 rows; 2 are published"),
        ("<html><body>sign in</body></html>", r"a\.csv is a web page and no table"),
        ("image,MEL\nISIC_0000001,1\nISIC_00", r"a\.csv is no table that can be read .*line 3"),
        ("", "is no table that can be read"),
        (b"image\n\xff\xfe\x00", "is no table that can be read"),
    ],
)
def test_another_table_is_refused(tmp_path: Path, text: str | bytes, told: str) -> None:
    with pytest.raises(DownloadError, match=told):
        table(tmp_path, text, 2)


def test_a_published_hash_is_compared(tmp_path: Path) -> None:
    path = tmp_path / "part"
    path.write_bytes(b"abc")
    verify(path, RemoteFile("a.zip", (), 3, md5=hashlib.md5(b"abc").hexdigest()))
    with pytest.raises(
        DownloadError, match=f"has the MD5 {hashlib.md5(b'abc').hexdigest()}; 0{{32}} is published"
    ):
        verify(path, RemoteFile("a.zip", (), 3, md5="0" * 32))


def test_arrays_are_read_to_their_ends(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    np.savez_compressed(path, train_images=np.arange(1000))
    verify(path, RemoteFile("a.npz", (), 1))
    path.write_bytes(path.read_bytes()[:-1] + b"\0\0")
    raw = bytearray(path.read_bytes())
    raw[80] ^= 255
    path.write_bytes(raw)
    with pytest.raises(DownloadError, match="is a damaged zip"):
        verify(path, RemoteFile("a.npz", (), 1))


def test_images_are_counted_and_superpixels_are_none() -> None:
    members = ["ISIC_0000001.jpg", "ISIC_0000001_superpixels.png", "LICENSE.txt", "x/ISIC_0000002.JPG"]
    verify_members(members, RemoteFile("a.zip", (), 1, num_images=2))
    verify_members(members, RemoteFile("a.zip", (), 1))
    with pytest.raises(DownloadError, match=r"a\.zip holds 2 images; 3 are published"):
        verify_members(members, RemoteFile("a.zip", (), 1, num_images=3))
