"""Names a server goes by."""

from __future__ import annotations

import pytest

from lentigo.service.admission.hosts import hosts_for, is_loopback, is_same_site


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1:8000", "[::1]:8000", "127.0.0.1"])
def test_the_loopback_goes_by_its_own_names(host: str) -> None:
    assert hosts_for("127.0.0.1").is_ours(host)


@pytest.mark.parametrize(
    "host", ["", "evil.example", "127.0.0.1.evil.example", "evil.example:8000", "[", "a@b"]
)
def test_and_by_no_other(host: str) -> None:
    assert not hosts_for("127.0.0.1").is_ours(host)


def test_a_name_may_be_allowed() -> None:
    assert hosts_for("127.0.0.1", ["Lentigo.Hospital.example"]).is_ours("lentigo.hospital.example:443")


def test_other_addresses_go_by_any_name_unless_some_are_given() -> None:
    assert hosts_for("0.0.0.0").is_ours("anything")
    named = hosts_for("0.0.0.0", ["a.example"])
    assert named.is_ours("a.example")
    assert named.is_ours("localhost:8000"), "a probe on the same machine"
    assert not named.is_ours("anything")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("127.8.8.8", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("192.168.0.1", False),
        ("::", False),
        ("example.org", False),
        ("", False),
    ],
)
def test_loopback(address: str, expected: bool) -> None:
    assert is_loopback(address) is expected


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        ("", True),
        ("https://a.example", True),
        ("http://a.example:1", True),
        ("null", False),
        ("https://b.example", False),
        ("https://[", False),
        ("https://a.example.b.example", False),
    ],
)
def test_same_site(origin: str, expected: bool) -> None:
    assert is_same_site(origin, "a.example:8000") is expected
