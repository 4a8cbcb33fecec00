"""A PyTorch state dict (`.pth`) in, arrays by name out; PyTorch is not needed and nothing in the file is run.

Two containers are read: the zip of PyTorch 1.6 and later, and the row of pickles before it.
"""

from __future__ import annotations

import math
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from lentigo.models.lite.inert_pickle import Call, Named, Persistent, read_inert
from lentigo.settings.errors import ModelError

Array = npt.NDArray[Any]

_TYPES = {
    "torch DoubleStorage": "<f8",
    "torch FloatStorage": "<f4",
    "torch HalfStorage": "<f2",
    "torch LongStorage": "<i8",
    "torch IntStorage": "<i4",
    "torch ShortStorage": "<i2",
    "torch CharStorage": "|i1",
    "torch ByteStorage": "|u1",
    "torch BoolStorage": "|b1",
}
_MAGIC = 0x1950A86A20F9469CFC6C
_PROTOCOL = 1001
_MOST_AXES = 8


def read_state_dict(path: Path) -> dict[str, Array]:
    """Read the tensors of a state dict.

    Raises:
        ModelError: The file is no state dict, is damaged, or names anything but tensors.
    """
    try:
        if zipfile.is_zipfile(path):
            return _read_zip(path)
        return _read_stream(BytesIO(path.read_bytes()))
    except (OSError, zipfile.BadZipFile) as error:
        raise ModelError(f"{path} cannot be read as a PyTorch state dict: {error}") from error


def _read_zip(path: Path) -> dict[str, Array]:
    """Read `NAME/data.pkl` and the storages `NAME/data/KEY` beside it."""
    with zipfile.ZipFile(path) as archive:
        member = next((name for name in archive.namelist() if name.endswith("/data.pkl")), None)
        if member is None:
            raise ModelError(
                f"{path.name} is a zip archive but not a PyTorch state dict: it holds no data.pkl."
            )
        if any(info.compress_type != zipfile.ZIP_STORED for info in archive.infolist()):
            raise ModelError(f"{path.name} is compressed, as PyTorch never does. Save the state dict again.")
        root = member.removesuffix("data.pkl")
        tensors = _tensors(read_inert(archive.read(member)))
        storages: dict[str, Array] = {}
        for key, dtype, count in _storages(tensors):
            if f"{root}data/{key}" not in archive.namelist():
                raise ModelError(f"{path.name} is damaged: storage {key} is missing.")
            storages[key] = _array(archive.read(f"{root}data/{key}"), dtype, count)
    return {name: _view(tensor, storages) for name, tensor in tensors.items()}


def _read_stream(stream: BytesIO) -> dict[str, Array]:
    """Read four pickles (magic number, version, machine, tensors), a list of keys, and the storages."""
    if read_inert(stream) != _MAGIC or read_inert(stream) != _PROTOCOL:
        raise ModelError("The file is not a PyTorch state dict: its first numbers are not PyTorch's.")
    machine = read_inert(stream)
    if not isinstance(machine, dict) or machine.get("little_endian") is not True:
        raise ModelError("The state dict was written on a big-endian machine, which is not supported.")
    tensors = _tensors(read_inert(stream))
    sizes = {key: (dtype, count) for key, dtype, count in _storages(tensors)}
    storages: dict[str, Array] = {}
    keys = read_inert(stream)
    if not isinstance(keys, list) or {str(key) for key in keys} != set(sizes):
        raise ModelError("The state dict is damaged: its storages are not those of its tensors.")
    for key in map(str, keys):
        dtype, count = sizes[key]
        if int.from_bytes(stream.read(8), "little") != count:
            raise ModelError(
                f"The state dict is damaged: storage {key} does not have the length it should have."
            )
        storages[key] = _array(stream.read(count * dtype.itemsize), dtype, count)
    return {name: _view(tensor, storages) for name, tensor in tensors.items()}


def _tensors(state: Any) -> dict[str, Call]:
    """Check that what was read is an (ordered) dict of tensors and nothing else."""
    is_ordered = isinstance(state, Call) and state.function == "collections OrderedDict"
    items = state.items if is_ordered and not state.arguments else state
    if not isinstance(items, dict) or not all(isinstance(name, str) for name in items):
        raise ModelError("The weights file is refused: it holds something other than a dict of tensors.")
    for name, value in items.items():
        if not isinstance(value, Call) or value.function != "torch._utils _rebuild_tensor_v2":
            what = value.function if isinstance(value, Call) else type(value).__name__
            raise ModelError(f"The weights file is refused: {name!r} is not a tensor but {what}.")
    return items


def _storages(tensors: dict[str, Call]) -> list[tuple[str, np.dtype[Any], int]]:
    """List the storages the tensors lie in: key, type, number of elements."""
    return list(dict.fromkeys(_storage(tensor) for tensor in tensors.values()))


def _storage(tensor: Call) -> tuple[str, np.dtype[Any], int]:
    match tensor.arguments:
        case (Persistent(("storage", Named(kind), str(key), _, int(count), *_)), int(), tuple(), tuple(), *_):
            if kind not in _TYPES:
                raise ModelError(
                    f"The weights file is refused: it holds numbers of an unknown type ({kind})."
                )
            return key, np.dtype(_TYPES[kind]), count
    raise ModelError("The weights file is damaged: a tensor does not say where its numbers lie.")


def _array(content: bytes, dtype: np.dtype[Any], count: int) -> Array:
    if count < 0 or len(content) != count * dtype.itemsize:
        raise ModelError("The weights file is damaged: a storage does not have the length it should have.")
    return np.frombuffer(content, dtype)


def _view(tensor: Call, storages: dict[str, Array]) -> Array:
    """Lay one tensor over its storage, inside its bounds, and copy it out."""
    flat = storages[_storage(tensor)[0]]
    offset, shape, strides = tensor.arguments[1:4]
    numbers = (offset, *shape, *strides)
    is_sane = all(isinstance(number, int) and 0 <= number <= flat.size for number in numbers)
    if not is_sane or len(shape) != len(strides) or len(shape) > _MOST_AXES:
        raise ModelError("The weights file is damaged: a tensor has an impossible shape.")
    last = offset + sum((size - 1) * stride for size, stride in zip(shape, strides, strict=True))
    count = math.prod(shape)
    if count > flat.size or (count and last >= flat.size):
        raise ModelError("The weights file is damaged: a tensor reaches beyond its storage.")
    steps = [stride * flat.itemsize for stride in strides]
    return np.lib.stride_tricks.as_strided(flat[offset:], shape, steps, writeable=False).copy()
