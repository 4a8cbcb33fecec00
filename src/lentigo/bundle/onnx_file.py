"""The bytes of an ONNX file in; a refusal out, where it holds what a plain network needs not.

The `onnx` package is no part of the base install, so the file is walked here: it is a Protocol Buffers
message, in which each field is a number, a wire type and a value (https://protobuf.dev/programming-guides/encoding).
Only the fields that lead to nodes and tensors are entered, by their numbers in onnx.proto.
"""

from __future__ import annotations

from collections.abc import Iterator

from lentigo.settings.errors import BundleError

STANDARD_DOMAINS = ("", "ai.onnx")
DEEPEST = 32
"""Graphs inside nodes inside graphs; real networks have none or a few."""

Field = tuple[int, "memoryview | int"]

# message -> field number -> message of that field, or what is looked for in it
_MESSAGES: dict[str, dict[int, str]] = {
    "model": {7: "graph", 25: "function"},
    "graph": {1: "node", 5: "tensor", 15: "sparse"},
    "node": {5: "attribute", 7: "domain"},
    "attribute": {5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "sparse", 23: "sparse"},
    "sparse": {1: "tensor", 2: "tensor"},
    "tensor": {13: "external", 14: "location"},
}


def check_plain(content: bytes) -> None:
    """Make sure that a network is in this file alone and made of standard operators.

    Raises:
        BundleError: the file is no ONNX network, keeps data in other files, or has operators or functions
            of its own.
    """
    try:
        found = set(_walk(memoryview(content), "model", 0))
    except (IndexError, ValueError, UnicodeDecodeError) as error:
        raise BundleError("model.onnx is damaged or not an ONNX network; export the run again") from error
    if "graph" not in found:
        raise BundleError("model.onnx holds no network; export the run again")
    refused = sorted(text for text in found if text != "graph")
    if refused:
        raise BundleError(
            f"model.onnx is refused: it holds {', '.join(refused)}. Expected one file of standard operators; "
            "export the run again"
        )


def _walk(message: memoryview, kind: str, depth: int) -> Iterator[str]:
    """Everything in a message that is worth knowing: `graph`, and descriptions of what is refused."""
    if depth > DEEPEST:
        raise ValueError("nested too deep")
    for number, value in _fields(message):
        inside = _MESSAGES[kind].get(number)
        if inside is None:
            continue
        if isinstance(value, int):
            if inside == "location" and value != 0:
                yield "data in other files"
        elif inside in _MESSAGES:
            if inside == "graph":
                yield "graph"
            yield from _walk(value, inside, depth + 1)
        else:
            yield from _refusals(inside, value)


def _refusals(what: str, value: memoryview) -> Iterator[str]:
    if what == "external":
        yield "data in other files"
    elif what == "function":
        yield "functions of its own"
    elif what == "domain" and (domain := str(value, "utf-8")) not in STANDARD_DOMAINS:
        yield f"operators of its own ({domain[:80]!r})"


def _fields(message: memoryview) -> Iterator[Field]:
    """The fields of a message in order; texts, bytes and messages come as views, numbers as integers."""
    place = 0
    while place < len(message):
        key, place = _varint(message, place)
        number, wire = key >> 3, key & 7
        if wire == 0:
            value, place = _varint(message, place)
            yield number, value
            continue
        if wire == 2:
            length, place = _varint(message, place)
        else:
            length = {1: 8, 5: 4}.get(wire, -1)
        if length < 0 or place + length > len(message):
            raise ValueError("a field reaches beyond its message")
        yield number, message[place : place + length]
        place += length


def _varint(message: memoryview, place: int) -> tuple[int, int]:
    """A number of seven bits a byte, lowest first, and the place after it."""
    value = 0
    for shift in range(0, 70, 7):
        byte = message[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, place
    raise ValueError("a number without an end")
