"""One spelling of each field is read; every other is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lentigo.onnx_file.wire import DamagedError, read_fields, read_varint, write_key, write_varint


@given(st.integers(0, 2**64 - 1))
def test_a_number_comes_back(value: int) -> None:
    written = write_varint(value)
    assert read_varint(memoryview(written), 0) == (value, len(written))


def test_numbers_are_written_as_others_write_them() -> None:
    # the examples of https://protobuf.dev/programming-guides/encoding
    assert write_varint(1) == b"\x01"
    assert write_varint(150) == b"\x96\x01"
    assert write_key(1, 0) == b"\x08"
    assert write_varint(2**64 - 2) == b"\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01"  # -2 of an int64


@pytest.mark.parametrize(
    "written",
    [
        b"",
        b"\x80",
        b"\x80\x00",  # 0, one byte too long
        b"\x96\x81\x00",  # 150, one byte too long
        b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02",  # 2^65 and more
        b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",  # eleven bytes
    ],
)
def test_other_spellings_of_a_number_are_refused(written: bytes) -> None:
    with pytest.raises(DamagedError, match="a number"):
        read_varint(memoryview(written), 0)


def test_fields_are_read_in_order() -> None:
    message = b"\x08\x96\x01" + b"\x12\x02hi" + b"\x1d\x00\x00\x80\x3f" + b"\x21" + bytes(8)
    found = [(n, w, v if isinstance(v, int) else bytes(v)) for n, w, v in read_fields(memoryview(message))]
    assert found == [(1, 0, 150), (2, 2, b"hi"), (3, 5, b"\x00\x00\x80\x3f"), (4, 1, bytes(8))]


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (b"\xea\x80\x80\x80\x10\x00", "has the key"),  # 13 and bytes, with bit 32 set
        (b"\x00\x00", "has the key"),  # number 0
        (b"\x0b\x0c", "wire type 3"),  # a group
        (b"\x0e\x00", "wire type 6"),
        (b"\x12\x05hi", "beyond its message"),
        (b"\x1d\x00", "beyond its message"),
    ],
)
def test_other_spellings_of_a_field_are_refused(message: bytes, reason: str) -> None:
    with pytest.raises(DamagedError, match=reason):
        list(read_fields(memoryview(message)))
