"""Forms: files in memory out, and every other form refused."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

NAMELESS = b'--x\r\nContent-Disposition: form-data; filename="a.png"\r\n\r\nabc\r\n--x--\r\n'


def post(client: TestClient, **sent: Any) -> tuple[int, str]:
    said = client.post("/v1/predict", **sent)
    assert said.headers["content-type"] == "application/problem+json"
    return said.status_code, said.json()["detail"]


def test_what_is_no_form_is_said(client: TestClient) -> None:
    for sent in ({"json": {}}, {"content": b"abc"}, {"data": {"images": "x"}}):
        status, detail = post(client, **sent)
        assert status == 415
        assert "multipart/form-data" in detail


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("multipart/form-data", b""),
        ("multipart/form-data; boundary=x", b"nonsense"),
        ("multipart/form-data; boundary=x", NAMELESS),
        ("multipart/form-data; boundary=x", b"--x\r\n" + b"a: b\r\n" * 5000),
        ("multipart/form-data; boundary=" + "x" * 5000, b"--x"),
    ],
)
def test_a_broken_form_is_said(client: TestClient, kind: str, content: bytes) -> None:
    status, detail = post(client, content=content, headers={"content-type": kind})
    assert status == 400, detail


def test_a_form_cut_short_is_no_form(client: TestClient, png: bytes) -> None:
    head = b'--x\r\nContent-Disposition: form-data; name="images"; filename="a.png"\r\n\r\n'
    kind = {"content-type": "multipart/form-data; boundary=x"}
    assert client.post("/v1/predict", content=head + png, headers=kind).status_code in (400, 422)


def test_no_file_wrong_field_and_text_are_said(client: TestClient, png: bytes) -> None:
    nothing = b"--x--\r\n"
    kind = {"content-type": "multipart/form-data; boundary=x"}
    assert post(client, content=nothing, headers=kind)[0] == 422
    status, detail = post(client, files=[("image", ("a.png", png)), ("picture", ("b.png", png))])
    assert status == 422
    assert "'images'" in detail
    assert post(client, files={"other": ("a.png", png)}, data={"images": "text"})[0] == 422
    assert post(client, files={"images": (None, b"text")})[0] == 422


@pytest.mark.parametrize("is_file", [True, False])
def test_five_thousand_parts_are_not_read(client: TestClient, is_file: bool) -> None:
    parts = [("images", ("a.png" if is_file else None, b"x")) for _ in range(5000)]
    status, detail = post(client, files=parts)
    assert status == 400
    assert "Too many" in detail


def test_names_are_echoed_and_nothing_else(client: TestClient, png: bytes) -> None:
    name = "../../<script>\u202egpj.exe" + "x" * 500
    row = client.post("/v1/predict", files={"images": (name, png)}).json()["predictions"][0]
    assert row["image"].startswith("../../<script>[U+202E]gpj.exe")
    assert len(row["image"]) < 140


@pytest.mark.parametrize(
    "charset", ["undefined", "idna", "punycode", "zlib", "utf-16", "rot13", "no-such", ""]
)
def test_a_client_chooses_no_character_set(client: TestClient, png: bytes, charset: str) -> None:
    head = b'--x\r\nContent-Disposition: form-data; name="images"; filename="\xc3\xa9.png"\r\n\r\n'
    kind = {"content-type": f"multipart/form-data; charset={charset}; boundary=x"}
    said = client.post("/v1/predict", content=head + png + b"\r\n--x--\r\n", headers=kind)
    assert said.status_code == 200
    assert said.json()["predictions"][0]["image"] == "é.png"


@pytest.mark.parametrize("boundary", ["", '"a\\"b"', "a\xe9", "x" * 71, '"ends in space "', "a;b"])
def test_a_boundary_is_what_the_standard_allows(client: TestClient, boundary: str) -> None:
    kind = {"content-type": f"multipart/form-data; boundary={boundary}".encode("latin-1")}
    status, detail = post(client, content=b"--a--", headers=kind)
    assert status in (400, 422), detail
