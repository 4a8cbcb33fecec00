"""Weights files (`.weights.h5`): a model and a path in, the weights read into it or written from it.

Only HDF5 is read: numbers and names. Formats that can carry code (`.keras`, pickles) are refused, and so is
HDF5 that leads out of its file, or says that it holds much more than it has bytes for.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lentigo.settings.errors import ModelError
from lentigo.settings.files import write_atomically

if TYPE_CHECKING:
    import h5py
    import keras

MOST_OBJECTS = 100_000
"""Groups and arrays in one file; the largest networks have some thousands."""
LARGEST_RATIO = 20
"""Bytes of arrays for each byte of a file; weights hardly compress."""
SMALL_FILE_BYTES = 16 * 2**20


def read_weights(model: keras.Model, path: Path) -> None:
    """Fill `model` from a `.weights.h5` (or the older Keras `.h5`) file.

    Raises:
        ModelError: No such file, another kind of file, or weights of another network.
    """
    if not path.is_file():
        raise ModelError(f"There is no weights file {path}. Give the path of a file ending in .weights.h5.")
    if path.suffix != ".h5":
        raise ModelError(f"{path.name} is not a weights file: expected a name ending in .weights.h5.")
    require_plain(path)
    try:
        model.load_weights(path)
    except (ValueError, KeyError, OSError) as error:
        raise ModelError(
            f"The weights in {path} do not fit {model.name}: {error}. "
            "Give a file saved from the same backbone (and, for a whole network, the same head and size)."
        ) from error


def require_plain(path: Path) -> None:
    """Refuse an HDF5 file that is more than groups and arrays of its own.

    HDF5 can keep an array's values in any other file of the machine, and read them as numbers.

    Raises:
        ModelError: It is damaged, has links or values elsewhere, or claims more than it can hold.
    """
    import h5py

    try:
        with h5py.File(path, "r") as file:
            problem = _problem(file, LARGEST_RATIO * path.stat().st_size + SMALL_FILE_BYTES)
    except (OSError, KeyError, RuntimeError, ValueError, TypeError) as error:
        raise ModelError(
            f"{path} is damaged or no HDF5 ({error}). Copy it again, or save it anew."
        ) from error
    if problem:
        raise ModelError(f"{path} is refused: {problem}. Expected arrays alone, as Keras saves them.")


def _problem(file: h5py.File, most_bytes: int) -> str:
    """What is wrong with the links and arrays of a file, if anything."""
    waiting, num_objects, num_bytes = [file], 0, 0
    seen = {h5py_address(file)}
    while waiting:
        group = waiting.pop()
        for name in group:
            if type(group.get(name, getlink=True)).__name__ != "HardLink":
                return f"{name[:80]!r} is a link to something else"
            one = group[name]
            num_objects += 1
            if num_objects > MOST_OBJECTS:
                return f"it holds more than {MOST_OBJECTS:,} arrays"
            if h5py_address(one) in seen:
                return f"{name[:80]!r} is there under two names"
            seen.add(h5py_address(one))
            if hasattr(one, "keys"):
                waiting.append(one)
            elif hasattr(one, "is_virtual") and (one.external or one.is_virtual):
                return f"the values of {name[:80]!r} lie in other files"
            else:
                num_bytes += getattr(one, "nbytes", 0)
                if num_bytes > most_bytes:
                    return "its arrays are much larger than it is"
    return ""


def h5py_address(one: h5py.HLObject) -> int:
    """Where an object lies in its file."""
    import h5py

    return int(h5py.h5o.get_info(one.id).addr)


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
