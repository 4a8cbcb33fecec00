"""Tokens: from a file or the environment, several at once, changed while serving."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lentigo.service.admission.tokens import Tokens
from lentigo.settings.errors import SettingsError

OLD, NEW = "old-token-old-token", "new-token-new-token"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "tokens"
    path.write_text(f"{OLD}\n")
    return path


def test_without_tokens_everybody_may_ask() -> None:
    tokens = Tokens(environment={})
    assert not tokens.is_required
    assert tokens.is_valid("")


def test_a_token_from_the_environment() -> None:
    tokens = Tokens(environment={"LENTIGO_TOKEN": OLD})
    assert tokens.is_valid(f"Bearer {OLD}")
    assert tokens.is_valid(f"bearer {OLD}")
    for wrong in ("", OLD, f"Basic {OLD}", "Bearer ", f"Bearer {NEW}", f"Bearer {OLD}x", "Bearer \udcff"):
        assert not tokens.is_valid(wrong)


def test_a_token_is_changed_without_a_restart(file: Path) -> None:
    tokens = Tokens(file, {})
    assert tokens.is_valid(f"Bearer {OLD}")
    assert not tokens.is_valid(f"Bearer {NEW}")
    file.write_text(f"{OLD}\n{NEW}\n")
    assert tokens.is_valid(f"Bearer {OLD}")
    assert tokens.is_valid(f"Bearer {NEW}")
    other = file.with_name("other")
    other.write_text(NEW)
    other.replace(file)
    assert not tokens.is_valid(f"Bearer {OLD}")
    assert tokens.is_valid(f"Bearer {NEW}")


@pytest.mark.parametrize("content", [None, "", "short", "\n \n"])
def test_a_file_without_a_token_lets_nobody_in(file: Path, content: str | None) -> None:
    tokens = Tokens(file, {})
    if content is None:
        file.unlink()
    else:
        file.write_text(content)
        os.utime(file, ns=(1, 1))
    assert not tokens.is_valid(f"Bearer {OLD}")
    assert not tokens.is_valid("Bearer ")
    file.write_text(NEW)
    assert tokens.is_valid(f"Bearer {NEW}")


@pytest.mark.parametrize("content", ["", "short", f"{OLD}\nshort"])
def test_a_start_with_a_bad_file_says_how_to_make_one(file: Path, content: str) -> None:
    file.write_text(content)
    with pytest.raises(SettingsError, match="token_urlsafe"):
        Tokens(file, {})


def test_a_start_with_a_missing_file_names_it(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="nowhere"):
        Tokens(tmp_path / "nowhere", {})


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xef\xbb\xbf" + OLD.encode(), "byte order mark"),
        (OLD.encode("utf-16"), "no token can be read"),
        ("tök".encode() * 9, "ASCII"),
        ("tök".encode("latin-1") * 9, "no token can be read"),
        (b"two words of some length", "ASCII"),
        (OLD.encode() + b"\x00" * 4, "ASCII"),
    ],
)
def test_a_start_with_what_no_header_can_hold_says_so(file: Path, content: bytes, said: str) -> None:
    file.write_bytes(content)
    with pytest.raises(SettingsError, match=said):
        Tokens(file, {})


def test_a_file_that_turns_bad_is_logged_once(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    tokens = Tokens(file, {})
    file.write_bytes(b"\xef\xbb\xbf" + OLD.encode())
    for _ in range(3):
        assert not tokens.is_valid(f"Bearer {OLD}")
    assert caplog.text.count("byte order mark") == 1
