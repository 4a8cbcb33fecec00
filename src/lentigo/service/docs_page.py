"""The OpenAPI description in, one plain page about it out; no script, nothing from elsewhere."""

from __future__ import annotations

from importlib import resources

from fastapi import FastAPI
from jinja2 import Environment, PackageLoader
from starlette.responses import HTMLResponse, Response


def add_docs(app: FastAPI) -> None:
    """Serve `/docs`, written from `/openapi.json`, and its style sheet."""
    pages = Environment(loader=PackageLoader("lentigo.service", "."), autoescape=True)
    template = pages.get_template("docs.html.j2")
    style = (resources.files("lentigo.service") / "docs.css").read_text(encoding="utf-8")

    async def docs() -> Response:
        return HTMLResponse(template.render(api=app.openapi()))

    async def docs_style() -> Response:
        return Response(style, media_type="text/css")

    app.add_api_route("/docs", docs, include_in_schema=False)
    app.add_api_route("/docs.css", docs_style, include_in_schema=False)
