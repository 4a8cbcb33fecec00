"""Bytes of a message of `schema` in, its fields by name out; and such fields written again.

What is written holds nothing that was not understood: each field once, in the order of their numbers, in the
only spelling there is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lentigo.onnx_file.schema import SCHEMA, Field
from lentigo.onnx_file.wire import (
    BYTES,
    FOUR_BYTES,
    VARINT,
    DamagedError,
    Value,
    read_fields,
    read_varint,
    write_key,
    write_varint,
)

Message = dict[str, list[Any]]
"""Field name -> its values in order, one where it is not repeated: integers, texts, views, messages."""
LONGEST_LIST = 2**20
"""Bytes of a list of numbers that is not stored raw; only short ones are."""
MOST_FIELDS = 10**6
"""Of a file, so that no file takes a hundred times its size in memory; large networks have some 50,000."""


@dataclass
class Reading:
    """What has been come across in one file."""

    refused: set[str] = field(default_factory=set)
    """What is refused, in words; it is not read."""
    num_fields: int = 0

    def count(self) -> None:
        """One more field; raises `DamagedError` beyond `MOST_FIELDS`."""
        self.num_fields += 1
        if self.num_fields > MOST_FIELDS:
            raise DamagedError(f"it has more than {MOST_FIELDS} fields")


def read_message(message: memoryview, kind: str, reading: Reading) -> Message:
    """Read a message and those inside it.

    Args:
        message: its bytes.
        kind: a key of `SCHEMA`.
        reading: where what is refused is added.

    Raises:
        DamagedError: the bytes are not what `SCHEMA` says.
    """
    found: Message = {}
    for number, wire, value in read_fields(message):
        reading.count()
        row = SCHEMA[kind].get(number)
        if row is None or wire != row.wire:
            raise DamagedError(f"a {kind} has an unknown field ({number}, wire type {wire})")
        if row.use == "refused":
            if _says_something(row, value):
                reading.refused.add(row.refusal)
            continue
        if row.name in found and not row.is_repeated:
            raise DamagedError(f"a {kind} has its {row.name} twice")
        found.setdefault(row.name, []).append(_read(row, value, reading))
    return found


def _says_something(row: Field, value: Value) -> bool:
    """A number that is zero or a text that is empty is the same as none; an empty message is not."""
    if isinstance(value, int):
        return value != 0
    return row.kind != "string" or len(value) > 0


def _read(row: Field, value: Value, reading: Reading) -> Any:
    """A field's value; raises `DamagedError` where it is not of its kind."""
    if isinstance(value, int):
        return _whole(row, value)
    if row.is_message:
        return read_message(value, row.kind, reading)
    if row.kind == "string":
        return str(value, "utf-8")
    if row.kind.startswith("packed "):
        _check_packed(row, value)
    return value


def _whole(row: Field, value: int) -> int:
    if row.kind.endswith("int32") and 2**31 <= value < 2**64 - 2**31:
        raise DamagedError(f"{row.name} has more than 32 bits")
    return value


def _check_packed(row: Field, value: memoryview) -> None:
    kind = row.kind.removeprefix("packed ")
    if kind in ("float", "double"):
        if len(value) % (4 if kind == "float" else 8):
            raise DamagedError(f"{row.name} ends inside a number")
        return
    if len(value) > LONGEST_LIST:
        raise DamagedError(f"{row.name} has {len(value)} bytes; so many numbers are stored raw")
    place = 0
    while place < len(value):
        number, place = read_varint(value, place)
        _whole(row, number)


def write_message(message: Message, kind: str) -> list[bytes | memoryview]:
    """The bytes of a message in pieces, so that the large ones are copied only when they are joined."""
    return [
        piece
        for number, row in sorted(SCHEMA[kind].items())
        if row.use == "kept"
        for value in message.get(row.name, [])
        for piece in _write(number, row, value)
    ]


def _write(number: int, row: Field, value: Any) -> Iterator[bytes | memoryview]:
    yield write_key(number, row.wire)
    if row.wire == VARINT:
        yield write_varint(value)
    elif row.wire == FOUR_BYTES:
        yield value
    else:
        assert row.wire == BYTES
        pieces = _pieces(row, value)
        yield write_varint(sum(map(len, pieces)))
        yield from pieces


def _pieces(row: Field, value: Any) -> list[bytes | memoryview]:
    if row.is_message:
        return write_message(value, row.kind)
    return [value.encode("utf-8") if row.kind == "string" else value]


def joined(pieces: list[bytes | memoryview], original: bytes) -> bytes:
    """The pieces as one; `original` itself where they are equal to it, so that no second copy is held."""
    place, same = 0, np.frombuffer(original, np.uint8)
    for piece in pieces:
        if not np.array_equal(same[place : place + len(piece)], np.frombuffer(piece, np.uint8)):
            return b"".join(pieces)
        place += len(piece)
    return original if place == len(original) else b"".join(pieces)
