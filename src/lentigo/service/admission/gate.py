"""What every request passes before it is answered, and every answer before it is sent.

In order: which host it is meant for, which page sent it, who asks, how large it says it is. The answer then
gets a request id and security headers, and the exchange one line in the audit log. A plain ASGI wrapper
around the whole application, so that nothing inside can answer without it.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import time
from dataclasses import dataclass, field

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lentigo.service.admission.hosts import Hosts, is_same_site
from lentigo.service.admission.limits import Limits
from lentigo.service.admission.tokens import Tokens
from lentigo.service.problems import Failed, Overloaded, Problem, new_request_id, problem_response
from lentigo.service.watching.audit import Audit
from lentigo.service.watching.metrics import Metrics

SECURITY_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
        "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
METHODS = SAFE_METHODS | {"CONNECT", "DELETE", "PATCH", "POST", "PUT", "TRACE"}
"""Those that the log tells by name."""
OPEN_PATHS = frozenset(
    {"/", "/docs", "/docs/", "/docs.css", "/docs.js", "/openapi.json", "/health/live", "/health/ready"}
)
OPEN_FOLDERS = ("/page/",)
"""Asked for without a token: nothing of the model or of anybody's images is in them."""
SECONDS_WHEN_FULL = 2

logger = logging.getLogger(__name__)


@dataclass
class Exchange:
    """One request and its answer, as far as the log wants to know."""

    scope: Scope
    receive: Receive
    send: Send
    request_id: str = field(default_factory=new_request_id)
    start: float = field(default_factory=time.monotonic)
    status: int = 0
    """0 until the answer has begun."""
    received_bytes: int = 0


class Gate:
    """The application with the gate before it."""

    def __init__(  # noqa: PLR0913 - each is a thing of its own, put together once in `app`
        self, app: ASGIApp, *, limits: Limits, metrics: Metrics, audit: Audit, tokens: Tokens, hosts: Hosts
    ) -> None:
        self._app = app
        self._limits = limits
        self._metrics = metrics
        self._audit = audit
        self._tokens = tokens
        self._hosts = hosts
        self.is_stopping = False
        """Set by the server: each answer closes its connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; whatever happens, it is answered by words and one line is logged."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = Exchange(scope, receive, send)
        scope["state"] = {**scope.get("state", {}), "request_id": exchange.request_id}
        try:
            await self._answer(exchange)
        except asyncio.CancelledError:  # the time for stopping is over
            await self._say(exchange, Problem(503, "the service is stopping", {"retry-after": "5"}))
        except Exception:
            logger.exception("request %s failed", exchange.request_id)
            await self._say(exchange, Failed())
        finally:
            self._metrics.held_bytes -= exchange.received_bytes
            self._log(exchange)

    async def _answer(self, exchange: Exchange) -> None:
        refusal = self._refusal(exchange.scope)
        if refusal is not None:
            await self._say(exchange, refusal)
            return

        async def receive() -> Message:
            return self._counted(exchange, await exchange.receive())

        async def send(message: Message) -> None:
            await self._send(exchange, message)

        await self._app(exchange.scope, receive, send)

    def _refusal(self, scope: Scope) -> Problem | None:
        """Why a request is refused by its header alone."""
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if (doubt := _doubt(scope["http_version"], headers)) is not None:
            return doubt
        if not self._hosts.is_ours(host):
            return Problem(421, "this server does not go by that name; see --allow-host of `lentigo serve`")
        if scope["method"] not in SAFE_METHODS and not is_same_site(headers.get("origin", ""), host):
            return Problem(403, "sent by a page of another site")
        if not _is_open(scope["path"]) and not self._tokens.is_valid(headers.get("authorization", "")):
            return Problem(401, "send the header Authorization: Bearer TOKEN", {"www-authenticate": "Bearer"})
        if int(headers.get("content-length", 0)) > self._limits.body_bytes:
            return self._too_large()
        return None

    def _counted(self, exchange: Exchange, message: Message) -> Message:
        """Bound the body of one request, and all bodies together, as they arrive."""
        size = len(message.get("body", b""))
        exchange.received_bytes += size
        self._metrics.held_bytes += size
        if exchange.received_bytes > self._limits.body_bytes:
            raise self._too_large()
        if self._metrics.held_bytes > self._limits.held_bytes:
            raise Overloaded(SECONDS_WHEN_FULL)
        return message

    def _too_large(self) -> Problem:
        return Problem(
            413, f"larger than {self._limits.body_bytes // 1_000_000} MB; send fewer or smaller images"
        )

    async def _say(self, exchange: Exchange, problem: Problem) -> None:
        """Answer with a problem, unless an answer has begun."""
        if exchange.status:
            return

        async def send(message: Message) -> None:
            await self._send(exchange, message)

        await problem_response(problem, exchange.request_id)(exchange.scope, exchange.receive, send)

    async def _send(self, exchange: Exchange, message: Message) -> None:
        if message["type"] == "http.response.start":
            exchange.status = message["status"]
            headers = MutableHeaders(scope=message)
            for name, value in SECURITY_HEADERS.items():
                headers.setdefault(name, value)
            headers["x-request-id"] = exchange.request_id
            if self.is_stopping:
                headers["connection"] = "close"
        await exchange.send(message)

    def _log(self, exchange: Exchange) -> None:
        """Count the exchange and write its line; of the path only which route it is, never what was typed.

        Status 0: the client left, or was cut off, before it was answered.
        """
        seconds = time.monotonic() - exchange.start
        scope, state = exchange.scope, exchange.scope["state"]
        route = getattr(scope.get("route"), "path", "other")
        status = 0 if state.get("has_left") else exchange.status
        self._metrics.count_request(route, status, seconds)
        self._audit.write(
            request_id=exchange.request_id,
            client=shown_address((scope.get("client") or ("", 0))[0]),
            method=scope["method"] if scope["method"] in METHODS else "other",
            route=route,
            status=status,
            seconds=round(seconds, 4),
            received_bytes=exchange.received_bytes,
            images=state.get("num_images", 0),
            unusable=state.get("num_unusable", 0),
        )
        self._metrics.lost_audit_lines = self._audit.num_lost


def _doubt(version: str, headers: Headers) -> Problem | None:
    """Why nobody can be sure where a request ends: another protocol, or two statements about its body."""
    if version not in ("1.0", "1.1"):
        return Problem(400, "send HTTP/1.1", {"connection": "close"})
    if "transfer-encoding" in headers and "content-length" in headers:
        return Problem(400, "a body has a length or comes in chunks, not both", {"connection": "close"})
    return None


def shown_address(client: str) -> str:
    """An address as the log has it; `unknown` for what is none: a proxy passes on what it was told."""
    try:
        return str(ipaddress.ip_address(client.partition("%")[0]))
    except ValueError:
        return "unknown"


def _is_open(path: str) -> bool:
    return path in OPEN_PATHS or path.startswith(OPEN_FOLDERS)
