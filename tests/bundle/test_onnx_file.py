"""An ONNX file is walked without being run; what a plain network needs not is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from lentigo.bundle.onnx_file import check_plain
from lentigo.settings.errors import BundleError

MakeModel = Callable[..., Any]


def test_a_plain_network_passes(make_model: MakeModel) -> None:
    check_plain(make_model().SerializeToString())


def test_operators_of_its_own_are_refused(make_model: MakeModel) -> None:
    node = helper.make_node("FusedConv", ["scaled"], ["own"], domain="com.microsoft")
    with pytest.raises(BundleError, match=r"operators of its own \('com\.microsoft'\)"):
        check_plain(make_model(extra_nodes=[node]).SerializeToString())


def test_operators_inside_branches_are_found(make_model: MakeModel) -> None:
    inner = helper.make_node("Evil", [], ["inside"], domain="evil")
    branch = helper.make_graph([inner], "b", [], [helper.make_tensor_value_info("inside", 1, [1])])
    node = helper.make_node("If", ["condition"], ["own"], then_branch=branch, else_branch=branch)
    with pytest.raises(BundleError, match="evil"):
        check_plain(make_model(extra_nodes=[node]).SerializeToString())


def test_data_in_other_files_is_refused(make_model: MakeModel, tmp_path: Path) -> None:
    model = make_model()
    onnx.save_model(
        model, str(tmp_path / "m.onnx"), save_as_external_data=True, location="data", size_threshold=0
    )
    with pytest.raises(BundleError, match="data in other files"):
        check_plain((tmp_path / "m.onnx").read_bytes())


def test_external_data_in_a_constant_node_is_found(make_model: MakeModel) -> None:
    tensor = numpy_helper.from_array(np.zeros(3, np.float32), "hidden")
    tensor.data_location = TensorProto.EXTERNAL
    node = helper.make_node("Constant", [], ["own"], value=tensor)
    with pytest.raises(BundleError, match="data in other files"):
        check_plain(make_model(extra_nodes=[node]).SerializeToString())


def test_functions_of_its_own_are_refused(make_model: MakeModel) -> None:
    model = make_model()
    body = [helper.make_node("Relu", ["x"], ["y"])]
    model.functions.append(helper.make_function("own", "F", ["x"], ["y"], body, model.opset_import))
    with pytest.raises(BundleError, match="functions of its own"):
        check_plain(model.SerializeToString())


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\x80\x04\x95pickle", b"text, not a network"])
def test_what_is_no_network_is_refused(content: bytes) -> None:
    with pytest.raises(BundleError, match=r"model\.onnx"):
        check_plain(content)


@given(st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_bytes_end_in_an_answer(content: bytes) -> None:
    try:
        check_plain(content)
    except BundleError:
        return


def test_a_truncated_network_is_refused(make_model: MakeModel) -> None:
    content = make_model().SerializeToString()
    for length in range(10, len(content) - 40, 97):
        with pytest.raises(BundleError):
            check_plain(content[:length])
