"""What every request passes and every answer carries."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from lentigo.service.admission.gate import SECURITY_HEADERS, shown_address
from lentigo.service.admission.limits import Limits
from lentigo.service.app import Application

Make = Callable[..., Application]


def lines(tmp_path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (tmp_path / "audit.jsonl").read_text().splitlines()]


@pytest.mark.parametrize(
    "path", ["/health/live", "/v1/model", "/nothing", "/docs", "/metrics", "/openapi.json"]
)
def test_every_answer_has_security_headers_and_an_id(client: TestClient, path: str) -> None:
    said = client.get(path)
    assert len(said.headers["x-request-id"]) == 32
    for name, value in SECURITY_HEADERS.items():
        assert said.headers[name] == value
    assert "server" not in said.headers


def test_a_token_is_asked_for(make_application: Make, token: str, png: bytes, form: Any) -> None:
    client = TestClient(make_application(token=token).gate)
    for path in ("/v1/model", "/metrics", "/nothing"):
        said = client.get(path)
        assert said.status_code == 401
        assert said.headers["www-authenticate"] == "Bearer"
        assert client.get(path, headers={"authorization": f"Bearer {token[:-1]}"}).status_code == 401
    for path in ("/health/live", "/health/ready", "/docs", "/docs.css", "/openapi.json"):
        assert client.get(path).status_code == 200
    right = {"authorization": f"Bearer {token}"}
    assert client.post("/v1/predict", files=form(png), headers=right).status_code == 200
    assert client.post("/v1/predict", files=form(png)).status_code == 401


def test_a_strangers_name_for_this_host_is_refused(make_application: Make) -> None:
    client = TestClient(make_application(hosts=("localhost",)).gate, base_url="http://localhost:8000")
    assert client.get("/v1/model").status_code == 200
    for host in ("stranger.example", "localhost.stranger.example", "", "[::1", "localhost@stranger.example"):
        assert client.get("/v1/model", headers={"host": host}).status_code == 421


def test_a_strangers_page_may_not_send_forms(client: TestClient, png: bytes, form: Any) -> None:
    for origin, status in (("http://testserver", 200), ("https://stranger.example", 403), ("null", 403)):
        said = client.post("/v1/predict", files=form(png), headers={"origin": origin})
        assert said.status_code == status


def test_a_body_is_too_large_by_its_header_or_by_what_comes(make_application: Make, form: Any) -> None:
    client = TestClient(make_application(Limits(body_bytes=10_000)).gate)
    said = client.post("/v1/predict", files=form(b"\x00" * 10_001))
    assert said.status_code == 413

    def parts() -> Any:
        yield b'--x\r\nContent-Disposition: form-data; name="images"; filename="a"\r\n\r\n'
        for _ in range(20):
            yield b"\x00" * 1000

    kind = {"content-type": "multipart/form-data; boundary=x"}
    assert client.post("/v1/predict", content=parts(), headers=kind).status_code == 413


def test_bodies_together_are_bounded_and_let_go(make_application: Make, png: bytes, form: Any) -> None:
    application = make_application(Limits(held_bytes=50_000))
    client = TestClient(application.gate)
    said = client.post("/v1/predict", files=form(b"\x00" * 60_000))
    assert said.status_code == 503
    assert "retry-after" in said.headers
    assert application.service.metrics.held_bytes == 0
    assert client.post("/v1/predict", files=form(png)).status_code == 200
    assert application.service.metrics.held_bytes == 0


def test_an_error_of_ours_shows_an_id_and_no_trace(
    application: Application,
    client: TestClient,
    png: bytes,
    form: Any,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(*_arguments: Any, **_options: Any) -> Any:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(application.service.bundle, "_answers", fail)
    said = client.post("/v1/predict", files=form(png))
    assert said.status_code == 500
    assert said.json()["request_id"] == said.headers["x-request-id"]
    assert "secret" not in said.text
    assert "Traceback" not in said.text
    assert said.headers["x-request-id"] in caplog.text, "the log has it for whoever runs the service"


def test_the_audit_log_has_a_line_a_request_and_nothing_a_client_chose(
    client: TestClient, png: bytes, tmp_path: Path
) -> None:
    client.post("/v1/predict?saliency=all&patient=Jane", files={"images": ("Jane Doe.png", png)})
    client.get("/patients/Jane", headers={"x-request-id": "Jane"})
    text = (tmp_path / "audit.jsonl").read_text()
    assert "Jane" not in text
    first, second = lines(tmp_path)
    assert first["route"] == "/v1/predict"
    assert (first["status"], first["images"], first["unusable"]) == (200, 1, 0)
    assert first["received_bytes"] > len(png)
    assert second["route"] == "other"
    assert second["status"] == 404


def test_clients_choose_no_text_of_the_log(
    make_application: Make, serve_in_thread: Callable[[Application], str], tmp_path: Path
) -> None:
    """A method of 2 KB, and addresses that a proxy passes on as it was told them."""
    told = ["10.0.0.7", "x" * 26_000, "fe80::1%" + "y" * 3000, "[2001:db8::1]:99", '10.0.0.7, evil"}']
    with httpx.Client(base_url=serve_in_thread(make_application())) as client:
        for forwarded in told:
            client.request("M" * 2000, "/health/live", headers={"x-forwarded-for": forwarded})
    found = lines(tmp_path)
    assert [line["method"] for line in found] == ["other"] * 5
    assert [line["client"] for line in found][:3] == ["10.0.0.7", "unknown", "fe80::1"]
    assert all(len(json.dumps(line)) < 400 for line in found)


@pytest.mark.parametrize(
    ("client", "shown"),
    [
        ("::1", "::1"),
        ("10.0.0.7", "10.0.0.7"),
        ("fe80::1%eth0", "fe80::1"),
        ("", "unknown"),
        ("a" * 99, "unknown"),
    ],
)
def test_an_address_is_shown_as_one(client: str, shown: str) -> None:
    assert shown_address(client) == shown


def test_a_stopping_server_closes_its_connections(application: Application, client: TestClient) -> None:
    assert "connection" not in client.get("/health/live").headers
    application.gate.is_stopping = True
    assert client.get("/health/live").headers["connection"] == "close"
