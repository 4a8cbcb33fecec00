"""Forms: files in memory out, and every other form refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from lentigo.bundle.loading import load_bundle
from lentigo.bundle.prediction import Bundle
from lentigo.data.metadata.encoding import Known
from lentigo.service.admission.tokens import Tokens
from lentigo.service.app import Access, create_application
from lentigo.service.watching.audit import Audit

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


@pytest.fixture(scope="module")
def told(told_bundle_path: Path) -> Bundle:
    return load_bundle(told_bundle_path, num_threads=1)


@pytest.fixture
def told_client(told: Bundle, tmp_path: Path) -> Iterator[TestClient]:
    """Of a service whose network takes age, sex and site."""
    access, audit = Access(Tokens(environment={})), Audit(tmp_path / "audit.jsonl")
    application = create_application(told, None, access, audit, num_threads=1)
    yield TestClient(application.gate)
    application.service.stop()


def test_what_is_known_is_told_to_the_network_and_to_no_log(
    told_client: TestClient, told: Bundle, png: bytes, tmp_path: Path
) -> None:
    fields = {"age": " 67 ", "sex": "Female", "site": "back"}
    files = [("images", ("a.png", png)), ("images", ("b.png", png))]
    said = told_client.post("/v1/predict", files=files, data=fields).json()["predictions"]
    expected = told.answer(png, known=Known(67.0, "female", "back")).row()
    for row in said:
        assert row["metadata"] == ["age 67", "female", "back"]
        assert row["MEL"] == pytest.approx(expected["MEL"], abs=1e-6)
    alone = told_client.post("/v1/predict", files=files[:1], data={"age": "", "sex": ""}).json()
    assert alone["predictions"][0]["metadata"] == []
    assert alone["predictions"][0]["MEL"] == pytest.approx(told.answer(png).row()["MEL"], abs=1e-6)
    log = (tmp_path / "audit.jsonl").read_text()
    # words that no hexadecimal number of a request can hold
    assert not any(word in log for word in ('"67', " 67", "67.0", "Female", "female", "back"))
    assert told_client.get("/v1/model").json()["facts"]["metadata"]["sites"] == ["back", "face"]


@pytest.mark.parametrize(
    ("fields", "detail"),
    [
        ([("age", "old")], "age 'old': expected years from 0 to 120"),
        ([("age", "121")], "age 121.0: expected years from 0 to 120"),
        ([("age", "-1")], "age '-1'"),
        ([("age", "1e1")], "age '1e1'"),
        ([("sex", "f")], "sex 'f': expected female, male"),
        ([("site", "head/neck")], "site 'head/neck': expected back, face"),
        ([("site", "x" * 5000)], "site '" + "x" * 40 + "': expected"),
        ([("site", "\u202eback")], "site '\\u202eback'"),
        ([("age", "20"), ("age", "30")], "'age' appears twice"),
        ([("weight", "20")], "an unknown field"),
    ],
)
def test_what_the_network_cannot_be_told_is_refused(
    told_client: TestClient, png: bytes, fields: list[tuple[str, str]], detail: str
) -> None:
    parts: list[Any] = [("images", ("a.png", png)), *((name, (None, text)) for name, text in fields)]
    status, said = post(told_client, files=parts)
    assert status == 422
    assert detail in said
    assert len(said) < 300


def test_a_file_is_no_age(told_client: TestClient, png: bytes) -> None:
    status, said = post(told_client, files=[("images", ("a.png", png)), ("age", ("b.png", png))])
    assert status == 422
    assert "must hold text" in said


def test_a_network_that_takes_images_alone_knows_no_other_field(client: TestClient, png: bytes) -> None:
    status, said = post(client, files={"images": ("a.png", png)}, data={"age": "50"})
    assert status == 422
    assert "an unknown field" in said
