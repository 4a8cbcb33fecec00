"""Pieces of ONNX files written by hand, so that they may be wrong."""

from __future__ import annotations

from onnx import AttributeProto, ModelProto, NodeProto, TensorProto

from ..bundle.conftest import image_paths, make_bundle, make_model, pixels  # noqa: F401 - fixtures

BYTES = 2


def varint(value: int, padding: int = 0) -> bytes:
    """Seven bits a byte, lowest first; `padding` bytes longer than it need be."""
    groups = [value & 0x7F]
    while value := value >> 7:
        groups.append(value & 0x7F)
    groups += [0] * padding
    return bytes([group | 0x80 for group in groups[:-1]] + groups[-1:])


def field(number: int, content: bytes, high_bits: int = 0, padding: int = 0) -> bytes:
    """A field of bytes; its key with bits beyond the 32nd, or longer than it need be."""
    return varint(high_bits << 32 | number << 3 | BYTES, padding) + varint(len(content)) + content


def number_field(number: int, value: int, high_bits: int = 0, padding: int = 0) -> bytes:
    """A field of a number."""
    return varint(high_bits << 32 | number << 3, padding) + varint(value)


def with_hidden(model: ModelProto, where: str, hidden: bytes) -> bytes:
    """A model with a constant of its own, and bytes put behind one of its messages.

    Args:
        model: a whole one.
        where: `tensor`, `attribute`, `node`, `graph` or `model`.
        hidden: the bytes.
    """

    def ending(name: str) -> bytes:
        return hidden if where == name else b""

    tensor = TensorProto(name="constant", data_type=1, dims=[2], raw_data=bytes(8)).SerializeToString()
    held = AttributeProto(name="value", type=AttributeProto.TENSOR).SerializeToString()
    attribute = held + field(5, tensor + ending("tensor")) + ending("attribute")
    node = NodeProto(op_type="Constant", output=["own"]).SerializeToString()
    graph = model.graph.SerializeToString() + field(1, node + field(5, attribute) + ending("node"))
    rest = ModelProto()
    rest.CopyFrom(model)
    rest.ClearField("graph")
    return rest.SerializeToString() + field(7, graph + ending("graph")) + ending("model")
