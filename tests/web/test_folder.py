"""The folder that answers in the browser: what lies in it, and what it may ask for."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from lentigo.bundle.loading import verify_bundle
from lentigo.page import FRONT, page_files
from lentigo.settings.errors import BundleError
from lentigo.web.folder import POLICY, SOURCE, is_web_folder, write_web_folder
from lentigo.web.runtime import FILES, GRAPHICS

STATIC = Path(__file__).resolve().parents[2] / "src/lentigo/web/static"
RUNTIME = dict.fromkeys(FILES, b"runtime")


@pytest.fixture(scope="module")
def folder(bundle_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("web") / "web"
    write_web_folder(bundle_path, path, RUNTIME)
    return path


def test_it_holds_the_services_page_and_another_source_of_answers(folder: Path) -> None:
    for name, file in page_files().items():
        if name not in (FRONT, "modules/source.js"):
            assert (folder / "page" / name).read_bytes() == file.content
    assert "Here as Source" in (folder / SOURCE).read_text()
    front = (folder / FRONT).read_text()
    for name in re.findall(r'(?:src|href)="([^"#]+)"', front):
        assert (folder / name).exists(), name


def test_the_bundle_in_it_is_a_bundle(folder: Path, bundle_path: Path) -> None:
    assert verify_bundle(folder / "model").facts == verify_bundle(bundle_path).facts
    assert len(json.loads((folder / "trial.json").read_text())["probabilities"]) == 3


def test_the_page_says_its_policy_before_anything_else(folder: Path) -> None:
    front = (folder / FRONT).read_text()
    policy = front.index(f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">')
    assert policy < min(front.index(word) for word in ("<link", "<script", "<title"))
    assert "connect-src 'self'" in POLICY
    assert "default-src 'none'" in POLICY
    assert "http" not in POLICY
    assert "'unsafe" not in POLICY


def test_no_file_names_another_address() -> None:
    for path in STATIC.rglob("*.js"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"https?://|WebSocket|XMLHttpRequest|sendBeacon|EventSource|RTCPeer", text), path
        assert not re.search(r"innerHTML|outerHTML|document\.write|\beval\(", text), path
        assert len(text.splitlines()) <= 250, path


def test_all_of_it_is_kept_for_use_without_a_network_but_what_few_browsers_need(folder: Path) -> None:
    script = (folder / "service-worker.js").read_text()
    kept = json.loads(re.search(r"const FILES = (\[.*?\]);", script)[1])
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    left = {f"runtime/{name}" for name in GRAPHICS} | {"service-worker.js", "README.txt"}
    assert set(kept) - {"./"} == there - left
    assert POLICY in script
    for word in ("'VERSION'", "['FILES']", "'POLICY'"):
        assert word not in script


def test_another_model_makes_another_version(folder: Path, told_bundle_path: Path, tmp_path: Path) -> None:
    write_web_folder(told_bundle_path, tmp_path / "web", RUNTIME)
    named = [
        re.search(r"lentigo-[0-9a-f]{16}", (one / "service-worker.js").read_text())[0]
        for one in (folder, tmp_path / "web")
    ]
    assert named[0] != named[1]


def test_an_earlier_folder_is_replaced_and_nothing_else(bundle_path: Path, tmp_path: Path) -> None:
    write_web_folder(bundle_path, tmp_path / "web", RUNTIME)
    (tmp_path / "web" / "old").touch()
    sizes = write_web_folder(bundle_path, tmp_path / "web", RUNTIME)
    assert is_web_folder(tmp_path / "web")
    assert not (tmp_path / "web" / "old").exists()
    assert sizes["runtime"] == len(RUNTIME) * len(b"runtime")
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").touch()
    with pytest.raises(BundleError, match="is not a folder made by --web"):
        write_web_folder(bundle_path, tmp_path / "photos", RUNTIME)
    assert (tmp_path / "photos" / "a.jpg").exists()
