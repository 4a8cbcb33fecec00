"""onnxruntime-web: found wherever somebody has it, and only if it is the one that was tried."""

from __future__ import annotations

import base64
import hashlib
import io
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from lentigo.settings.errors import BundleError
from lentigo.web import runtime

CONTENTS = {name: f"content of {name}".encode() for name in runtime.FILES}


@pytest.fixture(autouse=True)
def pinned(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Small files instead of the real ones, and no home but a new one."""
    pins = {name: hashlib.sha256(content).hexdigest() for name, content in CONTENTS.items()}
    monkeypatch.setattr(runtime, "FILES", pins)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return


def in_folder(folder: Path, contents: dict[str, bytes] = CONTENTS) -> Path:
    folder.mkdir(parents=True)
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return folder


def packed(contents: dict[str, bytes] = CONTENTS) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in {"../outside": b"x", **contents}.items():
            member = tarfile.TarInfo(f"package/dist/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


@pytest.mark.parametrize("place", runtime.PLACES)
def test_it_is_found_in_any_folder_people_name(tmp_path: Path, place: str) -> None:
    in_folder(tmp_path / "given" / place)
    assert runtime.find(tmp_path / "given") == CONTENTS


def test_it_is_found_where_it_was_fetched_to() -> None:
    assert not runtime.is_at_hand()
    in_folder(runtime.home())
    assert runtime.is_at_hand()
    assert runtime.find() == CONTENTS


def test_the_archive_that_npm_packs_will_do(tmp_path: Path) -> None:
    archive = tmp_path / "onnxruntime-web.tgz"
    archive.write_bytes(packed())
    assert runtime.find(archive) == CONTENTS
    assert sorted(path.name for path in tmp_path.iterdir()) == ["onnxruntime-web.tgz"]
    archive.write_bytes(packed()[:200])
    with pytest.raises(BundleError, match="cannot be read as npm's archive"):
        runtime.find(archive)


def test_who_has_none_is_told_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=r"not at hand; fetch it once with `lentigo fetch-runtime`"):
        runtime.find()
    with pytest.raises(BundleError, match=r"empty holds no ort.wasm.min.mjs; .*npm pack onnxruntime-web@"):
        runtime.find(tmp_path / "empty")
    some = dict(list(CONTENTS.items())[:3])
    with pytest.raises(BundleError, match=r"holds no ort.webgpu.min.mjs"):
        runtime.find(in_folder(tmp_path / "some", some))


@pytest.mark.parametrize("name", runtime.FILES)
def test_another_version_is_refused(tmp_path: Path, name: str) -> None:
    given = in_folder(tmp_path / "given", CONTENTS | {name: b"another"})
    with pytest.raises(BundleError, match=f"{name} is not that of onnxruntime-web@{runtime.VERSION}"):
        runtime.find(given)


def npm(folder: Path, script: str) -> str:
    """A program called npm that runs a script of the shell; its PATH."""
    folder.mkdir()
    (folder / "npm").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "npm").chmod(0o755)
    return f"{folder}:/usr/bin:/bin"


def test_npm_is_asked_and_what_it_brings_is_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "archive").write_bytes(packed())
    monkeypatch.setenv("PATH", npm(tmp_path / "bin", f'[ "$1" = pack ] && cp {tmp_path}/archive ./$2.tgz'))
    with pytest.raises(BundleError, match="SHA-512 differs"):
        runtime.fetch()
    assert not runtime.is_at_hand()
    digest = base64.b64encode(hashlib.sha512(packed_once(tmp_path)).digest()).decode()
    monkeypatch.setattr(runtime, "ARCHIVE_SHA512", digest)
    assert runtime.fetch() == runtime.home()
    assert runtime.find() == CONTENTS
    assert runtime.fetch(tmp_path / "own") == tmp_path / "own"
    assert {path.name for path in (tmp_path / "own").iterdir()} == set(CONTENTS)


def packed_once(folder: Path) -> bytes:
    return (folder / "archive").read_bytes()


def test_npms_failure_and_its_absence_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", npm(tmp_path / "bin", "echo no network >&2; exit 1"))
    with pytest.raises(BundleError, match=r"failed \(no network\)"):
        runtime.fetch()
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BundleError, match="npm is not installed"):
        runtime.fetch()
