"""Which fields the messages of onnx.proto have, as far as a plain network needs them; what is done with each.

https://github.com/onnx/onnx/blob/main/onnx/onnx.proto. A field that is not in this table is not read at all:
the file is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lentigo.onnx_file.wire import BYTES, FOUR_BYTES, VARINT

Use = Literal["kept", "dropped", "refused"]

EXTERNAL = "data in other files"
FUNCTIONS = "functions of its own"
GRAPHS = "graphs inside operators"
SPARSE = "sparse tensors"
UNUSUAL = "attributes that are no number, text or tensor"
DEVICES = "devices to run on"


@dataclass(frozen=True)
class Field:
    """One row of a message."""

    name: str
    kind: str
    """`int32`, `int64`, `float`, `string`, `bytes`, `packed float` (double, int32, int64), or a message."""
    is_repeated: bool = False
    use: Use = "kept"
    refusal: str = ""
    """What a file that has it holds, in words."""

    @property
    def wire(self) -> int:
        """The one wire type it is written in."""
        return {"int32": VARINT, "int64": VARINT, "float": FOUR_BYTES}.get(self.kind, BYTES)

    @property
    def is_message(self) -> bool:
        """Whether its value has fields of its own."""
        return self.kind in SCHEMA


def _many(name: str, kind: str) -> Field:
    return Field(name, kind, is_repeated=True)


def _dropped(name: str, kind: str = "string") -> Field:
    """Notes for people, and what the runtime finds out by itself."""
    return Field(name, kind, is_repeated=kind != "string", use="dropped")


def _refused(name: str, refusal: str, kind: str = "bytes") -> Field:
    return Field(name, kind, is_repeated=True, use="refused", refusal=refusal)


SCHEMA: dict[str, dict[int, Field]] = {
    "model": {
        1: Field("ir_version", "int64"),
        2: _dropped("producer_name"),
        3: _dropped("producer_version"),
        4: _dropped("domain"),
        5: Field("model_version", "int64", use="dropped"),
        6: _dropped("doc_string"),
        7: Field("graph", "graph"),
        8: _many("opset_import", "opset"),
        14: _many("metadata_props", "entry"),
        20: _refused("training_info", "instructions for training"),
        25: _refused("functions", FUNCTIONS),
        26: _refused("configuration", DEVICES),
    },
    "opset": {1: Field("domain", "string"), 2: Field("version", "int64")},
    "entry": {1: Field("key", "string"), 2: Field("value", "string")},
    "graph": {
        1: _many("node", "node"),
        2: Field("name", "string"),
        5: _many("initializer", "tensor"),
        10: _dropped("doc_string"),
        11: _many("input", "value"),
        12: _many("output", "value"),
        13: _dropped("value_info", "bytes"),
        14: _dropped("quantization_annotation", "bytes"),
        15: _refused("sparse_initializer", SPARSE),
        16: _dropped("metadata_props", "bytes"),
    },
    "node": {
        1: _many("input", "string"),
        2: _many("output", "string"),
        3: Field("name", "string"),
        4: Field("op_type", "string"),
        5: _many("attribute", "attribute"),
        6: _dropped("doc_string"),
        7: Field("domain", "string"),
        8: _refused("overload", FUNCTIONS, "string"),
        9: _dropped("metadata_props", "bytes"),
        10: _refused("device_configurations", DEVICES),
    },
    "attribute": {
        1: Field("name", "string"),
        2: Field("f", "float"),
        3: Field("i", "int64"),
        4: Field("s", "bytes"),
        5: Field("t", "tensor"),
        6: _refused("g", GRAPHS),
        7: _many("floats", "float"),
        8: _many("ints", "int64"),
        9: _many("strings", "bytes"),
        10: _refused("tensors", UNUSUAL),
        11: _refused("graphs", GRAPHS),
        13: _dropped("doc_string"),
        14: _refused("tp", UNUSUAL),
        15: _refused("type_protos", UNUSUAL),
        20: Field("type", "int32"),
        21: _refused("ref_attr_name", FUNCTIONS, "string"),
        22: _refused("sparse_tensor", SPARSE),
        23: _refused("sparse_tensors", SPARSE),
    },
    "tensor": {
        1: _many("dims", "int64"),
        2: Field("data_type", "int32"),
        3: _refused("segment", "tensors in pieces"),
        4: Field("float_data", "packed float"),
        5: Field("int32_data", "packed int32"),
        6: _refused("string_data", "tensors of texts"),
        7: Field("int64_data", "packed int64"),
        8: Field("name", "string"),
        9: Field("raw_data", "bytes"),
        10: Field("double_data", "packed double"),
        11: _refused("uint64_data", "tensors of a kind that networks need not"),
        12: _dropped("doc_string"),
        13: _refused("external_data", EXTERNAL),
        14: _refused("data_location", EXTERNAL, "int32"),
        16: _dropped("metadata_props", "bytes"),
    },
    "value": {
        1: Field("name", "string"),
        2: Field("type", "type"),
        3: _dropped("doc_string"),
        4: _dropped("metadata_props", "bytes"),
    },
    "type": {1: Field("tensor_type", "tensor type"), 6: _dropped("denotation")},
    "tensor type": {1: Field("elem_type", "int32"), 2: Field("shape", "shape")},
    "shape": {1: _many("dim", "dimension")},
    "dimension": {1: Field("dim_value", "int64"), 2: Field("dim_param", "string"), 3: _dropped("denotation")},
}
"""message -> number -> field"""
