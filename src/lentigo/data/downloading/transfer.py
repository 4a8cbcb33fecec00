"""Addresses of one file in; its bytes on the disk out. What broke off goes on where it stopped.

A range is asked for only under the condition that the file is still the same (If-Range with a strong ETag,
else the time of its last change); a server that gives neither, or ignores it, starts anew. What a server says
of lengths is believed nowhere: it only ends a transfer, and whoever called checks what came.
"""

from __future__ import annotations

import math
import re
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from pathlib import Path

import httpx

from lentigo.data.downloading.partial import Partial, partial_at
from lentigo.data.tables import warn
from lentigo.settings.errors import DownloadError, several
from lentigo.settings.files import explained, make_folder, require_replaceable, require_room
from lentigo.settings.phases import Steps

_LATER = (429, 503)
_AGAIN = (408, 500, 502, 504)
_RANGE = re.compile(r"bytes (?:(\d{1,18})-\d{1,18}|\*)/(\d{1,18}|\*)")
_LONGEST_NUMBER = 15
"""Digits; a stranger may write thousands."""
_SPARE_BYTES = 10**7


@dataclass(frozen=True)
class Patience:
    """How long is tried, in seconds where nothing else is said."""

    tries: int = 5
    """In a row that bring nothing new."""
    pause: float = 1.0
    """Before the second of them; each further pause is twice as long."""
    longest_wait: float = 60.0
    """That a server may ask for (Retry-After)."""
    connect: float = 10.0
    silence: float = 30.0
    """Without a byte."""


PATIENCE = Patience()


class _BrokenError(Exception):
    """A transfer ended before its time, and may be tried again."""

    def __init__(self, reason: str, wait: float = 0.0) -> None:
        super().__init__(reason)
        self.wait = wait


class _RefusedError(Exception):
    """An address that gives nothing, now and in a minute."""


def fetch(
    addresses: Sequence[str],
    path: Path,
    num_bytes: int,
    steps: Steps | None = None,
    patience: Patience | None = None,
) -> str:
    """Fetch a file from the first address that gives it.

    Args:
        addresses: of the same file.
        path: gets the bytes; what an earlier call left there is gone on with.
        num_bytes: about how large it is; more than twice as much is not taken.
        steps: called with the megabytes done and in all.
        patience: how long is tried.

    Returns:
        The address that gave it.

    Raises:
        DownloadError: no address gives it; says what each answered.
        FileError: the disk is full or cannot be written to; what has come so far is kept.
    """
    make_folder(path.parent)
    require_replaceable(path)
    chosen = patience or PATIENCE
    partial, problems = partial_at(path), []
    if partial.is_whole and partial.address in addresses:
        return partial.address
    # what has begun is gone on with where it came from
    for address in sorted(addresses, key=lambda one: one != partial.address):
        try:
            _Transfer(partial, address, 2 * num_bytes + _SPARE_BYTES, steps, chosen).run()
            return address
        except _RefusedError as error:
            problems.append(f"{address} {error}")
    raise DownloadError(several(f"{path.name.removesuffix('.part')} cannot be fetched:", problems))


@dataclass
class _Transfer:
    """One file from one address."""

    partial: Partial
    address: str
    most_bytes: int
    steps: Steps | None
    patience: Patience
    has_answered: bool = False

    def run(self) -> None:
        """Ask until the file is whole.

        Raises:
            _RefusedError: it cannot be had here; says why.
        """
        timeout = httpx.Timeout(self.patience.silence, connect=self.patience.connect)
        best, idle = self.partial.size, 0
        with httpx.Client(timeout=timeout, follow_redirects=True, verify=_certificates()) as client:
            while True:
                try:
                    return self._ask(client)
                except _BrokenError as error:
                    idle = 0 if self.partial.size > best else idle + 1
                    best = max(best, self.partial.size)
                    if idle >= self.patience.tries:
                        raise _RefusedError(f"{error} ({idle} times in a row)") from error
                    time.sleep(error.wait or self.patience.pause * 2 ** max(idle - 1, 0))

    def _ask(self, client: httpx.Client) -> None:
        try:
            with client.stream("GET", self.address, headers=self._headers()) as response:
                self.has_answered = True
                self._take(response)
        except (httpx.UnsupportedProtocol, httpx.TooManyRedirects, httpx.InvalidURL) as error:
            raise _RefusedError(f"leads nowhere ({error})") from error
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError) as error:
            if not self.has_answered:
                raise _RefusedError(f"cannot be reached ({error or 'no answer'})") from error
            raise _BrokenError("cannot be reached any more") from error
        except httpx.RequestError as error:
            raise _BrokenError(f"breaks off after {self._told()}") from error

    def _headers(self) -> dict[str, str]:
        """A range, where the bytes so far are of a file that can be told from another."""
        headers = {"Accept-Encoding": "identity", "User-Agent": "lentigo"}
        if self.partial.size and self.partial.validator and self.partial.address == self.address:
            headers |= {"Range": f"bytes={self.partial.size}-", "If-Range": self.partial.validator}
        return headers

    def _take(self, response: httpx.Response) -> None:
        """Go by what a server answers."""
        self._refuse_unsafe(response)
        status = f"answers {response.status_code} {response.reason_phrase}".rstrip()
        if response.status_code in _LATER:
            raise _BrokenError(status, self._wait(response, status))
        if response.status_code in _AGAIN:
            raise _BrokenError(status)
        start, total = _range_of(response)
        if response.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
            if self.partial.size and total == self.partial.size:
                return
            self.partial.discard()
            raise _BrokenError("has another file than before")
        if response.status_code == httpx.codes.PARTIAL_CONTENT:
            is_other = _validator(response) not in ("", self.partial.validator)
            if start != self.partial.size or is_other:
                self.partial.discard()
                raise _BrokenError("gives another range than was asked for")
            self._receive(response, "ab", total)
        elif response.status_code == httpx.codes.OK:
            self._receive(response, "wb", _number(response.headers.get("content-length", "")))
        else:
            raise _RefusedError(status)

    def _receive(self, response: httpx.Response, mode: str, total: int) -> None:
        """Write what comes.

        Raises:
            FileError: there is no room.
        """
        is_encoded = response.headers.get("content-encoding", "identity") != "identity"
        total = 0 if is_encoded else total
        if total > self.most_bytes:
            raise _RefusedError(f"gives {total:,} bytes, more than twice what was published")
        if mode == "wb":
            self.partial.discard()  # before the note: old bytes under a new name would be gone on with
            self.partial.begin(self.address, "" if is_encoded else _validator(response), total)
        require_room(self.partial.path, max(total - (self.partial.size if mode == "ab" else 0), 0))
        with explained(self.partial.path, total), self.partial.path.open(mode) as handle:
            for chunk in response.iter_bytes():
                handle.write(chunk)
                self._tell(handle.tell(), total)
        if total and self.partial.size < total:
            raise _BrokenError(f"ends after {self._told()}")

    def _tell(self, done: int, total: int) -> None:
        if done > self.most_bytes:
            raise _RefusedError(f"sends more than {self.most_bytes:,} bytes, twice what was published")
        if self.steps is not None:
            self.steps(done // 10**6, max(total, done) // 10**6)

    def _told(self) -> str:
        of = f" of {self.partial.total:,}" if self.partial.total else ""
        return f"{self.partial.size:,}{of} bytes"

    def _wait(self, response: httpx.Response, status: str) -> float:
        """Seconds that a server asks to wait; 0: it does not say."""
        seconds = _retry_after(response.headers.get("retry-after", ""))
        if seconds > self.patience.longest_wait:
            raise _RefusedError(f"{status}, and asks to come back in {_duration(seconds)}")
        if seconds:
            warn(f"{httpx.URL(self.address).host} asks to wait {_duration(seconds)}")
        return seconds

    def _refuse_unsafe(self, response: httpx.Response) -> None:
        hops = [*response.history, response]
        if self.address.startswith("https:") and any(hop.url.scheme != "https" for hop in hops):
            raise _RefusedError(f"leads to {response.url}, which is not encrypted")


@cache
def _certificates() -> ssl.SSLContext:
    """Read once: they are many."""
    return httpx.create_ssl_context()


def _validator(response: httpx.Response) -> str:
    """What If-Range may name: a weak ETag may not."""
    tag = str(response.headers.get("etag", ""))
    return str(response.headers.get("last-modified", "")) if tag.startswith("W/") or not tag else tag


def _range_of(response: httpx.Response) -> tuple[int, int]:
    """Where the range begins and how large the file is, as Content-Range says; 0 for what it does not."""
    found = _RANGE.fullmatch(response.headers.get("content-range", "").strip())
    start, total = found.groups() if found else (None, None)
    return int(start or 0), int(total) if total and total != "*" else 0


def _number(text: str) -> int:
    """A whole number, as far as it is one of a length that means something; else 0."""
    return int(text) if text.strip().isdecimal() and len(text) <= _LONGEST_NUMBER else 0


def _retry_after(text: str) -> float:
    if text.strip().isdecimal():
        return float(_number(text) or 10**_LONGEST_NUMBER * (len(text) > _LONGEST_NUMBER))
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return 0.0
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max((when - datetime.now(UTC)).total_seconds(), 0.0)


def _duration(seconds: float) -> str:
    if seconds < 120:
        return f"{math.ceil(seconds)} s"
    return f"{math.ceil(seconds / 60)} min" if seconds < 7200 else f"{math.ceil(seconds / 3600)} h"
