"""A server on loopback that keeps no promise: a plan says what it does, one behaviour a request."""

from __future__ import annotations

import io
import threading
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Content:
    """A file that is served, and what happens to each request for it, the last thing for ever."""

    def __init__(self, body: bytes, plan: Sequence[str]) -> None:
        self.body, self.plan = body, plan or ("fine",)
        self.tag, self.headers = '"one"', dict[str, str]()
        self.ranges: list[str] = []
        """The Range of each request, as they came; empty where there was none."""


class Site:
    """A running server."""

    def __init__(self, address: str) -> None:
        self.address, self.files = address, dict[str, Content]()

    def serve(self, name: str, body: bytes, *plan: str) -> Content:
        self.files[name] = Content(body, plan)
        return self.files[name]

    def at(self, name: str) -> str:
        return f"{self.address}/{name}"


@contextmanager
def serving() -> Iterator[Site]:
    """A server on a free port of this machine."""
    site = Site("")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            answer(self, site.files.get(self.path.removeprefix("/")))

        def log_message(self, *_arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        site.address = f"http://127.0.0.1:{server.server_port}"
        yield site
    finally:
        server.shutdown()
        server.server_close()


def answer(handler: BaseHTTPRequestHandler, content: Content | None) -> None:
    if content is None:
        plain(handler, 404, {})
        return
    what = content.plan[min(len(content.ranges), len(content.plan) - 1)]
    content.ranges.append(handler.headers.get("Range", ""))
    kind, _, value = what.partition(":")
    if kind == "status":
        plain(handler, int(value), content.headers)
    elif kind == "redirect":
        plain(handler, 302, {"Location": value})
    else:
        give(handler, content, kind, int(value or 0))


def give(handler: BaseHTTPRequestHandler, content: Content, kind: str, value: int) -> None:
    """The file, or the range that was asked for: whole, cut, or under a wrong length."""
    asked = content.ranges[-1]
    is_same = kind == "blind" or handler.headers.get("If-Range") == content.tag
    is_range = bool(asked) and kind != "ignore" and is_same
    start = int(asked.removeprefix("bytes=").rstrip("-")) if is_range else 0
    size = len(content.body)
    if is_range and start >= size:
        plain(handler, 416, {"Content-Range": f"bytes */{size}"})
        return
    length = {"more": size - start + value, "less": value}.get(kind, size - start)
    headers = {"ETag": content.tag, **content.headers}
    headers |= {"Connection": "close"} if kind == "chunked" else {"Content-Length": str(length)}
    if is_range:
        headers["Content-Range"] = f"bytes {start + value * (kind == 'shift')}-{size - 1}/{size}"
    cut = value if kind in ("break", "less") or (kind == "ignore" and value) else size
    plain(handler, 206 if is_range else 200, headers, content.body[start : start + cut])


def plain(
    handler: BaseHTTPRequestHandler, status: int, headers: dict[str, str], body: bytes | None = None
) -> None:
    handler.send_response(status)
    for name, text in headers.items():
        if text:
            handler.send_header(name, text)
    if body is None:
        handler.send_header("Content-Length", "0")
    handler.end_headers()
    if body is not None:
        handler.wfile.write(body)
        handler.close_connection = True


def zipped(files: dict[str, bytes], compress: int = zipfile.ZIP_DEFLATED) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", compress) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return memory.getvalue()
