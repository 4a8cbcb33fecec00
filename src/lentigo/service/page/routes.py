"""An application in; the same application, which now also gives out the files of the web page.

The page is public: it holds no answers, and asks for the token itself where the service wants one.
"""

from __future__ import annotations

import hashlib
import mimetypes
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable

from fastapi import FastAPI, Request, Response

FRONT = "index.html"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
    "trusted-types 'none'"
)
"""The browser runs and shows what this server gives out, and nothing that a text might smuggle in."""
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-cache",
}
"""Besides those that `gate` gives every answer."""
_TYPES = {".js": "text/javascript", ".html": "text/html", ".css": "text/css", ".svg": "image/svg+xml"}
"""Those a machine's own table of types has been seen to get wrong."""


@dataclass(frozen=True)
class PageFile:
    """One file of the page, ready to be sent."""

    content: bytes
    media_type: str
    tag: str
    """Of the content, for the browser to ask whether its copy is still right."""


def add_page(app: FastAPI) -> None:
    """Serve the page at `/` and its files under `/page/`.

    All files are read now and found by their exact name later, so that no request reaches the disk.
    """
    files = page_files()

    def front(request: Request) -> Response:
        return _answer(request, files[FRONT])

    def part(request: Request, name: str) -> Response:
        if name not in files:
            return Response("no such file of the page\n", 404, HEADERS, "text/plain")
        return _answer(request, files[name])

    for path, endpoint in (("/", front), ("/page/{name:path}", part)):
        app.add_api_route(path, endpoint, methods=["GET", "HEAD"], include_in_schema=False)


def page_files() -> dict[str, PageFile]:
    """Every file of the page by its path below `static`, as `modules/main.js`."""
    return dict(_walk(resources.files("lentigo.service.page") / "static", ""))


def _walk(folder: Traversable, prefix: str) -> list[tuple[str, PageFile]]:
    found = []
    for entry in folder.iterdir():
        if entry.is_dir():
            found += _walk(entry, f"{prefix}{entry.name}/")
        else:
            found.append((prefix + entry.name, _read(entry)))
    return found


def _read(entry: Traversable) -> PageFile:
    content = entry.read_bytes()
    suffix = entry.name[entry.name.rfind(".") :]
    media_type = _TYPES.get(suffix) or mimetypes.guess_type(entry.name)[0] or "application/octet-stream"
    return PageFile(content, media_type, f'"{hashlib.sha256(content).hexdigest()[:16]}"')


def _answer(request: Request, file: PageFile) -> Response:
    headers = HEADERS | {"ETag": file.tag}
    if request.headers.get("if-none-match") == file.tag:
        return Response(status_code=304, headers=headers)
    return Response(file.content, headers=headers, media_type=file.media_type)
