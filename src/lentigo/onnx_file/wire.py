"""Bytes of a Protocol Buffers message in, its fields out, and back: one spelling of each, the shortest.

https://protobuf.dev/programming-guides/encoding. Parsers differ in what they make of a spelling that is not
the usual one (a key of more than 32 bits, zeros at the end of a number), so nothing else is read here.
"""

from __future__ import annotations

from collections.abc import Iterator

VARINT, EIGHT_BYTES, BYTES, FOUR_BYTES = 0, 1, 2, 5
"""Wire types. Groups, 3 and 4, are no more."""
LARGEST_KEY = 2**32 - 1
"""Parsers keep 32 bits of a field's key."""

Value = int | memoryview
Field = tuple[int, int, Value]
"""Number, wire type and value: an integer below 2^64, or a view of the bytes."""


class DamagedError(ValueError):
    """The bytes are no message as it would be written."""


def read_fields(message: memoryview) -> Iterator[Field]:
    """The fields of a message in order.

    Raises:
        DamagedError: a key, a number or a length is not as it would be written.
    """
    place = 0
    while place < len(message):
        key, place = read_varint(message, place)
        number, wire = key >> 3, key & 7
        if key > LARGEST_KEY or number == 0:
            raise DamagedError(f"a field has the key {key}")
        if wire == VARINT:
            value, place = read_varint(message, place)
            yield number, wire, value
            continue
        length, place = _length(message, place, wire)
        if place + length > len(message):
            raise DamagedError("a field reaches beyond its message")
        yield number, wire, message[place : place + length]
        place += length


def _length(message: memoryview, place: int, wire: int) -> tuple[int, int]:
    """Bytes of the value, and where it begins."""
    if wire == BYTES:
        return read_varint(message, place)
    if wire in (EIGHT_BYTES, FOUR_BYTES):
        return (8 if wire == EIGHT_BYTES else 4), place
    raise DamagedError(f"a field has the wire type {wire}")


def read_varint(message: memoryview, place: int) -> tuple[int, int]:
    """A number of seven bits a byte, lowest first, below 2^64, and the place after it.

    Raises:
        DamagedError: it has no end, is too large, or could be written in fewer bytes.
    """
    value = 0
    for shift in range(0, 70, 7):
        if place >= len(message):
            raise DamagedError("a number has no end")
        byte = message[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            if value >= 2**64 or (byte == 0 and shift > 0):
                raise DamagedError("a number is not in its shortest form")
            return value, place
    raise DamagedError("a number has more than 64 bits")


def write_varint(value: int) -> bytes:
    """A number from 0 to 2^64 - 1."""
    written = bytearray()
    while value >= 0x80:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    written.append(value)
    return bytes(written)


def write_key(number: int, wire: int) -> bytes:
    """What a field begins with."""
    return write_varint(number << 3 | wire)
