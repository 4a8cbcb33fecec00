"""A tensor that claims more than it holds is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from lentigo.onnx_file.messages import Message, Reading, read_message
from lentigo.onnx_file.tensors import check_tensor
from lentigo.onnx_file.wire import DamagedError


def read(tensor: TensorProto) -> Message:
    return read_message(memoryview(tensor.SerializeToString()), "tensor", Reading())


@pytest.mark.parametrize(
    "kind", [np.float32, np.float16, np.float64, np.uint8, np.int8, np.int32, np.int64, bool]
)
def test_raw_arrays_pass(kind: Any) -> None:
    for shape in ((), (3,), (2, 0, 4), (2, 3, 4)):
        check_tensor(read(numpy_helper.from_array(np.ones(shape, kind), "t")))


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (TensorProto.FLOAT, [1.5, -2.0]),
        (TensorProto.DOUBLE, [1.5, -2.0]),
        (TensorProto.INT32, [-1, 2**31 - 1]),
        (TensorProto.INT64, [-1, 2**62]),
        (TensorProto.UINT8, [0, 255]),
        (TensorProto.INT8, [-128, 127]),
    ],
)
def test_lists_of_numbers_pass_and_are_counted(kind: int, values: list[Any]) -> None:
    check_tensor(read(helper.make_tensor("t", kind, [2], values)))
    longer = helper.make_tensor("t", kind, [2], values)
    longer.dims[0] = 3
    with pytest.raises(DamagedError, match=r"shape \[3\] holds 2"):
        check_tensor(read(longer))


@pytest.mark.parametrize(
    "wrong",
    [
        TensorProto(data_type=1, dims=[10**9, 10**9], raw_data=bytes(4)),
        TensorProto(data_type=1, dims=[-1], raw_data=bytes(4)),
        TensorProto(data_type=1, dims=[1] * 9, raw_data=bytes(4)),
        TensorProto(data_type=1, dims=[1], raw_data=bytes(5)),
        TensorProto(data_type=1, dims=[1]),
        TensorProto(data_type=1, dims=[1], raw_data=bytes(4), float_data=[1]),
        TensorProto(data_type=1, dims=[1], double_data=[1]),
        TensorProto(data_type=8, dims=[1], raw_data=bytes(4)),
        TensorProto(dims=[1], raw_data=bytes(4)),
    ],
)
def test_what_is_no_array_is_refused(wrong: TensorProto) -> None:
    with pytest.raises(DamagedError, match="a tensor"):
        check_tensor(read(wrong))
