"""Atomic writing: either the old file or the new one, never half of one."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from lentigo.settings.errors import FileError
from lentigo.settings.files import sha256_of, sha256_of_text, write_atomically, write_json
from lentigo.settings.reading import read_json


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    write_json(path, {"x": 1})

    def fails(temporary: Path) -> None:
        temporary.write_text("half", encoding="utf-8")
        raise OSError("disk full")

    with pytest.raises(FileError, match=r"a\.json cannot be written \(disk full\)"):
        write_atomically(path, fails)
    assert read_json(path) == {"x": 1}
    assert [item.name for item in tmp_path.iterdir()] == ["a.json"]


def test_nan_never_reaches_a_json_file(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="JSON"):
        write_json(tmp_path / "a.json", {"x": float("nan")})


def test_hashes_equal_hashlib(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("Muttermal \u00e4", encoding="utf-8")
    expected = hashlib.sha256("Muttermal \u00e4".encode()).hexdigest()
    assert sha256_of(path) == sha256_of_text("Muttermal \u00e4") == expected
