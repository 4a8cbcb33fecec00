"""An encoder in ONNX and a scaling in; one graph from uint8 pixels to its feature map (N, h, w, C) out.

Nothing is converted: the encoder's own nodes are put behind nodes that scale and turn the pixels.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lentigo.settings.errors import BundleError

PREFIX = "encoder/"


@dataclass(frozen=True)
class ScalingConstants:
    """What becomes of a pixel: (value - subtracted) / divisors, blue first where `is_flipped`."""

    subtracted: NDArray[np.float32]
    divisors: NDArray[np.float32]
    is_flipped: bool


def encoder_graph(content: bytes, scaling: ScalingConstants, ends: tuple[str, int], opset: int) -> Any:
    """Put scaling before an encoder and make a feature map of what it gives.

    Args:
        content: the encoder, checked.
        scaling: of the pixels.
        ends: layout of its images, `nchw` or `nhwc`, and number of axes of its first output.
        opset: version of the operators that the result is to have.

    Returns:
        onnx.ModelProto with the input `pixels` uint8 (N, H, W, 3) and one output.

    Raises:
        BundleError: the encoder's operators cannot be brought to that version.
    """
    import onnx
    from onnx import TensorProto, compose, helper, version_converter

    encoder = onnx.load_model_from_string(content)
    try:
        encoder = version_converter.convert_version(encoder, opset)
    except Exception as error:  # the converter's errors have no common base
        raise BundleError(
            f"the encoder cannot be brought to ONNX operators of version {opset}: {error}"
        ) from error
    encoder = compose.add_prefix(encoder, PREFIX)
    graph = encoder.graph
    given = next(
        one.name for one in graph.input if one.name not in {tensor.name for tensor in graph.initializer}
    )
    layout, rank = ends
    before, constants = _scaling_nodes(scaling, layout, given)
    after, more, features = _map_nodes(graph.output[0].name, layout, rank)
    joined = helper.make_graph(
        [*before, *graph.node, *after],
        "features",
        [helper.make_tensor_value_info("pixels", TensorProto.UINT8, ["N", None, None, 3])],
        [helper.make_tensor_value_info(features, TensorProto.FLOAT, ["N", None, None, None])],
        [*constants, *graph.initializer, *more],
    )
    return helper.make_model(joined, opset_imports=[helper.make_opsetid("", opset)])


def _scaling_nodes(scaling: ScalingConstants, layout: str, output: str) -> tuple[list[Any], list[Any]]:
    """Nodes from `pixels` to the encoder's input, and their constants."""
    from onnx import helper, numpy_helper

    arrays: dict[str, NDArray[Any]] = {
        f"{PREFIX}subtracted": scaling.subtracted,
        f"{PREFIX}divisors": scaling.divisors,
    }
    cast, shifted = f"{PREFIX}cast", f"{PREFIX}shifted"
    nodes = [helper.make_node("Cast", ["pixels"], [cast], to=1)]
    if scaling.is_flipped:
        arrays[f"{PREFIX}blue_first"] = np.array([2, 1, 0], np.int64)
        nodes.append(helper.make_node("Gather", [cast, f"{PREFIX}blue_first"], [f"{PREFIX}turned"], axis=3))
        cast = f"{PREFIX}turned"
    nodes.append(helper.make_node("Sub", [cast, f"{PREFIX}subtracted"], [shifted]))
    last = output if layout == "nhwc" else f"{PREFIX}scaled"
    nodes.append(helper.make_node("Div", [shifted, f"{PREFIX}divisors"], [last]))
    if layout != "nhwc":
        nodes.append(helper.make_node("Transpose", [last], [output], perm=[0, 3, 1, 2]))
    return nodes, [numpy_helper.from_array(value, name) for name, value in arrays.items()]


def _map_nodes(output: str, layout: str, rank: int) -> tuple[list[Any], list[Any], str]:
    """Nodes that make a feature map of the encoder's first output, their constants, and its name."""
    from onnx import helper, numpy_helper

    made, axes = f"{PREFIX}features", f"{PREFIX}axes"
    if rank == 4 and layout == "nhwc":
        return [], [], output
    if rank == 4:
        return [helper.make_node("Transpose", [output], [made], perm=[0, 2, 3, 1])], [], made
    added = np.array([1, 2] if rank == 2 else [2], np.int64)
    node = helper.make_node("Unsqueeze", [output, axes], [made])
    return [node], [numpy_helper.from_array(added, axes)], made
