"""Which names a server goes by. A page from elsewhere must not reach it through a name of its own.

In DNS rebinding a stranger's page asks the browser for `http://stranger.example`, whose address has become
127.0.0.1: the request arrives here, with the stranger's name in `Host`.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from urllib.parse import urlsplit

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


class Hosts:
    """The names a request may be addressed to; with no names, any."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self.names = frozenset(name.lower() for name in names)

    def is_ours(self, host: str) -> bool:
        """Whether a header `Host` names this server, whatever the port."""
        return not self.names or host_name(host) in self.names


def hosts_for(address: str, allowed: Iterable[str] = ()) -> Hosts:
    """Names for a bound address: those of the loopback, and what is allowed besides.

    A server on another address goes by any name unless some are given; it asks for a token instead.
    """
    named = frozenset(allowed)
    if is_loopback(address):
        return Hosts(named | LOOPBACK_NAMES | {address.lower()})
    return Hosts(named | LOOPBACK_NAMES if named else ())


def is_loopback(address: str) -> bool:
    """Whether only this machine reaches an address."""
    if address.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def host_name(host: str) -> str:
    """`Host` without port and brackets, lower case; empty when it is no host."""
    try:
        return (urlsplit(f"//{host}").hostname or "").lower()
    except ValueError:
        return ""


def is_same_site(origin: str, host: str) -> bool:
    """Whether the page that sends a form comes from the host it sends to; no `Origin` means no page."""
    return not origin or host_name(_address_of(origin)) == host_name(host)


def _address_of(origin: str) -> str:
    """Host and port of an `Origin`; empty for `null` and what is no address."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""
