"""A network computes from memory, within limits."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from lentigo.bundle.running import RunningNetwork
from lentigo.onnx_file.plain import PlainNetwork, plain_network
from lentigo.settings.errors import BundleError


def growing_network(repeats: int, num_steps: int = 1) -> PlainNetwork:
    """One pixel -> the sum of `repeats` numbers after so many steps, however small the file is."""
    nodes = [
        helper.make_node("Cast", ["pixels"], ["number"], to=TensorProto.FLOAT),
        helper.make_node("Expand", ["number", "shape"], ["large_0"]),
        *(helper.make_node("Sigmoid", [f"large_{n}"], [f"large_{n + 1}"]) for n in range(num_steps)),
        helper.make_node("ReduceSum", [f"large_{num_steps}"], ["sum"]),
    ]
    graph = helper.make_graph(
        nodes,
        "growing",
        [helper.make_tensor_value_info("pixels", TensorProto.UINT8, [1, 1])],
        [helper.make_tensor_value_info("sum", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(np.array([repeats, 1]), "shape")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    return plain_network(model.SerializeToString())


def test_what_is_asked_for_is_computed(make_model: Callable[..., Any], pixels: Any) -> None:
    content = make_model().SerializeToString()
    network = RunningNetwork(plain_network(content))
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    expected = session.run(["logits", "probabilities"], {"pixels": pixels})
    found = network.run(["logits", "probabilities"], pixels)
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5)


CHILD = """
import re
import sys
import numpy as np
sys.path.insert(0, {folder!r})
from test_running import growing_network
from lentigo.bundle.running import RunningNetwork
from lentigo.settings.errors import BundleError
try:
    RunningNetwork(growing_network(4_000_000_000)).run(["sum"], np.zeros((1, 1), np.uint8))
except BundleError as error:
    print(error)
print(int(re.search(r"VmHWM:\\s+(\\d+) kB", open("/proc/self/status").read())[1]) // 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the largest memory of a process is read from /proc")
def test_a_small_file_cannot_take_sixteen_gigabytes() -> None:
    text = CHILD.format(folder=str(Path(__file__).parent))
    done = subprocess.run(
        [sys.executable, "-c", text], capture_output=True, text=True, check=True, timeout=60
    )
    reason, mebibytes = done.stdout.strip().rsplit("\n", 1)
    assert "model.onnx stopped" in reason
    assert int(mebibytes) < 400


def test_what_takes_too_long_is_stopped() -> None:
    network = RunningNetwork(growing_network(100_000, num_steps=5000), num_threads=1)
    with pytest.raises(BundleError, match="takes too long"):
        network.run(["sum"], np.zeros((1, 1), np.uint8), longest_seconds=0.05)


def test_data_in_other_files_would_not_be_found_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pixels: Any
) -> None:
    """The second wall, should the first one ever have a hole."""
    np.arange(3, dtype=np.float32).tofile(tmp_path / "secret")
    monkeypatch.chdir(tmp_path)
    outside = TensorProto(name="outside", data_type=1, dims=[3], data_location=TensorProto.EXTERNAL)
    outside.external_data.add(key="location", value="secret")
    for node, constants in (
        (helper.make_node("Constant", [], ["outside"], value=outside), []),
        (helper.make_node("Identity", ["nothing"], ["other"]), [outside]),
    ):
        model = _with(node, constants)
        with pytest.raises(BundleError, match=r"model\.onnx (cannot be run|stopped)"):
            RunningNetwork(PlainNetwork(model.SerializeToString())).run(["logits"], pixels)


def _with(node: Any, constants: list[Any]) -> Any:
    """pixels -> their mean + what is outside."""
    nodes = [
        node,
        helper.make_node("Cast", ["pixels"], ["float"], to=TensorProto.FLOAT),
        helper.make_node("Add", ["float", "outside"], ["logits"]),
    ]
    if node.op_type == "Identity":
        nodes = nodes[1:]
    graph = helper.make_graph(
        nodes,
        "outside",
        [helper.make_tensor_value_info("pixels", TensorProto.UINT8, ["N", 16, 24, 3])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["N", 16, 24, 3])],
        constants,
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
