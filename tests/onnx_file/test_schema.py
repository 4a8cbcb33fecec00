"""The table agrees with onnx.proto, field by field."""

from __future__ import annotations

from typing import Any

import onnx
import pytest

from lentigo.onnx_file.schema import SCHEMA, Field

NAMES = {
    "model": onnx.ModelProto,
    "opset": onnx.OperatorSetIdProto,
    "entry": onnx.StringStringEntryProto,
    "graph": onnx.GraphProto,
    "node": onnx.NodeProto,
    "attribute": onnx.AttributeProto,
    "tensor": onnx.TensorProto,
    "value": onnx.ValueInfoProto,
    "type": onnx.TypeProto,
    "tensor type": onnx.TypeProto.Tensor,
    "shape": onnx.TensorShapeProto,
    "dimension": onnx.TensorShapeProto.Dimension,
}
KINDS = {1: "double", 2: "float", 3: "int64", 4: "uint64", 5: "int32", 9: "string", 12: "bytes", 14: "int32"}
"""Of google.protobuf.descriptor.FieldDescriptor; 14 is an enumeration."""


def test_every_message_is_compared() -> None:
    assert NAMES.keys() == SCHEMA.keys()


@pytest.mark.parametrize("kind", SCHEMA)
def test_fields_are_those_of_onnx(kind: str) -> None:
    theirs = {one.number: one for one in NAMES[kind].DESCRIPTOR.fields}
    for number, row in SCHEMA[kind].items():
        assert row.name == theirs[number].name
        if row.use == "kept":
            _compare(row, theirs[number])


def _compare(row: Field, theirs: Any) -> None:
    assert row.is_repeated == (theirs.is_repeated and not theirs.is_packed)
    if row.is_message:
        assert theirs.message_type.name == NAMES[row.kind].DESCRIPTOR.name
    else:
        assert row.kind == ("packed " if theirs.is_packed else "") + KINDS[theirs.type]


def test_what_is_known_to_lead_elsewhere_is_refused() -> None:
    refused = {
        (kind, row.name) for kind, rows in SCHEMA.items() for row in rows.values() if row.use == "refused"
    }
    assert refused >= {
        ("model", "functions"),
        ("model", "training_info"),
        ("graph", "sparse_initializer"),
        ("attribute", "g"),
        ("attribute", "graphs"),
        ("attribute", "tensors"),
        ("tensor", "external_data"),
        ("tensor", "data_location"),
    }
