"""Atomic writing: either the old file or the new one, never half of one."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import socket
from collections import namedtuple
from pathlib import Path
from typing import Any

import pytest

from lentigo.settings.errors import FileError
from lentigo.settings.files import (
    make_folder,
    open_in_place,
    sha256_of,
    sha256_of_text,
    write_atomically,
    write_json,
    write_text,
)
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


def test_a_folder_where_a_file_is_and_a_file_where_a_folder_is_are_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(FileError, match="is a folder and is not replaced"):
        write_text(tmp_path, "x")
    with pytest.raises(FileError, match="is a file, and a folder is needed there"):
        write_text(tmp_path / "file" / "a.txt", "x")
    assert (tmp_path / "file").read_text() == "mine"


def special_files(folder: Path) -> list[Path]:
    """A pipe, a link to nothing, and links to a device, a pipe and a socket."""
    os.mkfifo(folder / "pipe")
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(os.path.relpath(folder / "socket"))
    for name, target in (("nothing", "missing"), ("device", os.devnull), ("to-pipe", "pipe")):
        (folder / name).symlink_to(target)
    return [folder / name for name in ("pipe", "socket", "nothing", "device", "to-pipe")]


@pytest.mark.parametrize("write", [write_text, lambda path, _text: make_folder(path), open_in_place])
def test_what_is_no_regular_file_is_never_replaced_nor_opened(write: Any, tmp_path: Path) -> None:
    for path in special_files(tmp_path):
        before = path.lstat()
        with pytest.raises(FileError, match=r"is no regular file|is a link to nothing"):
            write(path, "wb")
        assert path.lstat() == before


def test_what_is_added_to_is_not_opened_through_a_link(tmp_path: Path) -> None:
    """A folder from a stranger whose `lock` is a link to a file of ours."""
    (tmp_path / "mine").write_text("mine")
    (tmp_path / "lock").symlink_to("mine")
    with pytest.raises(FileError, match="its target is left alone"):
        open_in_place(tmp_path / "lock", "a+b")
    write_text(tmp_path / "lock", "theirs")
    assert (tmp_path / "mine").read_text() == "mine"
    assert (tmp_path / "lock").read_text() == "theirs"


def test_a_link_under_the_name_of_the_temporary_file_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    (tmp_path / f".tmp-{os.getpid()}-a.txt").symlink_to("mine")
    write_text(tmp_path / "a.txt", "new")
    assert [(tmp_path / name).read_text() for name in ("mine", "a.txt")] == ["mine", "new"]


def test_a_name_that_is_not_utf_8_is_said(tmp_path: Path) -> None:
    name = os.fsdecode(b"M\xe4rz.jpg")
    with pytest.raises(FileError, match=r"a name in it is not UTF-8 \('the image M\\udce4'\); rename"):
        write_text(tmp_path / "a.txt", f"the image {name}")


def test_a_full_disk_is_told_with_the_file_what_it_needs_and_what_is_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_text(tmp_path / "a.txt", "old")
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: usage(2**30, 2**30, 4096))

    def fails(_file: Path, _content: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_bytes", fails)
    with pytest.raises(FileError, match=r"no room to write .*a\.txt: it needs 20 kB and 5 kB are free"):
        write_text(tmp_path / "a.txt", "x" * 20_000)
    assert (tmp_path / "a.txt").read_text() == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["a.txt"]
