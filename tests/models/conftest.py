"""State dicts written as PyTorch writes them, without PyTorch: stand-ins under its names are pickled."""

from __future__ import annotations

import io
import pickle
import sys
import types
import zipfile
from collections import OrderedDict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

MAGIC, PROTOCOL = 0x1950A86A20F9469CFC6C, 1001
Writer = Callable[[Path, Mapping[str, Any]], Path]


class FakeTensor:
    """Pickles as `_rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks)`."""

    def __init__(self, array: np.ndarray) -> None:
        self.array = array

    def __reduce__(self) -> tuple[Any, ...]:
        torch_utils = sys.modules["torch._utils"]
        strides = tuple(step // self.array.itemsize for step in self.array.strides)
        storage = Storage(self.array)
        return torch_utils._rebuild_tensor_v2, (storage, 0, self.array.shape, strides, False, OrderedDict())


class Storage:
    """The numbers of a tensor; pickled as a persistent id."""

    def __init__(self, array: np.ndarray) -> None:
        self.array = array

    def flat(self) -> np.ndarray:
        """The numbers as they lie in memory."""
        return np.lib.stride_tricks.as_strided(self.array, (self.array.size,), (self.array.itemsize,))


class TorchPickler(pickle.Pickler):
    """Replaces storages by persistent ids and remembers them."""

    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file, protocol=2)
        self.storages: dict[str, np.ndarray] = {}

    def persistent_id(self, obj: Any) -> Any:
        if not isinstance(obj, Storage):
            return None
        key = str(len(self.storages))
        self.storages[key] = obj.flat()
        names = {"float32": "FloatStorage", "int64": "LongStorage", "float16": "HalfStorage"}
        kind = getattr(sys.modules["torch"], names[obj.array.dtype.name])
        return ("storage", kind, key, "cpu", obj.array.size)


@pytest.fixture
def fake_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Modules called `torch` and `torch._utils` that pickle can name."""
    torch, utils = types.ModuleType("torch"), types.ModuleType("torch._utils")
    for name in ("FloatStorage", "LongStorage", "HalfStorage"):
        setattr(torch, name, type(name, (), {"__module__": "torch"}))

    def _rebuild_tensor_v2() -> None: ...

    _rebuild_tensor_v2.__module__, _rebuild_tensor_v2.__qualname__ = "torch._utils", "_rebuild_tensor_v2"
    utils._rebuild_tensor_v2 = _rebuild_tensor_v2  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "torch", torch)
    monkeypatch.setitem(sys.modules, "torch._utils", utils)


def pickled(state: Any) -> tuple[bytes, dict[str, np.ndarray]]:
    stream = io.BytesIO()
    pickler = TorchPickler(stream)
    pickler.dump(state)
    return stream.getvalue(), pickler.storages


def as_state(tensors: Mapping[str, Any]) -> OrderedDict[str, Any]:
    state = OrderedDict(
        (name, FakeTensor(value) if isinstance(value, np.ndarray) else value)
        for name, value in tensors.items()
    )
    state._metadata = OrderedDict({"": {"version": 1}})  # type: ignore[attr-defined]
    return state


def write_row_of_pickles(path: Path, tensors: Mapping[str, Any]) -> Path:
    body, storages = pickled(as_state(tensors))
    machine = {"protocol_version": PROTOCOL, "little_endian": True, "type_sizes": {"int": 4}}
    parts = [pickle.dumps(MAGIC, 2), pickle.dumps(PROTOCOL, 2), pickle.dumps(machine, 2), body]
    parts.append(pickle.dumps(sorted(storages), 2))
    for key in sorted(storages):
        parts += [len(storages[key]).to_bytes(8, "little"), storages[key].tobytes()]
    path.write_bytes(b"".join(parts))
    return path


def write_zip(path: Path, tensors: Mapping[str, Any]) -> Path:
    body, storages = pickled(as_state(tensors))
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/data.pkl", body)
        archive.writestr("archive/version", "3\n")
        for key, numbers in storages.items():
            archive.writestr(f"archive/data/{key}", numbers.tobytes())
    return path


@pytest.fixture(params=[write_row_of_pickles, write_zip], ids=["row of pickles", "zip"])
def write_state_dict(request: pytest.FixtureRequest, fake_torch: None) -> Writer:
    """Writes a state dict in each of PyTorch's two containers."""
    writer: Writer = request.param
    return writer
