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
    assert re.findall(r"<script[^>]*>[^<]", page) == []
    named = set(re.findall(r'(?:src|href)="([^"]*)"', page))
    assert named == {"/docs.css", "/docs.js", "/openapi.json", "/page/lentigo.svg"}
    assert {client.get(name).status_code for name in [*named, "/docs/"]} == {200}
    for name in ("/docs.css", "/docs.js"):
        assert "http" not in client.get(name).text


def test_every_problem_is_described_where_its_type_points_to(client: TestClient) -> None:
    page = client.get("/docs").text
    for problem in (client.get("/nothing"), client.post("/v1/predict"), client.put("/v1/model")):
        path, anchor = problem.json()["type"].split("#")
        assert path == "/docs"
        assert f'<tr id="{anchor}">' in page


def test_the_form_asks_for_what_the_interface_takes(client: TestClient) -> None:
    page = client.get("/docs").text
    taken = client.get("/openapi.json").json()["paths"]["/v1/predict"]["post"]["requestBody"]["content"]
    for field in taken["multipart/form-data"]["schema"]["properties"]:
        assert f'name="{field}"' in page
