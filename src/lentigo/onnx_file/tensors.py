"""A tensor's message in, how many numbers it claims against how many it holds out."""

from __future__ import annotations

import math

from lentigo.onnx_file.messages import Message
from lentigo.onnx_file.wire import DamagedError

# data_type of onnx.proto -> bytes of a number stored raw, and the list it may be stored in instead
_TYPES = {
    1: (4, "float_data"),
    2: (1, "int32_data"),
    3: (1, "int32_data"),
    4: (2, "int32_data"),
    5: (2, "int32_data"),
    6: (4, "int32_data"),
    7: (8, "int64_data"),
    9: (1, "int32_data"),
    10: (2, "int32_data"),
    11: (8, "double_data"),
}
_LISTS = ("float_data", "int32_data", "int64_data", "double_data")
MOST_AXES = 8


def check_tensor(tensor: Message) -> None:
    """Make sure that a tensor is as large as it says, so that none takes more memory than its file has.

    Raises:
        DamagedError: it is of an unknown kind, stored twice, or holds more or fewer numbers than its shape.
    """
    dims, kind = tensor.get("dims", []), tensor.get("data_type", [0])[0]
    if kind not in _TYPES:
        raise DamagedError(f"a tensor is of an unknown kind ({kind})")
    if len(dims) > MOST_AXES or any(side >= 2**31 for side in dims):
        raise DamagedError("a tensor's shape is none")
    stored = [name for name in (*_LISTS, "raw_data") if name in tensor]
    if len(stored) > 1:
        raise DamagedError("a tensor is stored twice")
    held = _held(tensor[stored[0]][0], stored[0], kind) if stored else 0
    if math.prod(dims) != held:
        raise DamagedError(f"a tensor of shape {dims} holds {held:g} numbers")


def _held(data: memoryview, name: str, kind: int) -> float:
    """How many numbers there are."""
    size, expected = _TYPES[kind]
    if name == "raw_data":
        return float(len(data)) / size
    if name != expected:
        raise DamagedError(f"a tensor is stored as {name}")
    if name in ("int32_data", "int64_data"):
        return sum(byte < 0x80 for byte in data)
    return float(len(data)) / (4 if name == "float_data" else 8)
