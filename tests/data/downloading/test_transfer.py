"""Bytes from a server that breaks off, lies, refuses and changes its mind; nothing is ever mixed."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from lentigo.data.downloading.transfer import fetch
from lentigo.data.tables import LentigoWarning
from lentigo.settings.errors import DownloadError, FileError

BODY = bytes(range(256)) * 40


def fetched(site: Any, part: Path, name: str = "a.zip") -> bytes:
    fetch([site.at(name)], part, len(BODY))
    return part.read_bytes()


@pytest.mark.parametrize(
    "plan",
    [
        ("fine",),
        ("break:100", "fine"),
        ("break:100", "break:0", "break:500", "fine"),
        ("break:100", "status:500", "status:502", "fine"),
        ("break:100", "ignore"),  # the whole file in answer to a range
        ("break:100", "shift:7", "fine"),  # another range than was asked for
        ("chunked",),
        ("ignore:300", "fine"),
    ],
)
def test_what_breaks_off_ends_with_the_same_bytes(site: Any, tmp_path: Path, plan: tuple[str, ...]) -> None:
    site.serve("a.zip", BODY, *plan)
    assert fetched(site, tmp_path / "a.zip.part") == BODY


def test_only_what_is_missing_is_asked_for(site: Any, tmp_path: Path) -> None:
    served = site.serve("a.zip", BODY, "break:100", "fine")
    fetched(site, tmp_path / "a.zip.part")
    assert served.ranges == ["", "bytes=100-"]


def test_another_command_goes_on_where_one_stopped(site: Any, tmp_path: Path) -> None:
    part = tmp_path / "a.zip.part"
    served = site.serve("a.zip", BODY, "break:1000", "break:0")
    with pytest.raises(
        DownloadError, match=r"a\.zip cannot be fetched.*\n.*breaks off after 1,000 of 10,240"
    ):
        fetched(site, part)
    assert part.read_bytes() == BODY[:1000]
    served.plan, served.ranges = ("fine",), []
    assert fetched(site, part) == BODY
    assert served.ranges == ["bytes=1000-"]
    assert fetched(site, part) == BODY
    assert len(served.ranges) == 1, "what is whole is not asked for again"


@pytest.mark.parametrize("tag", ['"two"', "", 'W/"one"'])
def test_bytes_of_two_files_are_never_mixed(site: Any, tmp_path: Path, tag: str) -> None:
    part = tmp_path / "a.zip.part"
    served = site.serve("a.zip", BODY, "break:1000", "break:0")
    if tag != '"two"':
        served.tag = tag
    with pytest.raises(DownloadError):
        fetched(site, part)
    other = bytes(reversed(BODY))
    served = site.serve("a.zip", other, "fine")
    served.tag = tag
    assert fetched(site, part) == other


def test_a_server_that_ignores_the_condition_is_found_out(site: Any, tmp_path: Path) -> None:
    part = tmp_path / "a.zip.part"
    site.serve("a.zip", BODY, "break:1000", "break:0")
    with pytest.raises(DownloadError):
        fetched(site, part)
    other = bytes(reversed(BODY))
    site.serve("a.zip", other, "blind", "fine").tag = '"two"'
    assert fetched(site, part) == other


@pytest.mark.parametrize("header", ["Retry-After", "Content-Range", "ETag", "Last-Modified"])
@pytest.mark.parametrize("text", ["9" * 5000, "-1", "Thu, 99 Foo 9999999 25:61:61 GMT", "bytes 1-/2", " "])
def test_nonsense_in_a_header_is_no_traceback(site: Any, tmp_path: Path, header: str, text: str) -> None:
    served = site.serve("a.zip", BODY, "break:100", "status:503", "fine")
    served.headers = {header: text}
    told = ""
    try:
        assert fetched(site, tmp_path / "a.zip.part") == BODY
    except DownloadError as error:
        told = str(error)
    assert told == "" or "asks to come back" in told


def test_a_length_too_large_ends_in_an_error_that_says_so(site: Any, tmp_path: Path) -> None:
    site.serve("a.zip", BODY, "more:50")
    # the server says 10,290 bytes and, asked for the rest, that there are 10,240: what came is all there is
    assert fetched(site, tmp_path / "a.zip.part") == BODY


def test_a_length_too_small_cuts_and_is_left_to_the_check(site: Any, tmp_path: Path) -> None:
    site.serve("a.zip", BODY, "less:200")
    assert fetched(site, tmp_path / "a.zip.part") == BODY[:200]


def test_a_server_that_is_busy_is_waited_for(site: Any, tmp_path: Path) -> None:
    served = site.serve("a.zip", BODY, "status:429", "fine")
    served.headers = {"Retry-After": "1"}
    start = time.monotonic()
    with pytest.warns(LentigoWarning, match=r"127\.0\.0\.1 asks to wait 1 s"):
        assert fetched(site, tmp_path / "a.zip.part") == BODY
    assert time.monotonic() - start >= 1


@pytest.mark.parametrize("form", ["3600", "date"])
def test_an_hour_is_not_waited(site: Any, tmp_path: Path, form: str) -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    served = site.serve("a.zip", BODY, "status:503")
    served.headers = {"Retry-After": later if form == "date" else form}
    with pytest.raises(
        DownloadError, match="answers 503 Service Unavailable, and asks to come back in 60 min"
    ):
        fetched(site, tmp_path / "a.zip.part")
    assert len(served.ranges) == 1


@pytest.mark.parametrize(
    ("plan", "told", "num_asked"),
    [
        ("status:404", "answers 404 Not Found", 1),
        ("status:403", "answers 403 Forbidden", 1),
        ("status:500", r"answers 500 Internal Server Error \(3 times in a row\)", 3),
        ("redirect:ftp://127.0.0.1/a.zip", "leads nowhere", 1),
        ("redirect:/a.zip", "leads nowhere", 21),
    ],
)
def test_what_an_address_answers_is_told(
    site: Any, tmp_path: Path, plan: str, told: str, num_asked: int
) -> None:
    served = site.serve("a.zip", BODY, plan)
    with pytest.raises(DownloadError, match=told):
        fetched(site, tmp_path / "a.zip.part")
    assert len(served.ranges) == num_asked
    assert not (tmp_path / "a.zip.part").exists()


def test_redirects_are_followed_and_ranges_go_with_them(site: Any, tmp_path: Path) -> None:
    served = site.serve("a.zip", BODY, "break:100", "fine")
    site.serve("moved", b"", "redirect:/a.zip")
    assert fetched(site, tmp_path / "a.zip.part", "moved") == BODY
    assert served.ranges == ["", "bytes=100-"]


def test_the_next_address_is_asked(site: Any, tmp_path: Path) -> None:
    site.serve("b.zip", BODY)
    addresses = [site.at("gone.zip"), site.at("b.zip")]
    assert fetch(addresses, tmp_path / "part", len(BODY)) == site.at("b.zip")


def test_without_a_network_it_is_said_at_once(tmp_path: Path) -> None:
    start = time.monotonic()
    with pytest.raises(DownloadError, match=r"http://127\.0\.0\.1:9/a cannot be reached"):
        fetch(["http://127.0.0.1:9/a", "http://127.0.0.1:9/b"], tmp_path / "part", 10)
    assert time.monotonic() - start < 5


def test_far_more_than_was_published_is_not_taken(site: Any, tmp_path: Path) -> None:
    big = b"0" * 11_000_000
    site.serve("said.zip", big)
    site.serve("unsaid.zip", big, "chunked")
    with pytest.raises(DownloadError, match="gives 11,000,000 bytes, more than twice what was published"):
        fetch([site.at("said.zip")], tmp_path / "said", 100)
    with pytest.raises(DownloadError, match="sends more than 10,000,200 bytes"):
        fetch([site.at("unsaid.zip")], tmp_path / "unsaid", 100)


def test_a_full_disk_keeps_what_came(site: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    part = tmp_path / "a.zip.part"
    served = site.serve("a.zip", BODY, "break:1000", "fine")
    with monkeypatch.context() as patch:
        patch.setattr("lentigo.settings.files.free_bytes", lambda _path: 5_000)
        with pytest.raises(
            FileError, match=r"no room to write .*a\.zip\.part: it needs .* and 5 kB are free"
        ):
            fetched(site, part)
    assert not part.exists()
    served.ranges.clear()
    assert fetched(site, part) == BODY


@pytest.mark.parametrize(
    "note", ["", "{", "[]", '{"total": "ten"}', '{"address": 3, "validator": null, "total": 5}']
)
def test_a_damaged_note_is_no_reason_to_go_on(site: Any, tmp_path: Path, note: str) -> None:
    part = tmp_path / "a.zip.part"
    part.write_bytes(b"other")
    (tmp_path / "a.zip.part.json").write_text(note)
    site.serve("a.zip", BODY)
    assert fetched(site, part) == BODY
