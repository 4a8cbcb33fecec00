"""An application in; the same application, which now also gives out the files of the web page.

The page is public: it holds no answers, and asks for the token itself where the service wants one.
"""

from __future__ import annotations

from fastapi import FastAPI, Request, Response

from lentigo.page import FRONT, PageFile, page_files

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


def _answer(request: Request, file: PageFile) -> Response:
    headers = HEADERS | {"ETag": file.tag}
    if request.headers.get("if-none-match") == file.tag:
        return Response(status_code=304, headers=headers)
    return Response(file.content, headers=headers, media_type=file.media_type)
