"""Stopping on request: SIGTERM and SIGINT in, a clean end after the current step out."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from lentigo.settings.errors import RunError

SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Interrupted(RunError):  # noqa: N818 - nothing went wrong
    """A person or the system asked the training to stop; everything is saved."""


class StopRequested(Exception):  # noqa: N818 - a request, not an error
    """Raised between two steps once a stop has been asked for; the loop saves and ends."""


class StopRequest:
    """Remembers whether a stop has been asked for."""

    def __init__(self) -> None:
        self.signal_name: str | None = None

    def ask(self, name: str) -> None:
        """Ask for a stop after the current step."""
        self.signal_name = name

    def check(self) -> None:
        """Raise `StopRequested` when a stop has been asked for."""
        if self.signal_name is not None:
            raise StopRequested(self.signal_name)


@contextmanager
def stop_on_signals() -> Iterator[StopRequest]:
    """Turn SIGTERM and SIGINT into a request; a second one of them acts as usual.

    Outside the main thread signals cannot be caught, and the request simply never comes.
    """
    request = StopRequest()
    if threading.current_thread() is not threading.main_thread():
        yield request
        return
    before = {number: signal.getsignal(number) for number in SIGNALS}

    def handle(number: int, _frame: FrameType | None) -> None:
        request.ask(signal.Signals(number).name)
        signal.signal(number, before[signal.Signals(number)])

    for number in SIGNALS:
        signal.signal(number, handle)
    try:
        yield request
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
