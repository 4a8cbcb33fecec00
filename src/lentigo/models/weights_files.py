"""Weights files (`.weights.h5`): a model and a path in, the weights read into it or written from it.

Only HDF5 is read: numbers and names. Formats that can carry code (`.keras`, pickles) are refused.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lentigo.settings.errors import ModelError
from lentigo.settings.files import write_atomically

if TYPE_CHECKING:
    import keras


def read_weights(model: keras.Model, path: Path) -> None:
    """Fill `model` from a `.weights.h5` (or the older Keras `.h5`) file.

    Raises:
        ModelError: No such file, another kind of file, or weights of another network.
    """
    if not path.is_file():
        raise ModelError(f"There is no weights file {path}. Give the path of a file ending in .weights.h5.")
    if path.suffix != ".h5":
        raise ModelError(f"{path.name} is not a weights file: expected a name ending in .weights.h5.")
    try:
        model.load_weights(path)
    except (ValueError, KeyError, OSError) as error:
        raise ModelError(
            f"The weights in {path} do not fit {model.name}: {error}. "
            "Give a file saved from the same backbone (and, for a whole network, the same head and size)."
        ) from error


def write_weights(model: keras.Model, path: Path) -> None:
    """Write the weights of `model` to `path` atomically; what its optimizer remembers is left out.

    Raises:
        ModelError: The name does not end in `.weights.h5`.
    """
    import keras

    if not path.name.endswith(".weights.h5"):
        raise ModelError(f"{path.name}: a weights file must have a name ending in .weights.h5.")
    # Keras writes a compiled model with its optimizer, whose memory is twice as large as the weights
    uncompiled = keras.Model(model.inputs, model.outputs, name=model.name)
    write_atomically(path, uncompiled.save_weights)


def load_backbone_weights(backbone: keras.Model, weights: str) -> None:
    """Do nothing for `none`; otherwise take `weights` for a path and read it into the backbone."""
    if weights != "none":
        read_weights(backbone, Path(weights).expanduser())
