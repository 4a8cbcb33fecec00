"""An application and an address in; a process that serves until it is told to stop.

SIGTERM or SIGINT: readiness turns 503 at once; for a moment requests are still accepted, each answer closing
its connection, so that whoever sends them can go elsewhere; then what is being answered may finish.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from types import FrameType

import uvicorn

from lentigo.service.admission.hosts import is_loopback
from lentigo.service.admission.tokens import VARIABLE, Tokens
from lentigo.service.app import Application
from lentigo.service.protocol import deadline_protocol
from lentigo.settings.errors import SettingsError

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)
BACKLOG = 512
SECONDS_TO_SPARE = 1


class Server(uvicorn.Server):
    """uvicorn's server with another way to stop."""

    def __init__(self, config: uvicorn.Config, application: Application) -> None:
        super().__init__(config)
        self._application = application
        self._last: threading.Timer | None = None

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Stop on signals and, other than uvicorn, do not raise them again: a stop is an exit with 0."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        earlier = {one: signal.signal(one, self.handle_exit) for one in STOP_SIGNALS}
        try:
            yield
        finally:
            for one, handler in earlier.items():
                signal.signal(one, handler)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Turn readiness to 503 in the same moment."""
        self._application.service.is_ready = False
        self._application.gate.is_stopping = True
        self._end_in_any_case()
        super().handle_exit(sig, frame)

    def _end_in_any_case(self) -> None:
        """End the process when the time for stopping is over, whatever its threads are computing."""
        limits = self._application.service.limits
        seconds = limits.draining_seconds + limits.stopping_seconds + SECONDS_TO_SPARE
        if self._last is None:
            self._last = threading.Timer(seconds, os._exit, [0])
            self._last.daemon = True
            self._last.start()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Go on accepting for a moment, then let uvicorn finish what is being answered."""
        await asyncio.sleep(self._application.service.limits.draining_seconds)
        await self._take_the_last(sockets or [])
        await super().shutdown(sockets)
        self._application.service.stop()
        # who serves within a process of his own goes on afterwards
        if self._last is not None and not self._application.service.workers.is_computing:
            self._last.cancel()

    async def _take_the_last(self, sockets: list[socket.socket]) -> None:
        """Close the address with nobody left before it: whom the system has accepted is answered."""
        last = [connection for one in sockets for connection in _waiting(one)]
        for server in self.servers:
            server.close()
        loop = asyncio.get_running_loop()
        for connection in last:
            await loop.connect_accepted_socket(self._protocol, connection)

    def _protocol(self) -> asyncio.Protocol:
        made: asyncio.Protocol = self.config.http_protocol_class(  # type: ignore[call-arg]
            config=self.config, server_state=self.server_state, app_state={}
        )
        return made


def _waiting(listener: socket.socket) -> Iterator[socket.socket]:
    """Connections that the system has accepted and the event loop has not seen yet."""
    while True:
        try:
            yield listener.accept()[0]
        except OSError:  # none left
            return


def listen(host: str, port: int) -> socket.socket:
    """Take the address; port 0 takes a free one.

    Raises:
        SettingsError: it is in use, not allowed, or no address of this machine.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError as error:
        raise SettingsError(
            f"cannot listen on {host} port {port}: {error.strerror or error}; choose others: --host, --port"
        ) from error
    return listener


def require_token(host: str, tokens: Tokens) -> None:
    """Refuse to be reached from other machines by everybody.

    Raises:
        SettingsError: the address is not the loopback's and there is no token.
    """
    if not is_loopback(host) and not tokens.is_required:
        raise SettingsError(
            f"{host} is reached from other machines: give a token with --token-file FILE or the variable "
            f"{VARIABLE}, or stay with --host 127.0.0.1"
        )


def serve(application: Application, listener: socket.socket) -> None:
    """Serve until a stop signal; returns when everything accepted has been answered."""
    application.service.start()
    server_of(application).run(sockets=[listener])


def server_of(application: Application) -> Server:
    """A server that is not running yet."""
    limits = application.service.limits
    config = uvicorn.Config(
        application.gate,
        http=deadline_protocol(limits, application.service.metrics),
        loop="asyncio",
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        forwarded_allow_ips="127.0.0.1",
        backlog=BACKLOG,
        timeout_keep_alive=limits.idle_seconds,  # type: ignore[arg-type]
        timeout_graceful_shutdown=limits.stopping_seconds,  # type: ignore[arg-type]
    )
    return Server(config, application)


def address_of(listener: socket.socket) -> str:
    """What to type into a browser."""
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"
