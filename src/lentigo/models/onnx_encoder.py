"""Any encoder that somebody has as an ONNX file: its path in; a frozen backbone in ONNX Runtime out.

The file is untrusted: it is read by the rules of `onnx_file`, and ONNX Runtime sees only what was understood.
What it gives, a vector (N, D), tokens (N, T, D) or a map (N, C, h, w), becomes a feature map (N, h, w, C).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lentigo.onnx_file.plain import Origin, PlainNetwork, plain_network
from lentigo.settings.errors import BundleError, ModelError

if TYPE_CHECKING:
    import keras

Floats = NDArray[np.float32]
NCHW, NHWC = "nchw", "nhwc"


@dataclass(frozen=True)
class OnnxEncoder:
    """A running encoder and what is known of it."""

    network: PlainNetwork
    session: Any
    layout: str
    """`nchw` or `nhwc`: how it takes images, and gives maps."""
    fixed_batch: bool
    """Whether it takes one image at a time only."""
    rank: int = 0
    """Axes of its first output."""
    feature_shape: tuple[int, int, int] = (1, 1, 1)
    """(h, w, C) of the feature map made of its first output."""

    @property
    def digest(self) -> str:
        """sha256 of the network that runs."""
        return sha256(self.network.content).hexdigest()

    def features(self, images: Floats) -> Floats:
        """Feature maps (N, h, w, C) of scaled images (N, H, W, 3)."""
        given = np.ascontiguousarray(images.transpose(0, 3, 1, 2) if self.layout == NCHW else images)
        name = self.session.get_inputs()[0].name
        output = self.session.get_outputs()[0].name
        lots = np.split(given, len(given)) if self.fixed_batch else [given]
        found = np.concatenate([self.session.run([output], {name: lot})[0] for lot in lots])
        if found.ndim == 4:
            found = found.transpose(0, 2, 3, 1) if self.layout == NCHW else found
        return np.asarray(found, np.float32).reshape(len(images), *self.feature_shape)


def open_encoder(path: str, height: int, width: int) -> OnnxEncoder:
    """Read, check and start an encoder, and let it answer one black image.

    Raises:
        ModelError: there is no such file, it is refused, or it does not take and give what an encoder does.
    """
    file = Path(path).expanduser()
    if not file.is_file():
        raise ModelError(f'There is no encoder {file}. Give model.weights = "PATH.onnx".')
    try:
        origin = Origin(file.name, "export the encoder with ordinary operators", True)
        network = plain_network(file.read_bytes(), origin)
    except BundleError as error:
        raise ModelError(f"model.weights: {error}") from error
    session = _session(network, file)
    layout, fixed_batch = _input(session, file, (height, width))
    encoder = OnnxEncoder(network, session, layout, fixed_batch)
    shape = _output_shape(encoder, file, (height, width))
    return replace(encoder, rank=len(shape), feature_shape=_feature_shape(shape, layout))


def build_onnx_backbone(height: int, width: int, weights: str) -> keras.Model:
    """A frozen backbone from scaled float image (N, height, width, 3) to feature map (N, h, w, C)."""
    import keras

    from lentigo.models.host_call import HostCall

    encoder = open_encoder(weights, height, width)
    images = keras.Input((height, width, 3), name="scaled_image")
    layer = HostCall(encoder.features, encoder.feature_shape, name="encoder")
    backbone = keras.Model(images, layer(images), name="onnx")
    backbone.encoder = encoder
    return backbone


def _session(network: PlainNetwork, file: Path) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    try:
        return onnxruntime.InferenceSession(network.content, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime's errors have no common base of their own
        raise ModelError(f"model.weights: {file} cannot be run: {error}") from error


def _input(session: Any, file: Path, size: tuple[int, int]) -> tuple[str, bool]:
    """How the encoder takes images: its layout, and whether one at a time only."""
    inputs = session.get_inputs()
    shape = inputs[0].shape if inputs else []
    if len(inputs) != 1 or len(shape) != 4 or inputs[0].type != "tensor(float)":
        raise ModelError(f"model.weights: {file} does not take float images (N, 3, H, W) or (N, H, W, 3)")
    layout = NCHW if shape[1] == 3 else NHWC
    sides = shape[2:] if layout == NCHW else shape[1:3]
    fits = all(not isinstance(side, int) or side == own for side, own in zip(sides, size, strict=True))
    if 3 not in (shape[1], shape[3]) or not fits:
        raise ModelError(
            f"model.weights: {file} takes images of {shape}, not of {size[0]} x {size[1]}; "
            "set input.height and input.width to what it was made for"
        )
    return layout, shape[0] == 1


def _output_shape(encoder: OnnxEncoder, file: Path, size: tuple[int, int]) -> tuple[int, ...]:
    """What it gives for one image: (1, D), (1, T, D), (1, C, h, w) or (1, h, w, C)."""
    black = np.zeros((1, 3, *size) if encoder.layout == NCHW else (1, *size, 3), np.float32)
    try:
        found = encoder.session.run(None, {encoder.session.get_inputs()[0].name: black})[0]
    except Exception as error:  # as above
        raise ModelError(f"model.weights: {file} fails for one image: {error}") from error
    if found.ndim not in (2, 3, 4) or found.shape[0] != 1 or not np.isfinite(found).all():
        raise ModelError(f"model.weights: {file} gives {found.shape} for one image, which are no features")
    return tuple(int(side) for side in found.shape)


def _feature_shape(shape: tuple[int, ...], layout: str) -> tuple[int, int, int]:
    """(h, w, C) of the feature map that is made of it; tokens stand in one column."""
    if len(shape) == 4:
        return (shape[2], shape[3], shape[1]) if layout == NCHW else (shape[1], shape[2], shape[3])
    return (1 if len(shape) == 2 else shape[1]), 1, shape[-1]
