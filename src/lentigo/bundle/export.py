"""A network of ours in; an ONNX file from uint8 pixels to probabilities and saliency of every class out.

Scaling and backbone go through Keras' own export; the head and the saliency are written by `head_nodes`.
The one file of this room that knows the training framework.
"""

from __future__ import annotations

import contextlib
import io
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from lentigo.bundle.encoder_nodes import ScalingConstants, encoder_graph
from lentigo.bundle.head_nodes import METADATA, Affine, Dense, HeadNodes, Step, head_nodes
from lentigo.models.head import scale_and_shift
from lentigo.models.network import metadata_kernel
from lentigo.onnx_file.plain import plain_network
from lentigo.settings.errors import BundleError
from lentigo.settings.files import scratch_folder, write_bytes

if TYPE_CHECKING:
    from lentigo.models.network import Network

OPSET = 18
IR_VERSION = 9
"""Old enough for every ONNX Runtime that the package accepts."""


def export_network(network: Network, path: Path) -> None:
    """Write `network`, built in float32, as one ONNX file of standard operators.

    Input `pixels` uint8 (N, H, W, 3), and `metadata` float32 (N, D) where the network takes them;
    outputs `probabilities` float32 (N, K), rows summing to 1, and
    `saliency` float32 (N, K, h, w): Grad-CAM of every class on the grid of the last feature map, not
    negative and not scaled; `logits` (N, K); `pooled_features` (N, C): the mean of the last feature map.

    Raises:
        BundleError: the packages that convert networks are missing, Keras runs on another backend, the head
            has an unknown layer, or the converter makes no plain network of it.
    """
    encoder = network.encoder
    from lentigo.models.scaling import constants_of

    onnx = _converter(is_converting=encoder is None)
    steps = head_steps(network.head)
    if encoder is None:
        model = _export_features(network)
    else:
        scaling = ScalingConstants(*constants_of(network.scaling.scaling))
        model = encoder_graph(encoder.network.content, scaling, (encoder.layout, encoder.rank), OPSET)
    features = model.graph.output[0].name
    appended = head_nodes(steps, network.feature_shape, features, metadata_kernel(network))
    written = _join(model, appended, network)
    try:
        onnx.checker.check_model(written, full_check=True)
    except onnx.checker.ValidationError as error:
        raise BundleError(
            f"the converter cannot express this network in ONNX: {str(error).splitlines()[0]}"
        ) from error
    content = plain_network(written.SerializeToString()).content
    write_bytes(path, content)


def head_steps(head: Any) -> list[Step]:
    """The layers of a head as plain arrays, from the feature map to the logits.

    Raises:
        BundleError: a layer is of a kind that `head_nodes` does not know.
    """
    steps: list[Step] = []
    for layer in head.layers:
        kind = type(layer).__name__
        if kind == "GlobalAveragePooling2D":
            steps.append("pool")
        elif kind == "Flatten":
            steps.append("flatten")
        elif kind == "BatchNormalization":
            scale, shift = scale_and_shift(layer)
            steps.append(Affine(scale.astype(np.float32), shift.astype(np.float32)))
        elif kind == "Dense":
            kernel, bias = map(np.asarray, layer.get_weights())
            steps.append(Dense(kernel, bias, has_relu=layer.name != "logits"))
        elif kind not in ("InputLayer", "Dropout", "Activation"):
            raise BundleError(f"the head's layer {layer.name} is a {kind}, which cannot be exported")
    return steps


def _converter(is_converting: bool = True) -> Any:
    """The package `onnx`, once it is clear that Keras, if it is to convert, will find what it needs too."""
    try:
        import onnx
        import tf2onnx  # noqa: F401 - Keras calls it
    except ImportError as error:
        raise BundleError(
            f'{error.name} is missing; install it with: pip install "lentigo[train]"'
        ) from error
    import keras

    if is_converting and keras.backend.backend() != "tensorflow":
        raise BundleError(
            "networks are converted by TensorFlow, whichever backend trained them: give the same command "
            "with KERAS_BACKEND=tensorflow"
        )
    return onnx


def _export_features(network: Network) -> Any:
    """Scaling and backbone as an onnx.ModelProto; its converter's chatter is kept off the terminal."""
    import keras
    import onnx

    height, width, _ = network.pixels.shape[1:]
    pixels = keras.Input((height, width, 3), dtype="uint8", name="pixels")
    model = keras.Model(pixels, network.backbone(network.scaling(pixels)), name="features")
    model(np.zeros((1, height, width, 3), np.uint8))  # Keras exports only what has been called
    _teach_erfc()
    with scratch_folder() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        path = folder / "features.onnx"
        with contextlib.redirect_stdout(io.StringIO()):
            model.export(path, format="onnx", verbose=False, opset_version=OPSET)
        return onnx.load(path)


def _teach_erfc() -> None:
    """Tell the converter of the one operation of GELU that it does not know: erfc(x) = 1 - erf(x)."""
    from tf2onnx.handler import tf_op

    class Erfc:
        @classmethod
        def version_9(cls, graph: Any, node: Any, **_options: Any) -> None:
            node.type = "Erf"
            found = node.output[0]
            one = graph.make_const(f"{node.name}/one", np.ones((), np.float32)).output[0]
            rest = graph.insert_new_node_on_output("Sub", found, f"{node.name}/rest", [one, found])
            graph.copy_shape(found, rest.output[0])
            graph.copy_dtype(found, rest.output[0])

    tf_op("Erfc")(Erfc)


def _join(model: Any, appended: HeadNodes, network: Network) -> Any:
    """One network with the names that a bundle has."""
    from onnx import TensorProto, helper

    graph = model.graph
    height, width, _ = network.pixels.shape[1:]
    rows, columns, channels = network.feature_shape
    num_classes = int(network.head.output.shape[-1])
    _rename_input(graph, "pixels")
    inputs = [helper.make_tensor_value_info("pixels", TensorProto.UINT8, ["N", height, width, 3])]
    if network.metadata is not None:
        known = ["N", int(network.metadata.input.shape[-1])]
        inputs.append(helper.make_tensor_value_info(METADATA, TensorProto.FLOAT, known))
    joined = helper.make_graph(
        [*graph.node, *appended.nodes],
        "lentigo",
        inputs,
        [
            helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["N", num_classes]),
            helper.make_tensor_value_info("saliency", TensorProto.FLOAT, ["N", num_classes, rows, columns]),
            helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["N", num_classes]),
            helper.make_tensor_value_info("pooled_features", TensorProto.FLOAT, ["N", channels]),
        ],
        [*graph.initializer, *appended.constants],
    )
    opset = helper.make_opsetid("", OPSET)
    return helper.make_model(joined, opset_imports=[opset], ir_version=IR_VERSION, producer_name="lentigo")


def _rename_input(graph: Any, name: str) -> None:
    old = graph.input[0].name
    for node in graph.node:
        for place, one in enumerate(node.input):
            if one == old:
                node.input[place] = name
