"""A file that may be anything in; its text or its JSON or TOML out, or one error that names it.

The one reader of JSON and TOML, whoever wrote them: encodings, damage, other kinds of values, numbers and
nesting beyond all bounds end in a `LentigoError` of the caller's kind, with the caller's remedy.
"""

from __future__ import annotations

import json
import math
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from lentigo.settings.errors import FileError, LentigoError
from lentigo.settings.files import sha256_of

LARGEST_TEXT = 256 * 2**20
"""Bytes; the largest documents of ours have a few MB."""
DEEPEST = 64
LARGEST_WHOLE = 2**63
"""What TOML and other programs' JSON take as a whole number."""
TOO_LARGE = "it holds a whole number of more than 64 bits"
_UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class Document:
    """What errors say of a text: what it is called, and what to do."""

    title: str | Path
    kind: type[LentigoError] = FileError
    remedy: str = "restore it from a copy, or make it again"

    def refuse(self, reason: str, cause: BaseException | None = None) -> NoReturn:
        """Raise the error."""
        raise self.kind(f"{self.title} {reason}; {self.remedy}") from cause

    @contextmanager
    def understood(self) -> Iterator[None]:
        """Refuse the document where what it says cannot be made sense of inside the block."""
        try:
            yield
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            self.refuse(f"is damaged or of another kind ({type(error).__name__}: {_short(error)})", error)


class Record(dict[str, Any]):
    """What a document says; it names the document when it lacks what is asked of it."""

    def __init__(self, values: dict[str, Any], document: Document) -> None:
        super().__init__(values)
        self._document = document

    def __missing__(self, key: str) -> NoReturn:
        self._document.refuse(f"does not say {key!r}")


def read_bytes(path: Path, document: Document | None = None, largest: int = LARGEST_TEXT) -> bytes:
    """The content of a regular file.

    Args:
        path: links are followed.
        document: what errors say.
        largest: bytes; larger files are not read.

    Raises:
        LentigoError: of the document's kind: it is missing, no regular file, too large, or cannot be read.
    """
    about = document or Document(path)
    try:
        if not path.is_file():
            about.refuse("is no regular file" if path.exists() else "does not exist")
        size = path.stat().st_size
        if size > largest:
            about.refuse(f"has {size:,} bytes, more than the {largest:,} that such a file may have")
        return path.read_bytes()
    except (OSError, ValueError) as error:
        about.refuse(f"cannot be read ({getattr(error, 'strerror', None) or error})", error)


def hash_file(path: Path, document: Document | None = None) -> str:
    """SHA-256 of a file of any size; raises as `read_bytes`."""
    try:
        return sha256_of(path)
    except OSError as error:
        (document or Document(path)).refuse(f"cannot be read ({error.strerror})", error)


def read_text(path: Path, document: Document | None = None) -> str:
    """The content of a file as UTF-8, without a byte order mark; raises as `read_bytes`."""
    about = document or Document(path)
    return decode_text(read_bytes(path, about), about)


def decode_text(raw: bytes, about: Document) -> str:
    """Bytes as UTF-8, without a byte order mark; raises as `read_bytes`."""
    if raw.startswith(_UTF_16_MARKS):
        about.refuse("is in UTF-16, not in UTF-8")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        about.refuse(f"is damaged or not in UTF-8 (line {line})", error)


def read_json(path: Path, document: Document | None = None) -> dict[str, Any]:
    """The object in a JSON file.

    Raises:
        LentigoError: of the document's kind: as `read_bytes`, and what `parse_json` refuses.
    """
    about = document or Document(path)
    return parse_json(read_text(path, about), about)


def read_json_lines(path: Path, document: Document | None = None) -> list[dict[str, Any]]:
    """The objects in a file that has one a line; raises as `read_json`, naming the line."""
    about = document or Document(path)
    lines = enumerate(read_text(path, about).split("\n"), start=1)  # other line ends may stand in a text
    return [
        parse_json(line, Document(f"{about.title}, line {place},", about.kind, about.remedy))
        for place, line in lines
        if line.strip()
    ]


def parse_json(text: str, document: Document) -> dict[str, Any]:
    """The object in a text.

    Raises:
        LentigoError: of the document's kind: it is not JSON, not an object, has a key twice, or holds what
            cannot be passed on: NaN, infinity, half a character, numbers or nesting beyond all bounds.
    """

    def read() -> Any:
        kinds: dict[str, Any] = {"parse_constant": _no_number, "parse_float": _number, "parse_int": _whole}
        return json.loads(text, object_pairs_hook=_object, **kinds)

    return _parsed(read, "JSON", document)


def parse_toml(text: str, document: Document) -> dict[str, Any]:
    """The table in a text; raises as `parse_json`. NaN and infinity are numbers in TOML."""
    return _parsed(lambda: tomllib.loads(text), "TOML", document)


def parse_toml_value(text: str, document: Document) -> Any:
    """One value; what is no TOML at all is taken as a text. Raises as `parse_json`."""
    try:
        found = parse_toml(f"value = {text}", document)
    except document.kind as error:
        if not isinstance(error.__cause__, tomllib.TOMLDecodeError):
            raise
        found = {"value": text}
    problem = next(_problems(found, 0), "it holds several values" if len(found) > 1 else None)
    if problem:
        document.refuse(f"cannot be used ({problem})")
    return found["value"]


def _parsed(read: Callable[[], Any], language: str, about: Document) -> dict[str, Any]:
    try:
        found = read()
        if not isinstance(found, dict):
            raise ValueError(f"it holds {_kind_of(found)}, expected an object with keys")
        problem = next(_problems(found, 0), None)
        if problem:
            raise ValueError(problem)
    except (ValueError, RecursionError) as error:
        about.refuse(f"is damaged or not valid {language} ({_short(error)})", error)
    return found


def _short(error: BaseException) -> str:
    if isinstance(error, RecursionError):
        return "nested too deep"
    return TOO_LARGE if "int_max_str_digits" in str(error) else str(error)


def _kind_of(value: Any) -> str:
    kinds = {list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return kinds.get(type(value), "a number")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {twice[:80]!r} is there twice")
    return found


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number of JSON")


def _number(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text[:80]} is too large a number")
    return value


def _whole(text: str) -> int:
    if len(text) > len(str(-LARGEST_WHOLE)):
        raise ValueError(TOO_LARGE)
    return int(text)


def _problems(value: Any, depth: int) -> Iterator[str]:
    """What is valid in the language and yet cannot be passed on."""
    if depth > DEEPEST:
        yield "nested too deep"
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _problems(key, depth)
            yield from _problems(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _problems(inner, depth + 1)
    elif isinstance(value, str):
        if not value.isascii() and any("\ud800" <= letter <= "\udfff" for letter in value):
            yield "it holds half a character"
    elif isinstance(value, int) and not -LARGEST_WHOLE <= value < LARGEST_WHOLE:
        yield TOO_LARGE
