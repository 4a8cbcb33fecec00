"""The page about the interface: from the description, with nothing from elsewhere."""

from __future__ import annotations

import re

from starlette.testclient import TestClient


def test_every_operation_is_on_the_page(client: TestClient) -> None:
    page = client.get("/docs")
    assert page.headers["content-type"].startswith("text/html")
    for path, operations in client.get("/openapi.json").json()["paths"].items():
        for method in operations:
            assert f"{method.upper()} {path}" in page.text
    assert "&#34;predictions&#34;" in page.text or '"predictions"' in page.text, "an example"


def test_nothing_comes_from_elsewhere(client: TestClient) -> None:
    page = client.get("/docs").text
    assert "<script" not in page
    assert set(re.findall(r'(?:src|href)="([^"]*)"', page)) == {"/docs.css", "/openapi.json"}
    assert "http" not in client.get("/docs.css").text
