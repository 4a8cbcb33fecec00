"""What a row says of its files."""

from __future__ import annotations

import pytest

from lentigo.data.sources.sets.public_set import PublicSet, RemoteFile


@pytest.mark.parametrize(
    ("name", "is_archive", "is_table", "kept_as"),
    [
        ("a.zip", True, False, "a"),
        ("A.ZIP", True, False, "A"),
        ("a.csv", False, True, "a.csv"),
        ("a.npz", False, False, "a.npz"),
    ],
)
def test_a_file_is_what_its_suffix_says(name: str, is_archive: bool, is_table: bool, kept_as: str) -> None:
    file = RemoteFile(name, (), 1)
    assert (file.is_archive, file.is_table, file.kept_as) == (is_archive, is_table, kept_as)


def test_a_set_is_as_large_as_its_files() -> None:
    files = (RemoteFile("a.zip", (), 3), RemoteFile("b.csv", (), 4))
    assert PublicSet("A", 1, "CC0-1.0", "me", "https://a", files=files).num_bytes == 7
