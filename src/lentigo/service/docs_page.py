"""The OpenAPI description in, one plain page about it, with a form to try, out; nothing from elsewhere."""

from __future__ import annotations

from importlib import resources

from fastapi import FastAPI
from jinja2 import Environment, PackageLoader
from starlette.responses import HTMLResponse, Response

from lentigo.service.problems import kinds


def add_docs(app: FastAPI) -> None:
    """Serve `/docs`, written from `/openapi.json`, with the form's script and a style sheet."""
    templates = Environment(loader=PackageLoader("lentigo.service", "."), autoescape=True)
    template = templates.get_template("docs.html.j2")
    files = {
        name: (resources.files("lentigo.service") / name).read_text(encoding="utf-8")
        for name in ("docs.css", "docs.js")
    }

    async def docs() -> Response:
        return HTMLResponse(template.render(api=app.openapi(), kinds=kinds()))

    async def docs_style() -> Response:
        return Response(files["docs.css"], media_type="text/css")

    async def docs_script() -> Response:
        return Response(files["docs.js"], media_type="text/javascript")

    pages = {"/docs": docs, "/docs/": docs, "/docs.css": docs_style, "/docs.js": docs_script}
    for path, page in pages.items():
        app.add_api_route(path, page, include_in_schema=False)
