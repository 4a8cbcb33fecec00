"""An exported network in float32 and typical pixels in; the same with 8-bit weights and activations out.

Static quantisation: the ranges of activations are measured on images, once. The head stays in float32, so
that probabilities and saliency are computed as before, from features that are a little off.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lentigo.bundle.head_nodes import METADATA
from lentigo.onnx_file.plain import Origin, plain_network
from lentigo.settings.errors import BundleError
from lentigo.settings.files import scratch_folder, write_bytes

Pixels = NDArray[np.uint8]
HEAD = "head/"
"""How the names of the head's nodes begin (`head_nodes`)."""


def quantize(source: Path, target: Path, batches: Iterable[Pixels], num_known: int = 0) -> None:
    """Write an 8-bit version of a network.

    Weights are quantised for each channel on its own, as signed numbers; activations as unsigned numbers
    between the least and the largest value seen (QDQ: ordinary ONNX operators, run by any ONNX Runtime).

    Args:
        source: `model.onnx` in float32.
        target: where the result goes; may be `source`.
        batches: uint8 (N, H, W, 3) of images that the network was trained on: not of those it is judged by.
        num_known: D, values that the network takes beside each image; nothing is known of those of `batches`,
            which does not matter, for all that they change stays in float32.

    Raises:
        BundleError: the package `onnx` is missing.
    """
    tools = _tools()
    with scratch_folder() as folder, _silenced():
        prepared, written = folder / "prepared.onnx", folder / "int8.onnx"
        tools.quant_pre_process(str(source), str(prepared), skip_symbolic_shape=True)
        tools.quantize_static(
            str(prepared),
            str(written),
            _reader(tools, batches, num_known),
            quant_format=tools.QuantFormat.QDQ,
            activation_type=tools.QuantType.QUInt8,
            weight_type=tools.QuantType.QInt8,
            per_channel=True,
            nodes_to_exclude=_head_nodes(prepared),
        )
        content = plain_network(written.read_bytes(), Origin(may_name_unused_operators=True)).content
        write_bytes(target, content)


def in_words(found: dict[str, Any]) -> str:
    """What quantising has cost, in one line: `found` is what `api.quantizing.quantize_bundle` returns."""
    scores = found["balanced_accuracy"]
    return (
        f"8 bits on {found['n_images']} validation images: balanced accuracy {scores['int8']:.3f} against "
        f"{scores['float32']:.3f} in float32, difference {difference_text(found['difference'])}; a "
        f"probability moves by up to {found['max_change']:.3f}"
    )


def difference_text(interval: dict[str, Any]) -> str:
    """`-0.005 [-0.012, +0.001]`, by group."""
    if interval["value"] is None:
        return "undefined"
    if interval["low"] is None or interval["high"] is None:
        return f"{interval['value']:+.3f} [interval undefined]"
    return f"{interval['value']:+.3f} [{interval['low']:+.3f}, {interval['high']:+.3f}]"


def _tools() -> Any:
    try:
        import onnx  # noqa: F401 - onnxruntime.quantization needs it
        from onnxruntime import quantization
        from onnxruntime.quantization.shape_inference import quant_pre_process
    except ImportError as error:
        raise BundleError(
            f'{error.name} is missing; install it with: pip install "lentigo[train]"'
        ) from error
    quantization.quant_pre_process = quant_pre_process
    return quantization


def _reader(tools: Any, batches: Iterable[Pixels], num_known: int) -> Any:
    """What the quantiser asks for one batch after the other."""
    waiting = iter(batches)

    class Reader(tools.CalibrationDataReader):  # type: ignore[misc]
        def get_next(self) -> dict[str, NDArray[Any]] | None:
            batch = next(waiting, None)
            if batch is None:
                return None
            known = {METADATA: np.zeros((len(batch), num_known), np.float32)} if num_known else {}
            return {"pixels": batch, **known}

    return Reader()


def _head_nodes(path: Path) -> list[str]:
    import onnx

    graph = onnx.load(str(path), load_external_data=False).graph
    given = {one.name for one in graph.output}
    return [
        node.name
        for node in graph.node
        if any(name.startswith(HEAD) or name in given for name in _wires(node))
    ]


def _wires(node: Any) -> Iterator[str]:
    yield node.name
    yield from node.output
    yield from node.input


@contextmanager
def _silenced() -> Iterator[None]:
    """Keep the quantiser's advice to itself: it is about steps that are done here."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(before)
