"""What was understood is written again, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import onnx
import pytest
from onnx import helper

from lentigo.onnx_file import messages
from lentigo.onnx_file.messages import Reading, joined, read_message, write_message
from lentigo.onnx_file.wire import DamagedError

MakeModel = Callable[..., Any]


def rewritten(content: bytes) -> bytes:
    return b"".join(write_message(read_message(memoryview(content), "model", Reading()), "model"))


def test_a_network_is_the_same_when_written_again(make_model: MakeModel) -> None:
    content = make_model().SerializeToString()
    assert rewritten(content) == content, "onnx writes its fields in the order of their numbers too"


def test_notes_are_left_out_and_the_rest_stays(make_model: MakeModel) -> None:
    model = make_model()
    plain = model.SerializeToString()
    model.producer_name, model.doc_string, model.graph.doc_string = "somebody", "a note", "another"
    model.graph.node[0].doc_string = "one more"
    model.graph.value_info.append(helper.make_tensor_value_info("scaled", 1, ["N", 16, 24, 3]))
    assert onnx.load_from_string(rewritten(model.SerializeToString())) == onnx.load_from_string(plain)


@pytest.mark.parametrize(
    ("added", "reason"),
    [
        (b"\x9a\x06\x00", "unknown field"),  # number 99
        (b"\x3d\x00\x00\x00\x00", "unknown field"),  # `graph` as four bytes
        (b"\x08\x09", "ir_version twice"),
        (b"\x3a\x00", "graph twice"),  # parsers would put both together
        (b"\x42\x02\x0a\x05", "beyond its message"),
        (b"\x72\x03\x0a\x01\xff", "utf-8"),
    ],
)
def test_what_is_not_understood_stops(make_model: MakeModel, added: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        rewritten(make_model().SerializeToString() + added)


def test_a_number_of_more_than_32_bits_where_32_are_kept_stops() -> None:
    message = b"\x10\x81\x80\x80\x80\x10"  # data_type of a tensor: 2^32 + 1, which others take for 1
    with pytest.raises(DamagedError, match="more than 32 bits"):
        read_message(memoryview(message), "tensor", Reading())


def test_a_file_of_nothing_but_fields_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "MOST_FIELDS", 100)
    read_message(memoryview(b"\x08\x01" * 100), "tensor", Reading())
    with pytest.raises(DamagedError, match="more than 100 fields"):
        read_message(memoryview(b"\x08\x01" * 101), "tensor", Reading())


def test_no_copy_is_made_of_what_is_the_same() -> None:
    content = b"one two"
    assert joined([memoryview(content)[:3], b" two"], content) is content
    assert joined([b"one", b" to"], content) == b"one to"
    assert joined([b"one"], content) == b"one"
