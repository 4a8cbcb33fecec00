"""Zips of strangers: whole in their folder, or refused with nothing left."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lentigo.data.downloading import unpacking
from lentigo.data.downloading.unpacking import check, unpack
from lentigo.settings.errors import DownloadError, FileError


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return memory.getvalue()


def link(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


def encrypted() -> bytes:
    raw = bytearray(zipped(("a.jpg", b"a")))
    raw[6] |= 1  # flag of the member, and of its entry in the directory
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    return bytes(raw)


def flipped() -> bytes:
    raw = bytearray(zipped(("a.jpg", bytes(range(256)))))
    raw[60] ^= 255
    return bytes(raw)


def claiming(size: int) -> bytes:
    """An archive whose directory says another size than the member has."""
    raw = bytearray(zipped(("a.csv", b"a" * 100)))
    place = raw.index(b"PK\x01\x02") + 24
    raw[place : place + 4] = struct.pack("<I", size)
    return bytes(raw)


WHOLE = zipped(("images/a.jpg", b"a"), ("images/b/c.jpg", b"c"))
HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "above": (lambda: zipped(("../a.jpg", b"a")), r"'\.\./a\.jpg' leads out of its folder"),
    "above, deep": (lambda: zipped(("x/../../a.jpg", b"a")), "leads out of its folder"),
    "absolute": (lambda: zipped(("/tmp/a.jpg", b"a")), "leads out of its folder"),
    "backslash": (lambda: zipped(("..\\a.jpg", b"a")), "leads out of its folder"),
    "drive": (lambda: zipped(("C:/a.jpg", b"a")), "leads out of its folder"),
    "link": (lambda: zipped((link("a.jpg"), b"/etc/passwd")), "'a.jpg' is a link or a device"),
    "encrypted": (encrypted, "'a.jpg' is encrypted"),
    "bomb": (lambda: zipped(("a.csv", b"0" * 10**7)), "would unfold to 10,000,000 bytes from 9,7"),
    "two of one name": (lambda: zipped(("a.jpg", b"a"), ("A.JPG", b"b")), "'A.JPG' is in it twice"),
    "truncated": (lambda: WHOLE[:-30], "is a damaged zip"),
    "empty": (lambda: b"", "is a damaged zip"),
    "no zip": (lambda: b"hello" * 100, "is a damaged zip"),
    "web page": (lambda: b"\n <!DOCTYPE html><title>Log in", "is a web page and no zip"),
    "bit flipped": (flipped, "is a damaged zip"),
    "larger than it says": (lambda: claiming(10), "is a damaged zip"),
    "smaller than it says": (lambda: claiming(200), "is a damaged zip"),
    "file and folder of one name": (lambda: zipped(("a", b"a"), ("a/b", b"b")), "."),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_zip_leaves_nothing(tmp_path: Path, kind: str) -> None:
    make, told = HOSTILE[kind]
    archive = tmp_path / "in" / "a.zip"
    archive.parent.mkdir()
    archive.write_bytes(make())
    with pytest.raises((DownloadError, FileError), match=told):
        unpack(archive, tmp_path / "out" / "a")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [archive]
    assert not (tmp_path / "out" / "a").exists()
    if "folder of one name" not in kind:
        with pytest.raises(DownloadError):
            check(archive)


def test_a_single_folder_is_the_folder_and_clutter_is_left_out(tmp_path: Path) -> None:
    archive = tmp_path / "a.zip"
    archive.write_bytes(zipped(("images/a.jpg", b"a"), ("images/b/c.jpg", b"c"), ("__MACOSX/._a.jpg", b"")))
    steps: list[tuple[int, int]] = []
    assert unpack(archive, tmp_path / "a", lambda *step: steps.append(step)) == ["a.jpg", "b/c.jpg"]
    assert (tmp_path / "a" / "b" / "c.jpg").read_bytes() == b"c"
    assert steps == [(1, 2), (2, 2)]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "a.zip"]


def test_a_million_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "MOST_MEMBERS", 1)
    (tmp_path / "a.zip").write_bytes(WHOLE)
    with pytest.raises(DownloadError, match="holds 2 files, more than 1"):
        unpack(tmp_path / "a.zip", tmp_path / "a")


def test_many_small_bombs_are_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "_SMALL", 1000)
    (tmp_path / "a.zip").write_bytes(zipped(*((f"{number}.csv", b"0" * 50_000) for number in range(20))))
    with pytest.raises(DownloadError, match="would unfold to 1,000,000 bytes from"):
        unpack(tmp_path / "a.zip", tmp_path / "a")


def test_a_disk_too_full_is_told_before_anything_unfolds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.zip").write_bytes(zipped(("a.csv", b"0" * 50_000)))
    monkeypatch.setattr("lentigo.settings.files.free_bytes", lambda _path: 40_000)
    with pytest.raises(FileError, match="it needs 50 kB and 40 kB are free"):
        unpack(tmp_path / "a.zip", tmp_path / "a")
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]


def test_what_is_there_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(WHOLE)
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "mine.txt").write_text("mine")
    with pytest.raises(FileError):
        unpack(tmp_path / "a.zip", tmp_path / "a")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a", "a.zip", "mine.txt"]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, len(WHOLE) - 1), value=st.integers(0, 255))
def test_any_byte_changed_ends_whole_or_with_nothing(tmp_path: Path, place: int, value: int) -> None:
    raw = bytearray(WHOLE)
    raw[place] = value
    archive, out = tmp_path / "in.zip", tmp_path / "out"
    archive.write_bytes(raw)
    try:
        members = unpack(archive, out / "a")
    except (DownloadError, FileError):
        assert not (out / "a").exists()
    else:
        assert sorted((out / "a" / name).read_bytes() for name in members) in (
            [b"a", b"c"],
            [b"a"],
            [b"c"],
            [],
        )
    finally:
        unpacking.shutil.rmtree(out, ignore_errors=True)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_disk_that_fills_with_the_last_bytes_is_no_damaged_zip(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "set.zip", "w") as made:
        made.writestr("small.txt", "a few bytes, which stay in a buffer")
    with zipfile.ZipFile(tmp_path / "set.zip") as opened, pytest.raises(FileError, match="no room"):
        unpacking._extract(tmp_path / "set.zip", opened, opened.infolist()[0], Path("/dev/full"))
