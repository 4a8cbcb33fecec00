"""The files of the page as they are sent."""

from __future__ import annotations

import re
from pathlib import Path

from starlette.testclient import TestClient

from lentigo.page import page_files
from lentigo.service.page import POLICY

STATIC = Path(__file__).resolve().parents[2] / "src/lentigo/page/static"


def test_the_front_is_the_page(client: TestClient) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "not a medical device" in answer.text.lower()


def test_every_file_is_sent_as_it_is_with_the_policy_and_its_type(client: TestClient) -> None:
    names = {path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*") if path.is_file()}
    assert names == set(page_files())
    types = {".js": "text/javascript", ".css": "text/css", ".jpg": "image/jpeg", ".svg": "image/svg+xml"}
    for name in names:
        answer = client.get(f"/page/{name}")
        assert answer.content == (STATIC / name).read_bytes()
        assert answer.headers["content-security-policy"] == POLICY
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-cache"
        assert answer.headers["content-type"].startswith(types.get(Path(name).suffix, ""))


def test_the_policy_lets_nothing_inline_and_nothing_foreign_run() -> None:
    assert "unsafe" not in POLICY
    assert "http" not in POLICY
    assert "default-src 'none'" in POLICY


def test_a_browser_that_has_a_file_is_told_to_use_it(client: TestClient) -> None:
    tag = client.get("/page/theme.js").headers["etag"]
    again = client.get("/page/theme.js", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/page/theme.js", headers={"If-None-Match": '"another"'}).status_code == 200


def test_only_files_of_the_page_are_sent(client: TestClient) -> None:
    for name in ("nothing.js", "../routes.py", "%2e%2e/routes.py", "modules", "modules/", "/etc/passwd", ""):
        assert client.get(f"/page/{name}").status_code == 404, name


def test_the_page_asks_for_its_own_files_only_and_nothing_is_inline() -> None:
    for path in STATIC.rglob("*"):
        if path.suffix not in (".html", ".js", ".css", ".svg"):
            continue
        text = path.read_text(encoding="utf-8").replace('xmlns="http://www.w3.org/2000/svg"', "")
        assert not re.search(r"https?://|url\(|@import|\bimport\(", text), path
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|DOMParser", text
        ), path
    front = (STATIC / "index.html").read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|\son\w+=|<style|<script(?![^>]* src=)", front)


def test_every_file_the_front_names_is_there() -> None:
    front = (STATIC / "index.html").read_text(encoding="utf-8")
    named = re.findall(r'"page/([^"]+)"', front)
    assert len(named) > 4
    assert set(named) <= set(page_files())


def test_nobody_is_told_what_they_have() -> None:
    for path in STATIC.rglob("*"):
        if path.suffix in (".html", ".js", ".json"):
            assert not re.search(r"you(r skin)? ha(ve|s)|you've", path.read_text(encoding="utf-8"), re.I), (
                path
            )


def test_no_file_of_the_page_is_long() -> None:
    lengths = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in STATIC.rglob("*.js")}
    assert max(lengths.values()) <= 250, lengths
