"""One application behind one of several HTTP servers, for benchmarks/http_servers.py.

    python benchmarks/opponents/http_server.py KIND BUNDLE PORT

Each gets the same gate and routes, and what its own settings and one ASGI wrapper can add: a time for the
body, and a readiness that turns 503 before the server stops. Nothing subclasses a server or reaches into it.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from starlette.responses import PlainTextResponse

from lentigo.bundle.loading import load_bundle
from lentigo.service.admission.limits import Limits
from lentigo.service.app import Application, create_application
from lentigo.service.problems import Problem
from lentigo.service.server import listen, serve
from lentigo.service.watching.audit import Audit

LIMITS = Limits(
    header_seconds=2,
    body_seconds=2,
    idle_seconds=2,
    taking_seconds=2,
    connections=40,
    draining_seconds=0.5,
    stopping_seconds=4,
)
"""Shorter than those of the service, so that each promise is tried in seconds."""
BIG = b"\x00" * 8_000_000


def probed(app: Any) -> Any:
    """The application with addresses that show what a server does."""
    left = 0

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        nonlocal left
        match scope.get("path"):
            case "/probe/big":
                await PlainTextResponse(BIG)(scope, receive, send)
            case "/probe/second":
                await asyncio.sleep(1)
                await PlainTextResponse("done")(scope, receive, send)
            case "/probe/minute":
                await asyncio.sleep(60)
                await PlainTextResponse("done")(scope, receive, send)
            case "/probe/left":
                while (await receive())["type"] != "http.disconnect":
                    pass
                left += 1
            case "/probe/count":
                await PlainTextResponse(str(left))(scope, receive, send)
            case _:
                await app(scope, receive, send)

    return answer


def timed(app: Any, seconds: float) -> Any:
    """A time for the whole body, as plain ASGI."""

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        loop = asyncio.get_running_loop()
        end, has_all = loop.time() + seconds, False

        async def receive_in_time() -> Any:
            nonlocal has_all
            if has_all:
                return await receive()
            try:
                async with asyncio.timeout_at(end):
                    message = await receive()
            except TimeoutError:
                raise Problem(408, "the body took too long", {"connection": "close"}) from None
            has_all = not message.get("more_body", False)
            return message

        await app(scope, receive_in_time, send)

    return answer


def application_of(bundle: str) -> Application:
    application = create_application(
        load_bundle(bundle, num_threads=1), LIMITS, audit=Audit(Path(os.devnull))
    )
    gate = application.gate
    gate._app = probed(gate._app)
    return application


def stopping(application: Application, then: Callable[[], None]) -> None:
    """Turn readiness to 503, go on for a moment, then stop: what a server without such a step needs."""
    loop = asyncio.get_running_loop()

    def stop() -> None:
        application.service.is_ready = False
        application.gate.is_stopping = True
        loop.call_later(LIMITS.draining_seconds, then)

    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, stop)


def ours(application: Application, port: int) -> None:
    serve(application, listen("127.0.0.1", port))


def uvicorn(application: Application, port: int, parser: str) -> None:
    import uvicorn

    config = uvicorn.Config(
        timed(application.gate, LIMITS.body_seconds),
        host="127.0.0.1",
        port=port,
        http=parser,
        loop="asyncio",
        ws="none",
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
        limit_concurrency=LIMITS.connections,
        timeout_keep_alive=int(LIMITS.idle_seconds),
        timeout_graceful_shutdown=int(LIMITS.stopping_seconds),
        h11_max_incomplete_event_size=65536,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)  # beside the main thread it leaves signals alone

    def stop(*_signal: Any) -> None:
        application.service.is_ready = False
        application.gate.is_stopping = True
        threading.Timer(LIMITS.draining_seconds, setattr, (server, "should_exit", True)).start()

    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, stop)
    thread.start()
    thread.join()


def hypercorn(application: Application, port: int) -> None:
    from hypercorn.asyncio import serve as serve_hypercorn
    from hypercorn.config import Config

    config = Config()
    config.bind = [f"127.0.0.1:{port}"]
    config.keep_alive_timeout = LIMITS.header_seconds
    config.graceful_timeout = LIMITS.stopping_seconds
    config.h11_max_incomplete_size = 65536
    config.include_server_header = False

    async def run() -> None:
        over = asyncio.Event()
        stopping(application, over.set)
        app: Any = timed(application.gate, LIMITS.body_seconds)
        await serve_hypercorn(app, config, shutdown_trigger=over.wait)

    asyncio.run(run())


def granian(application: Application, port: int) -> None:
    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings
    from granian.server.embed import Server

    async def run() -> None:
        server = Server(
            timed(application.gate, LIMITS.body_seconds),
            port=port,
            interface=Interfaces.ASGINL,
            http=HTTPModes.http1,
            websockets=False,
            log_enabled=False,
            backpressure=LIMITS.connections,
            http1_settings=HTTP1Settings(header_read_timeout=int(LIMITS.header_seconds * 1000)),
        )
        stopping(application, server.stop)
        await server.serve()
        await asyncio.sleep(1)  # without it, its threads abort the process

    asyncio.run(run())


KINDS: dict[str, Callable[[Application, int], None]] = {
    "ours": ours,
    "uvicorn, h11": lambda application, port: uvicorn(application, port, "h11"),
    "uvicorn, httptools": lambda application, port: uvicorn(application, port, "httptools"),
    "hypercorn": hypercorn,
    "granian": granian,
}

if __name__ == "__main__":
    KINDS[sys.argv[1]](application_of(sys.argv[2]), int(sys.argv[3]))
