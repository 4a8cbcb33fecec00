"""Who may ask: bearer tokens from a file or the environment, changed without a restart."""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
from collections.abc import Mapping
from pathlib import Path

from lentigo.settings.errors import SettingsError

logger = logging.getLogger(__name__)
VARIABLE = "LENTIGO_TOKEN"
SHORTEST = 16
HOW_TO_MAKE = "make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"


class Tokens:
    """The tokens that are valid now; with no source of tokens everybody may ask.

    A file holds one token a line, so that an old and a new one can be valid together. It is read again when
    it changes. A file that is gone or holds nothing usable lets nobody in.
    """

    def __init__(self, file: Path | None = None, environment: Mapping[str, str] = os.environ) -> None:
        """Read the tokens once.

        Raises:
            SettingsError: the file cannot be read, or a token is missing, too short, or cannot stand in a
                header.
        """
        self._file = file
        self._stamp: tuple[int, int, int] | None = None
        value = environment.get(VARIABLE, "")
        self._digests: tuple[bytes, ...] = ()
        if file is not None:
            self._digests = _digests(_read(file), str(file))
            self._stamp = _stamp(file)
        elif value:
            self._digests = _digests(value, f"the variable {VARIABLE}")
        self.is_required = file is not None or bool(value)

    def is_valid(self, authorization: str) -> bool:
        """Whether a header `Authorization` may pass; every token is compared, in constant time."""
        if not self.is_required:
            return True
        self._refresh()
        scheme, _, token = authorization.partition(" ")
        given = _digest(token.strip())
        found = [hmac.compare_digest(given, known) for known in self._digests]
        return scheme.lower() == "bearer" and any(found)

    def _refresh(self) -> None:
        """Read the file again if it is another one than before."""
        if self._file is None or (stamp := _stamp(self._file)) == self._stamp:
            return
        try:
            self._digests = _digests(_read(self._file), str(self._file))
        except SettingsError as error:
            logger.error("nobody is let in: %s", error)
            self._digests = ()
        self._stamp = stamp


def _stamp(path: Path) -> tuple[int, int, int] | None:
    """What changes when a file does; None when there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: no token can be read ({error}); {HOW_TO_MAKE}") from error


def _digests(text: str, source: str) -> tuple[bytes, ...]:
    """A digest for each line that holds a token; digests are of one length, whatever is compared."""
    tokens = [line.strip() for line in text.splitlines() if line.strip()]
    if not tokens:
        raise SettingsError(f"{source} holds no token; {HOW_TO_MAKE}")
    if text.startswith("\ufeff"):
        raise SettingsError(f"{source} begins with a byte order mark; save it as plain text without one")
    if not all(char.isascii() and char.isprintable() and char != " " for token in tokens for char in token):
        raise SettingsError(f"{source}: a token holds more than ASCII letters and signs; {HOW_TO_MAKE}")
    if any(len(token) < SHORTEST for token in tokens):
        raise SettingsError(f"{source}: a token has fewer than {SHORTEST} characters; {HOW_TO_MAKE}")
    return tuple(map(_digest, tokens))


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()
