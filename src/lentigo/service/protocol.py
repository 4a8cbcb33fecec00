"""HTTP/1.1 with deadlines, over uvicorn's own protocol, which waits for slow clients for ever.

A connection is always in one of four states, each with its time: the header is awaited, the body is awaited,
the service is at work (no time: its queue is bounded), or the client is to take the answer.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from lentigo.service.admission.limits import Limits
from lentigo.service.problems import MEDIA_TYPE, new_request_id, problem_body
from lentigo.service.watching.metrics import Metrics

BARE_LINE_FEED = re.compile(rb"(?<!\r)\n")
LINGER_SECONDS = 2
"""In which a client may take what was said to it before its connection is cut."""


class LingeringTransport:
    """A transport that, when closed on a client still sending, first lets it hear what was answered.

    A socket closed with bytes unread resets the connection, and an answer on its way is lost. What is written
    in one turn of the event loop is sent at once: header and body of an answer are one packet, and the loop
    gives the interpreter's lock away once instead of twice.
    """

    def __init__(
        self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop, is_sending: Callable[[], bool]
    ) -> None:
        self._transport = transport
        self._loop = loop
        self._is_sending = is_sending
        self._is_lingering = False
        self._unsent = bytearray()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Send with everything else that is written in this turn of the loop."""
        if not self._unsent:
            self._loop.call_soon(self._send)
        self._unsent += data

    def _send(self) -> None:
        if self._unsent:
            self._transport.write(bytes(self._unsent))
            self._unsent.clear()

    def close(self) -> None:
        """Close at once, or when the client has had its time to listen."""
        self._send()
        if self.is_closing() or not self._is_sending():
            self._transport.close()
        else:
            self.linger()

    def linger(self) -> None:
        """Say nothing more; whoever gets data from now on drops it."""
        self._send()
        self._is_lingering = True
        self._transport.write_eof()
        self._loop.call_later(LINGER_SECONDS, self._transport.abort)

    def is_closing(self) -> bool:
        """Whether nothing more can be said."""
        return self._is_lingering or self._transport.is_closing()


class DeadlineProtocol(H11Protocol):
    """One connection; `deadline_protocol` makes it know its limits and metrics."""

    limits: Limits
    metrics: Metrics
    transport: Any

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the time of the first header; turn away what is one too many."""
        lingering = LingeringTransport(transport, self.loop, lambda: self.conn.their_state is h11.SEND_BODY)
        super().connection_made(lingering)  # type: ignore[arg-type]
        self._deadline: asyncio.TimerHandle | None = None
        self._awaited = ""
        self._taking: asyncio.TimerHandle | None = None
        if len(self.connections) > self.limits.connections:
            self.metrics.refused_connections += 1
            self._say(HTTPStatus.SERVICE_UNAVAILABLE, "too many connections; try again")
            return
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget all times."""
        super().connection_lost(exc)
        self._await("")
        self.resume_writing()

    def data_received(self, data: bytes) -> None:
        """Take what has come, then see what is awaited now."""
        if self.transport.is_closing():
            return
        super().data_received(data)
        self._watch()

    def handle_events(self) -> None:
        """Refuse what h11 forgives and a proxy may read otherwise: lines of a header that end in LF alone."""
        header = self.conn.trailing_data[0].partition(b"\r\n\r\n")[0]
        if self.conn.their_state is h11.IDLE and BARE_LINE_FEED.search(header):
            self._say(HTTPStatus.BAD_REQUEST, "lines of a header end in CR LF")
        else:
            super().handle_events()

    def on_response_complete(self) -> None:
        """The next header is awaited, or the rest of a body that nobody wants."""
        super().on_response_complete()
        self._watch()

    def pause_writing(self) -> None:
        """The client does not take its answer; give it a time to go on."""
        super().pause_writing()
        self._taking = self.loop.call_later(self.limits.taking_seconds, self._too_slow)

    def resume_writing(self) -> None:
        """It does."""
        super().resume_writing()
        if self._taking is not None:
            self._taking.cancel()
            self._taking = None

    def timeout_keep_alive_handler(self) -> None:
        """As uvicorn, but a client that never takes the last answer is cut off as well."""
        super().timeout_keep_alive_handler()
        self.loop.call_later(self.limits.taking_seconds, self.transport.abort)

    def shutdown(self) -> None:
        """Close, but first wait a moment for a request that is on its way already."""
        if self.cycle is None or self.cycle.response_complete:
            self.loop.call_later(self.limits.draining_seconds, self._shut)
        else:
            super().shutdown()

    def _shut(self) -> None:
        if not self.transport.is_closing():
            super().shutdown()

    def send_400_response(self, msg: str) -> None:
        """Say it as all problems are said."""
        self._say(HTTPStatus.BAD_REQUEST, msg)

    def _watch(self) -> None:
        """Start the time of what is awaited, once."""
        if self.transport.is_closing():
            self._await("")
            return
        state = self.conn.their_state
        is_answered = self.cycle is not None and self.cycle.response_complete
        if state is h11.SEND_BODY:
            # once answered, the rest of the body is read only so that the client can hear the answer
            self._await("rest" if is_answered else "body")
        elif state is h11.IDLE and self.timeout_keep_alive_task is None:
            self._await("header")
        else:
            self._await("")

    def _await(self, what: str) -> None:
        if what == self._awaited:
            return
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
        self._awaited = what
        if what:
            seconds = {
                "header": self.limits.header_seconds,
                "body": self.limits.body_seconds,
                "rest": LINGER_SECONDS,
            }[what]
            self._deadline = self.loop.call_later(seconds, self._too_slow)

    def _too_slow(self) -> None:
        self.metrics.slow_clients += 1
        if self._awaited == "body" and self.cycle is not None and not self.cycle.response_started:
            self._say(HTTPStatus.REQUEST_TIMEOUT, "the body took too long")
        elif self._awaited == "header" and self.conn.trailing_data[0]:
            self._say(HTTPStatus.REQUEST_TIMEOUT, "the header took too long")
        else:
            self.transport.abort()

    def _say(self, status: HTTPStatus, detail: str) -> None:
        """Answer without the application, which is told that nobody listens, and close soon."""
        self._await("")
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        body = problem_body(status, detail, new_request_id())
        headers = [
            ("content-type", MEDIA_TYPE),
            ("content-length", str(len(body))),
            ("connection", "close"),
        ]
        if status is HTTPStatus.SERVICE_UNAVAILABLE:
            headers.append(("retry-after", "2"))
        events: tuple[Any, ...] = (
            h11.Response(status_code=status, headers=headers, reason=status.phrase.encode()),
            h11.Data(data=body),
            h11.EndOfMessage(),
        )
        try:
            for event in events:
                self.transport.write(self.conn.send(event) or b"")
        except h11.LocalProtocolError:  # an answer has begun: nothing more can be said
            self.transport.abort()
            return
        self.transport.linger()


def deadline_protocol(limits: Limits, metrics: Metrics) -> type[DeadlineProtocol]:
    """The class of one server's connections, which uvicorn makes itself, with nothing but its own to give."""
    return type("DeadlineProtocol", (DeadlineProtocol,), {"limits": limits, "metrics": metrics})
